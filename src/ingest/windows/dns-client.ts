import { queryType, setQuestion } from '../domain-parts.ts';
import type { EcsDocument } from '../ecs-document.ts';
import type { EventData } from './event-data.ts';
import { readResults } from './sysmon.ts';
import type { WindowsEvent } from './windows-event.ts';

const RESPONSES: Readonly<Record<string, string>> = {
  0: 'NOERROR',
  9001: 'FORMERR',
  9002: 'SERVFAIL',
  9003: 'NXDOMAIN',
  9004: 'NOTIMP',
  9005: 'REFUSED',
};

/** Fields of the DNS client's channel. Its data stays as it is; `dns.*` is beside it, so hunts read one field for all. */
export function mapDnsClient(_: WindowsEvent, data: EventData, document: EcsDocument): void {
  document.set('event.category', ['network']).set('event.type', ['protocol', 'info']).set('network.protocol', 'dns');
  const [name, type] = [data.look('QueryName'), data.look('QueryType')];
  if (name !== null) setQuestion(document, name);
  const { addresses } = readResults(data.look('QueryResults'));
  document
    .set('dns.question.type', type === null ? null : queryType(type))
    .set('dns.resolved_ip', addresses)
    .set('dns.response_code', RESPONSES[data.look('QueryStatus') ?? data.look('ResponseStatus') ?? ''])
    .add('related.hosts', name)
    .add('related.ip', ...addresses);
}
