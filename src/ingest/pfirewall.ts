import { EcsDocument } from './ecs-document.ts';
import { protocolName, setEnds } from './network-fields.ts';
import { readAddress, readNumber, readPort, worth } from './read-values.ts';
import { Malformed } from './scan.ts';
import { readTime, type WallClock } from './wall-clock.ts';

/** Fields of a log whose header was lost, as Windows has written them since 2003. */
const USUAL =
  'date time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin icmptype icmpcode info path'.split(
    ' ',
  );
const DATASET = 'windows.firewall';
const DIRECTIONS: Readonly<Record<string, string>> = { SEND: 'egress', RECEIVE: 'ingress' };

/** Whether a first line is one of `pfirewall.log`: a line of its header, or a record of a log that lost it. */
export function isPfirewall(line: string): boolean {
  return (
    /^#(?:Software: Microsoft Windows Firewall|Fields: date time action protocol )/.test(line) ||
    /^\d{4}-\d\d-\d\d \d{1,2}:\d\d:\d\d (?:ALLOW|DROP|OPEN(?:-INBOUND)?|CLOSE|INFO-EVENTS-LOST) /.test(line)
  );
}

/** Reads the log of the Windows Firewall, line by line; its header says which fields there are. */
export class PfirewallReader {
  readonly #clock: WallClock;
  #names: readonly string[] = USUAL;
  #isUtc = false;

  constructor(clock: WallClock) {
    this.#clock = clock;
  }

  /** The document of a line; null for one of the header. Throws Malformed. */
  line(text: string): EcsDocument | null {
    if (text.startsWith('#')) {
      this.#header(text);
      return null;
    }
    const parts = text.trim().split(/\s+/);
    const fields = new Map(this.#names.map((name, at) => [name, worth(parts[at])]));
    // A pid may stand at the end although the header does not know of it.
    if (parts.length === this.#names.length + 1 && !fields.has('pid')) fields.set('pid', worth(parts.at(-1)));
    else if (parts.length !== this.#names.length) {
      throw new Malformed(`the line has ${parts.length} fields, its header names ${this.#names.length}`, 0);
    }
    return this.#document(text, (name) => fields.get(name) ?? null);
  }

  #header(text: string): void {
    const [, name, value = ''] = /^#([^:]+):\s*(.*)$/.exec(text.trim()) ?? [];
    if (name === 'Fields') this.#names = value.split(/\s+/);
    if (name === 'Time Format') this.#isUtc = /^(?:GMT|UTC)$/i.test(value);
  }

  #document(text: string, of: (name: string) => string | null): EcsDocument {
    const time = readTime(`${of('date') ?? ''} ${of('time') ?? ''}`);
    const action = of('action');
    if (time === null) throw new Malformed('the line has no date and time', 0);
    if (action === null) throw new Malformed('the line has no action', 0);
    const at = 'instant' in time ? time.instant : this.#isUtc ? time.wall : this.#clock.instant(time.wall);
    const denied = action === 'DROP';
    const allowed = action === 'ALLOW' || action.startsWith('OPEN');
    const document = new EcsDocument()
      .time('@timestamp', at)
      .set('data_stream', { type: 'logs', dataset: DATASET, namespace: 'default' })
      .set('ecs.version', '8.11.0')
      .set('event.kind', 'event')
      .set('event.module', 'windows')
      .set('event.dataset', DATASET)
      .set('event.category', ['network'])
      .set('event.type', ['connection', denied ? 'denied' : allowed ? 'allowed' : action === 'CLOSE' ? 'end' : 'info'])
      .set('event.action', action.toLowerCase())
      .set('event.outcome', denied ? 'failure' : 'success')
      .set('event.original', text)
      .set('process.pid', readNumber(of('pid')));
    setFlow(document, of);
    return document;
  }
}

/** The packet; an address that is none fails the line, which would else count as a connection to nowhere. */
function setFlow(document: EcsDocument, of: (name: string) => string | null): void {
  const [source, destination] = [address(of('src-ip')), address(of('dst-ip'))];
  const [sourcePort, destinationPort] = [port(of('src-port')), port(of('dst-port'))];
  setEnds(document, { transport: protocolName(of('protocol')), source, destination, sourcePort, destinationPort });
  const size = readNumber(of('size'));
  document
    .set('source.address', source)
    .set('destination.address', destination)
    .set('network.direction', DIRECTIONS[of('path') ?? ''])
    .set('network.bytes', size === 0 ? null : size)
    .set('windows.firewall.tcp_flags', of('tcpflags'))
    .set('windows.firewall.icmp.type', readNumber(of('icmptype')))
    .set('windows.firewall.icmp.code', readNumber(of('icmpcode')));
}

function address(text: string | null): string | null {
  const read = readAddress(text);
  if (text !== null && read === null) throw new Malformed(`"${text.slice(0, 60)}" is no address`, 0);
  return read;
}

function port(text: string | null): number | null {
  const read = readPort(text);
  if (text !== null && read === null) throw new Malformed(`"${text.slice(0, 60)}" is no port`, 0);
  return read;
}
