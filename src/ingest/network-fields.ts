import { communityId, PROTOCOL_NUMBERS } from './community-id.ts';
import type { EcsDocument } from './ecs-document.ts';
import { readNumber } from './read-values.ts';

/** Both ends of a flow; what a log does not tell, or not as an address, is null. */
export interface Ends {
  readonly transport: string | null;
  readonly source: string | null;
  readonly destination: string | null;
  readonly sourcePort: number | null;
  readonly destinationPort: number | null;
}

/** Addresses and ports of a flow, its Community ID, and `related.ip`. */
export function setEnds(document: EcsDocument, ends: Ends): void {
  const { transport, source, destination, sourcePort, destinationPort } = ends;
  document
    .set('source.ip', source)
    .set('source.port', sourcePort)
    .set('destination.ip', destination)
    .set('destination.port', destinationPort)
    .set('network.transport', transport)
    .add('related.ip', source, destination);
  if (transport === null || source === null || destination === null) return;
  document.set('network.community_id', communityId({ transport, source, destination, sourcePort, destinationPort }));
}

const NAME_OF_NUMBER = new Map(Object.entries(PROTOCOL_NUMBERS).map(([name, number]) => [number, name]));

/** The name of a protocol that is written as a number or by name, in lower case; a number without a name stays. */
export function protocolName(text: string | null): string | null {
  if (text === null) return null;
  const number = readNumber(text);
  return number === null ? text.toLowerCase() : (NAME_OF_NUMBER.get(number) ?? text);
}
