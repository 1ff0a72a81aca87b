// embedded: events without a server. In: files of events, ES|QL. Out: immutable segments, answers. May import: core,
// query, ingest.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Instant } from '../../core/time.ts';
import type { Input } from '../../ingest/open.ts';
import { mergeSegments, smallSegments } from './compact.ts';
import { Duck } from './duck.ts';
import { tidy } from './housekeeping.ts';
import { type IngestCount, type IngestOptions, ingestInto } from './ingest.ts';
import { Manifest } from './manifest.ts';
import type { MappedField, SegmentInfo, Snapshot } from './snapshot.ts';

/**
 * The events that were ingested below one home folder: `events/manifest.sqlite` and `events/segments/`. Several
 * processes may ingest and read at once. A document is in the store once, whatever is ingested again, and whatever was
 * killed: segments appear whole, in one transaction each.
 */
export interface EventStore extends Disposable {
  /** What the store holds now; it never changes. Attach its files soon: a replaced one is kept for an hour. */
  snapshot(): Snapshot;
  /** Adds what is new of the inputs. Rejects with NOT_FOUND (a file that cannot be read) and CANCELLED. */
  ingest(inputs: readonly Input[], options: IngestOptions): Promise<IngestCount>;
  /** Merges small segments, when there are many; how many were merged. */
  compact(): Promise<number>;
  /**
   * Takes out segments whose newest event, by any clock, lies before the instant; a dry run only counts. A segment goes
   * whole or stays whole, and one without any date stays. Files of what went are removed an hour later, by the next
   * ingest or prune: somebody may be about to read them.
   */
  prune(before: Instant, options: { readonly dryRun: boolean }): PrunedEvents;
}

/** What was taken out, or would be. */
interface PrunedEvents {
  readonly segments: number;
  readonly documents: number;
}

const COMPACT_MEMORY = '512MB';

/** Opens the store of a home folder (absolute), which is made when it is not there. */
export function openEventStore(home: string): EventStore {
  const folder = join(home, 'events');
  const manifest = new Manifest(folder);
  const spill = join(manifest.spillFolder, `${process.pid}`);
  return {
    snapshot: snapshotsOf(manifest),
    ingest: async (inputs, options) => {
      tidy(manifest, Date.now());
      try {
        return await ingestInto(folder, manifest, inputs, options);
      } finally {
        rmSync(spill, { recursive: true, force: true });
      }
    },
    compact: () => compact(manifest, spill),
    prune: (before, options) => prune(manifest, before, options),
    [Symbol.dispose]: () => manifest[Symbol.dispose](),
  };
}

function prune(manifest: Manifest, before: Instant, { dryRun }: { readonly dryRun: boolean }): PrunedEvents {
  tidy(manifest, Date.now());
  const old = (live: readonly SegmentInfo[]) => live.filter((segment) => isOver(segment, before));
  const gone = dryRun ? old(manifest.live()) : manifest.retire(old);
  return { segments: gone.length, documents: gone.reduce((sum, { rows }) => sum + rows, 0) };
}

function isOver({ bounds }: SegmentInfo, before: Instant): boolean {
  return bounds.size > 0 && [...bounds.values()].every(({ max }) => max < before);
}

/** Fields of any index; one that only a lost segment had is none. The last snapshot again while nothing has changed. */
function snapshotsOf(manifest: Manifest): () => Snapshot {
  let last: { readonly snapshot: Snapshot; readonly fields: ReadonlyMap<string, MappedField> } | null = null;
  return () => {
    const [segments, fields] = [manifest.live(), manifest.fields()];
    if (last?.fields === fields && sameItems(last.snapshot.segments, segments)) return last.snapshot;
    const present = new Set(segments.flatMap((segment) => [...segment.fields.values()].flatMap((ids) => [...ids])));
    const mapping = new Map([...fields].filter(([, { id }]) => present.has(id)));
    last = { snapshot: { mapping, segments }, fields };
    return last.snapshot;
  };
}

function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, at) => item === b[at]);
}

async function compact(manifest: Manifest, spill: string): Promise<number> {
  const small = smallSegments(manifest.live());
  if (small.length === 0) return 0;
  using duck = await Duck.open({ memory: COMPACT_MEMORY, spill });
  return (await mergeSegments(duck, manifest, small)) ? small.length : 0;
}
