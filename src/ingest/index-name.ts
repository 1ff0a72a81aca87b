/** Values of one document by field, as text; null where it has none. */
export type FieldText = (field: (typeof NAMING_FIELDS)[number]) => string | null;

/** The fields that an index is named after. */
export const NAMING_FIELDS = [
  'data_stream.type',
  'data_stream.dataset',
  'data_stream.namespace',
  'agent.type',
  'agent.version',
  '@metadata.beat',
  '@metadata.version',
  'event.dataset',
] as const;

/** Beats that write into `<beat>-<version>` when no data stream is named. */
const BEATS = new Set(['winlogbeat', 'packetbeat', 'auditbeat']);
/** Elasticsearch's longest name of an index, in bytes. */
const NAME_MAX = 255;
/** What no index may be called: upper case, and signs that mean something in a pattern or a path. */
const FORBIDDEN = /[\\/*?"<>| ,#:\p{Cc}\p{Cf}\p{Z}\p{Cs}]/gu;

/**
 * The index a document would lie in: `<type>-<dataset>-<namespace>` of its data stream (elastic-agent),
 * `<beat>-<version>` of a beat (winlogbeat), else `logs-<event.dataset, or "unknown">-default`.
 */
export function indexOf(text: FieldText): string {
  const dataset = text('data_stream.dataset');
  if (dataset !== null) {
    return validIndex(`${text('data_stream.type') ?? 'logs'}-${dataset}-${text('data_stream.namespace') ?? 'default'}`);
  }
  const beat = text('@metadata.beat') ?? text('agent.type');
  if (beat !== null && BEATS.has(beat)) {
    const version = text('@metadata.version') ?? text('agent.version');
    return validIndex(version === null ? beat : `${beat}-${version}`);
  }
  return validIndex(`logs-${text('event.dataset') ?? 'unknown'}-default`);
}

/** A name that Elasticsearch would take, made from one that may come from anywhere: forbidden signs become `_`. */
export function validIndex(name: string): string {
  return /^[a-z0-9][a-z0-9_.-]{0,200}$/.test(name) ? name : mended(name);
}

function mended(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(FORBIDDEN, '_')
    .replace(/^[-_+.]+/, '');
  const short = Buffer.from(plain)
    .subarray(0, NAME_MAX)
    .toString('utf8')
    .replace(/\uFFFD$/, '');
  return short === '' ? 'unknown' : short;
}
