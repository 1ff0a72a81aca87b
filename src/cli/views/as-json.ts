import type { Finding, Sighting } from '../../core/finding.ts';
import type { RunRecord } from '../../core/run.ts';
import { type Instant, isoTime, type Span } from '../../core/time.ts';
import type { RunFinding, RunResult } from '../../pipeline/request.ts';

/**
 * What `--json` prints: the fields of the core types under their own names, instants as ISO 8601 in UTC. People build
 * on these shapes; docs/cli.md tells them.
 */
export function findingJson({ state, triage, newsAt, createdAt }: Finding) {
  const { latest } = state;
  return {
    ...state,
    ...timesAsText(state, ['firstSeen', 'lastSeen', 'eventStart', 'eventEnd']),
    latest: { ...latest, ...timesAsText(latest, ['tileStart', 'tileEnd', 'examinedAt']) },
    ...triage,
    history: triage.history.map((step) => ({ ...step, at: isoTime(step.at) })),
    newsAt: isoTime(newsAt),
    createdAt: isoTime(createdAt),
  };
}

export function sightingJson(sighting: Sighting) {
  const times = ['tileStart', 'tileEnd', 'examinedAt', 'firstSeen', 'lastSeen', 'eventStart', 'eventEnd'] as const;
  return { ...sighting, ...timesAsText(sighting, times) };
}

export function runJson(record: RunRecord) {
  return {
    ...record,
    ...timesAsText(record, ['startedAt', 'endedAt']),
    tile: spanJson(record.tile),
    range: spanJson(record.range),
    sources: record.sources.map((source) => ({ ...source, newest: timeJson(source.newest) })),
  };
}

/** One run with what it found: an item of `hunt run --json`. */
export function resultJson({ record, findings }: RunResult) {
  return { run: runJson(record), findings: findings.map(runFindingJson) };
}

function runFindingJson({ finding, delta }: RunFinding) {
  return { delta, ...findingJson(finding) };
}

export function timeJson(instant: Instant | null): string | null {
  return instant === null ? null : isoTime(instant);
}

export function spanJson({ start, end }: Span) {
  return { start: isoTime(start), end: isoTime(end) };
}

function timesAsText<K extends string>(from: Readonly<Record<K, Instant>>, names: readonly K[]): Record<K, string> {
  return Object.fromEntries(names.map((name) => [name, isoTime(from[name])])) as Record<K, string>;
}
