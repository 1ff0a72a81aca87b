// Connections at an even pace, in the shapes in which Elastic Defend, Elastic Agent and Winlogbeat report them.
import type { EcsEvent } from './load-captures.ts';

export type Shape = 'defend' | 'sysmon' | 'winlogbeat';

export interface Beacon {
  readonly shape: Shape;
  readonly host: string;
  readonly process: string;
  /** Tells two processes of one name apart. */
  readonly instance: string;
  readonly ip: string;
  readonly perHour: number;
  readonly hours: number;
  readonly start?: string;
  readonly port?: number;
}

/** `perHour * hours + 1` connections, the last exactly `hours` after the first. */
export function beacon({
  shape,
  host,
  process,
  instance,
  ip,
  perHour,
  hours,
  start = '2026-06-01T02:00:00Z',
  port = 443,
}: Beacon): EcsEvent[] {
  const gapMs = 3_600_000 / perHour;
  return Array.from({ length: perHour * hours + 1 }, (_, index) => {
    const at = new Date(Date.parse(start) + Math.round(index * gapMs)).toISOString();
    return { ...SHAPES[shape](at), ...connection(host, process, instance, { ip, port }, index) };
  });
}

function connection(host: string, process: string, instance: string, destination: EcsEvent, index: number): EcsEvent {
  return {
    host: { name: host, os: { family: 'windows', type: 'windows' } },
    process: {
      name: process,
      entity_id: `{${host}-${instance}}`,
      pid: 4_000,
      executable: `C:\\Windows\\System32\\${process}`,
    },
    user: { name: 'ana' },
    source: { ip: '192.168.7.9', port: 50_000 + (index % 10_000) },
    destination,
    network: { direction: 'egress', transport: 'tcp' },
  };
}

const SYSMON = {
  code: '3',
  provider: 'Microsoft-Windows-Sysmon',
  category: ['network'],
  type: ['start', 'connection', 'protocol'],
};
const CHANNEL = { channel: 'Microsoft-Windows-Sysmon/Operational' };

const SHAPES: Readonly<Record<Shape, (at: string) => EcsEvent>> = {
  defend: (at) => ({
    '@timestamp': at,
    data_stream: { type: 'logs', dataset: 'endpoint.events.network', namespace: 'default' },
    event: {
      action: 'connection_attempted',
      category: ['network'],
      type: ['start'],
      dataset: 'endpoint.events.network',
      module: 'endpoint',
      created: at,
    },
  }),
  sysmon: (at) => ({
    '@timestamp': at,
    data_stream: { type: 'logs', dataset: 'windows.sysmon_operational', namespace: 'default' },
    event: {
      ...SYSMON,
      action: 'Network connection',
      dataset: 'windows.sysmon_operational',
      module: 'windows',
      created: at,
    },
    winlog: CHANNEL,
  }),
  // Winlogbeat has no data stream of its own; the loader needs one for the name of the index.
  winlogbeat: (at) => ({
    '@timestamp': at,
    data_stream: { type: 'logs', dataset: 'windows.sysmon_operational', namespace: 'winlogbeat' },
    event: { ...SYSMON, action: 'Network connection detected (rule: NetworkConnect)', module: 'sysmon', created: at },
    winlog: CHANNEL,
  }),
};
