import type { ElasticSettings } from '../../src/elastic/settings.ts';

/** Settings for the nodes, with what a test wants otherwise. */
export function settingsFor(nodes: string | readonly string[], other: Partial<ElasticSettings> = {}): ElasticSettings {
  return {
    nodes: [nodes].flat(),
    auth: { type: 'none' },
    ca: null,
    caFingerprint: null,
    compatibility: 'auto',
    requestTimeoutMs: 5_000,
    ...other,
  };
}
