import type { Host } from '../office.ts';
import { NAMESPACE } from './shape.ts';

/** What Elastic Defend says of itself and of its host in each event. */
export function defendAgent(host: Host, dataset: string) {
  return {
    agent: { id: host.id, type: 'endpoint', version: '8.19.0' },
    data_stream: { type: 'logs', dataset, namespace: NAMESPACE },
    ecs: { version: '8.10.0' },
    host: {
      name: host.name,
      hostname: host.name,
      id: host.id,
      ip: [host.ip],
      os: { family: 'windows', type: 'windows', platform: 'windows', name: 'Windows' },
    },
  };
}
