// Invented network events for benchmarks, the same for the same seed: Sysmon event 3 in ECS, as one line each.
import { random } from '../test/rig/random.ts';

const START = Date.parse('2026-05-01T00:00:00Z');
const PROGRAMS = [
  'chrome.exe',
  'msedge.exe',
  'svchost.exe',
  'teams.exe',
  'onedrive.exe',
  'outlook.exe',
  'powershell.exe',
];

/** `count` lines from document `first` on; 500 hosts, 400 programs, 50,000 destinations, 30 days. */
export function* networkLines(count: number, first = 0): Generator<string> {
  const next = random(20_261_121 + first);
  for (let index = first; index < first + count; index++) yield JSON.stringify(networkEvent(next, index));
}

/** What FROM of the benchmark's queries reads. */
export const INDEX = 'logs-windows.sysmon_operational-default';

function networkEvent(next: () => number, index: number): object {
  const draw = (below: number) => Math.floor(next() * below);
  const skewed = Math.floor(next() ** 3 * 400);
  const program = PROGRAMS[skewed] ?? `program-${skewed}.exe`;
  const host = `ws-${draw(500)}`;
  const at = new Date(START + Math.floor((index % 2_592_000) * 1_000 + next() * 1_000)).toISOString();
  const destination = draw(50_000);
  return {
    '@timestamp': at,
    data_stream: { type: 'logs', dataset: 'windows.sysmon_operational', namespace: 'default' },
    event: {
      code: '3',
      action: 'Network connection',
      category: ['network'],
      type: ['start', 'connection', 'protocol'],
      created: at,
    },
    winlog: { channel: 'Microsoft-Windows-Sysmon/Operational', event_id: '3', record_id: String(index) },
    host: { name: host, id: `id-${host}`, os: { family: 'windows', type: 'windows' } },
    process: {
      name: program,
      executable:
        next() < 0.05 ? `C:\\Users\\u${draw(500)}\\AppData\\Local\\Temp\\${program}` : `C:\\Program Files\\${program}`,
      pid: draw(30_000),
      entity_id: `{${host}-${skewed}-${draw(50)}}`,
    },
    user: { name: `user-${draw(600)}` },
    source: { ip: `10.0.${draw(4)}.${draw(250)}`, port: 49_152 + draw(16_000) },
    destination: {
      ip:
        destination < 25_000
          ? `10.${destination >> 8}.${destination & 255}.7`
          : `93.${(destination >> 8) & 255}.${destination & 255}.9`,
      port: next() < 0.8 ? 443 : draw(65_536),
    },
    network: { direction: next() < 0.7 ? 'egress' : 'ingress', transport: 'tcp', type: 'ipv4' },
  };
}
