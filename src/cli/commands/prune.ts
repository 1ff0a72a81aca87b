import type { Retention } from '../../config/read-config.ts';
import { formatDuration, type Instant } from '../../core/time.ts';
import { timeJson } from '../views/as-json.ts';
import { type Effects, readyStore } from '../effects.ts';
import { startProgress } from '../progress.ts';
import { safe } from '../views/safe-text.ts';
import { table, type TableColumn } from '../views/table.ts';
import { clockTime } from '../views/view-finding.ts';

export interface PruneFlags {
  readonly dryRun?: boolean;
}

/** What became of one kind. */
interface Pruned {
  readonly what: keyof Retention;
  /** null: for ever, where no retention is configured for it. */
  readonly keptMs: number | null;
  /** What is older was removed, or would be. */
  readonly before: Instant | null;
  /** null: there was nothing to look for. Sightings go with their finding too, whatever their own retention. */
  readonly documents: number | null;
  readonly dryRun: boolean;
}

/** `hunt prune`: removes what is older than the site wants it, and says how much of each kind. */
export async function prune({ dryRun = false }: PruneFlags, effects: Effects): Promise<number> {
  const { out, now, monotonic } = effects;
  const { retention, elasticsearch } = await effects.config();
  const limits = limitsOf(retention, now());
  using progress = startProgress(out, monotonic);
  progress.doing(safe`removing what is old`);
  const counts = await pruneAll(limits, dryRun, effects);
  progress.clear();
  const pruned = KINDS.map((what): Pruned => {
    return { what, keptMs: retention[what], before: limits[what], documents: counts[what], dryRun };
  });
  out.answer(pruned.map(prunedJson), () => prunedTable(pruned, dryRun, out));
  tell(retention, elasticsearch !== null, effects);
  return 0;
}

const KINDS = ['findings', 'sightings', 'runs', 'outbox', 'events'] as const;
type ByKind = Readonly<Record<keyof Retention, number | null>>;

function limitsOf(retention: Retention, now: Instant): ByKind {
  const before = (keptMs: number | null) => (keptMs === null ? null : now - keptMs);
  const { findings, sightings, runs, outbox, events } = retention;
  return {
    findings: before(findings),
    sightings: before(sightings),
    runs: before(runs),
    outbox: before(outbox),
    events: before(events),
  };
}

/** Documents of each kind; null for a kind that nothing was removed of by itself or with another. */
async function pruneAll(limits: ByKind, dryRun: boolean, effects: Effects): Promise<ByKind> {
  const removed = await (await readyStore(effects)).prune(limits, { dryRun }, effects.signal);
  const { findings, sightings, runs, outbox } = limits;
  return {
    findings: findings === null ? null : removed.findings,
    sightings: findings === null && sightings === null ? null : removed.sightings,
    runs: runs === null ? null : removed.runs,
    outbox: outbox === null ? null : removed.outbox,
    events: await pruneEvents(limits.events, dryRun, effects),
  };
}

/** Documents in segments of the embedded store; the store is opened only where there is something to look for. */
async function pruneEvents(before: Instant | null, dryRun: boolean, { config }: Effects): Promise<number | null> {
  const { elasticsearch, home } = await config();
  if (before === null || elasticsearch !== null) return null;
  const { openEventStore } = await import('../../embedded/segments/store.ts');
  using events = openEventStore(home);
  return events.prune(before, { dryRun }).documents;
}

function prunedJson(pruned: Pruned) {
  return { ...pruned, before: timeJson(pruned.before) };
}

function prunedTable(pruned: readonly Pruned[], dryRun: boolean, { paint, width }: Effects['out']) {
  const columns: TableColumn<Pruned>[] = [
    { name: 'WHAT', cell: ({ what }) => what },
    { name: 'KEPT', cell: ({ keptMs }) => (keptMs === null ? 'for ever' : formatDuration(keptMs)) },
    { name: 'BEFORE', cell: beforeText },
    { name: dryRun ? 'WOULD REMOVE' : 'REMOVED', cell: countText, align: 'right' },
  ];
  return table(pruned, columns, paint, width);
}

function beforeText({ before, documents }: Pruned): string {
  return before === null && documents !== null ? 'with their finding' : clockTime(before);
}

function countText({ before, documents }: Pruned): string {
  if (documents !== null) return String(documents);
  return before === null ? '' : 'not ours';
}

function tell(retention: Retention, onElasticsearch: boolean, { out }: Effects): void {
  if (Object.values(retention).every((kept) => kept === null)) {
    out.note(safe`No retention is configured, so nothing is removed: see "retention" in hunt.config.yml`);
  }
  if (onElasticsearch && retention.events !== null) {
    out.note(safe`retention.events is not for events in Elasticsearch: its own lifecycle rules remove them`);
  }
}
