// The two network hunts counted by hand over documents, apart from the queries, the engines and the simulator.

/** The fields of simulated documents that the hunts read. */
export interface Document {
  readonly '@timestamp': string;
  readonly event: {
    readonly action: string;
    readonly code?: string;
    readonly created: string;
    readonly ingested: string;
  };
  readonly host: { readonly name: string };
  readonly process: { readonly name?: string; readonly executable?: string; readonly entity_id: string };
  readonly network: { readonly direction?: string; readonly transport?: string };
  readonly source?: { readonly ip: string };
  readonly destination?: { readonly ip: string; readonly port: number; readonly bytes?: number };
}

type Found = Readonly<Record<string, string | number>>;

const BROWSERS = ['chrome.exe', 'msedge.exe', 'firefox.exe'];
const PROGRAMS = [...BROWSERS, 'iexplore.exe', 'svchost.exe'];
const HOUR_MS = 3_600_000;

/** Programs on at most three hosts that reached out on ports other than those of the web, installed browsers left out. */
export function rareEgress(documents: readonly Document[]): Found[] {
  const counting = documents.filter(
    (document) =>
      outgoing(document) &&
      document.network.transport === 'tcp' &&
      (document.event.code === '3' ||
        (document.event.action === 'disconnect_received' && (document.destination?.bytes ?? 0) > 0)) &&
      ![80, 443].includes(document.destination?.port ?? 0) &&
      !(BROWSERS.includes(document.process.name ?? '') && document.process.executable?.includes('Program Files')),
  );
  return groups(counting, ({ process }) => process.name ?? '')
    .map(([name, events]) => ({
      'process.name': name,
      'destination.ip': only(events.map(({ destination }) => destination?.ip ?? '')),
      'destination.port': Number(only(events.map(({ destination }) => String(destination?.port)))),
      hosts: new Set(events.map(hostOf)).size,
      count: events.length,
    }))
    .filter(({ 'process.name': name, hosts }) => name.endsWith('.exe') && hosts <= 3)
    .sort((a, b) => (a['process.name'] < b['process.name'] ? -1 : 1));
}

/** One process of one host that connected to one address at least 120 times an hour for at least four hours. */
export function highCounts(documents: readonly Document[]): Found[] {
  const counting = documents.filter(
    (document) =>
      outgoing(document) &&
      (document.event.code === '3' || document.event.action === 'connection_attempted') &&
      document.destination?.port !== 53 &&
      PROGRAMS.includes((document.process.name ?? '').toLowerCase()),
  );
  return groups(counting, ({ process, destination }) => `${process.name?.toLowerCase()} ${destination?.ip}`)
    .filter(([, events]) => new Set(events.map(hostOf)).size === 1)
    .filter(([, events]) => new Set(events.map(({ process }) => process.entity_id)).size === 1)
    .filter(([, events]) => {
      const hours = (timeOf(events.at(-1)) - timeOf(events[0])) / HOUR_MS;
      return hours >= 4 && events.length / hours >= 120;
    })
    .map(([key, events]) => ({
      'process.name': key.split(' ')[0] ?? '',
      'host.name': events.map(hostOf)[0] ?? '',
      'destination.ip': events[0]?.destination?.ip ?? '',
      count: events.length,
    }));
}

function outgoing({ network }: Document): boolean {
  return network.direction === 'egress';
}

function hostOf({ host }: Document): string {
  return host.name.toLowerCase().split('.')[0] ?? '';
}

function timeOf(document: Document | undefined): number {
  return Date.parse(document?.['@timestamp'] ?? '');
}

function groups(documents: readonly Document[], keyOf: (document: Document) => string): [string, Document[]][] {
  const byKey = new Map<string, Document[]>();
  for (const document of documents) {
    const key = keyOf(document);
    const group = byKey.get(key);
    if (group === undefined) byKey.set(key, [document]);
    else group.push(document);
  }
  return [...byKey];
}

/** The one value of all, or all of them for the message of a failing test. */
function only(values: readonly string[]): string {
  return [...new Set(values)].join(',');
}
