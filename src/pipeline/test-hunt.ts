import { type HuntError, isFatal, isHuntError } from '../core/error.ts';
import type { EnrichmentAnswer } from '../core/enrichment.ts';
import type { HuntTest } from '../core/hunt.ts';
import type { Row } from '../core/row.ts';
import type { RunRecord } from '../core/run.ts';
import { type Instant, parseTime, type Span } from '../core/time.ts';
import type { Engine } from '../engine/port.ts';
import { rowOfFinding } from '../findings/except.ts';
import { memoryStore } from '../store/memory/store.ts';
import { type CheckedHunt, relocated } from './checked.ts';
import { eventSpan } from './event-span.ts';
import type { RunEffects, RunFinding, RunRequest } from './request.ts';
import { runHunt } from './run-hunt.ts';
import { type Difference, type Expected, matchFindings } from './test-match.ts';

/** Events of one test: a file, by absolute path, or written in the hunt. */
export type TestEvents =
  { readonly file: string } | { readonly documents: readonly Readonly<Record<string, unknown>>[] };

/** The events of one test where an engine reads them, and nothing else there; disposing of it removes them. */
export interface TestGround extends AsyncDisposable {
  readonly engine: Engine;
  /** What to read in place of an index pattern of the hunt. */
  readonly relocate: (pattern: string) => string;
  /** Events by the index that they would be in. */
  readonly indices: ReadonlyMap<string, number>;
}

/** Lays out the events of a test; rejects with DEFINITION or NOT_FOUND for events that cannot be read. */
export type LayGround = (events: TestEvents, signal: AbortSignal) => Promise<TestGround>;

export interface TestEffects extends Omit<RunEffects, 'engine' | 'store' | 'report'> {
  readonly layGround: LayGround;
  readonly newRunId: () => string;
  /** Longest time for one query, ms. */
  readonly deadlineMs: number;
}

/** A finding as a test looks at it. */
export interface ShownFinding {
  readonly title: string;
  readonly cells: Row;
  readonly enriched: readonly EnrichmentAnswer[];
}

/** Why a test failed. */
export type TestFault =
  | {
      readonly kind: 'missing';
      readonly expected: Expected;
      readonly nearest: { readonly finding: ShownFinding; readonly differences: readonly Difference[] } | null;
    }
  | { readonly kind: 'unexpected'; readonly finding: ShownFinding; readonly columns: readonly string[] }
  | { readonly kind: 'verdict'; readonly expected: string; readonly found: string }
  /** It would have passed or failed without having looked at anything. */
  | { readonly kind: 'unseen'; readonly indices: ReadonlyMap<string, number> }
  | { readonly kind: 'error'; readonly code: string; readonly message: string; readonly remedy: string | null };

export interface TestResult {
  readonly huntId: string;
  readonly test: HuntTest;
  /** None: it passed, unless it was skipped. */
  readonly faults: readonly TestFault[];
  /** Sources that the site does not have, where the events are of no other: nothing can be shown here then. */
  readonly skippedFor: readonly string[];
  /** Null where the hunt was not run. */
  readonly record: RunRecord | null;
  readonly tookMs: number;
}

/**
 * Runs one test of a hunt over its events alone, as a scheduled run would: on the sources' clock, with all lists and all
 * active exceptions. Rejects only with an error after which no other test could run either.
 */
export async function testHunt(
  checked: CheckedHunt,
  test: HuntTest,
  events: TestEvents,
  effects: TestEffects,
): Promise<TestResult> {
  const started = effects.monotonic();
  const judged = await examine(checked, test, events, effects).catch(failure);
  return { huntId: checked.hunt.id, test, ...judged, tookMs: effects.monotonic() - started };
}

type Judged = Pick<TestResult, 'faults' | 'record' | 'skippedFor'>;

function failure(error: unknown): Judged {
  if (!isHuntError(error) || isFatal(error)) throw error;
  return { faults: [faultOf(error)], record: null, skippedFor: [] };
}

function faultOf({ code, message, remedy }: HuntError): TestFault {
  return { kind: 'error', code, message, remedy: remedy ?? null };
}

async function examine(
  checked: CheckedHunt,
  test: HuntTest,
  events: TestEvents,
  effects: TestEffects,
): Promise<Judged> {
  const { deadlineMs, signal } = effects;
  await using ground = await effects.layGround(events, signal);
  const { engine } = ground;
  const hunt = relocated(checked, ground.relocate);
  const span = await eventSpan(hunt.sources, { engine, clock: CLOCK, deadlineMs, signal });
  if (span === null && test.verdict !== 'blind') {
    return unseen(checked, ground);
  }
  const tile = tileOf(test) ?? span ?? endingAt(effects.now(), checked);
  const { record, findings } = await run(hunt, test, tile, engine, effects);
  return { faults: judge(test, record, findings), record, skippedFor: [] };
}

function unseen({ absent }: CheckedHunt, { indices }: TestGround): Judged {
  const faults: TestFault[] = absent.length > 0 ? [] : [{ kind: 'unseen', indices }];
  return { faults, record: null, skippedFor: absent };
}

function tileOf({ tile }: HuntTest): Span | null {
  const [start, end] = [tile?.from, tile?.to].map((text) => (text === undefined ? null : parseTime(text)));
  return start == null || end == null ? null : { start, end };
}

function endingAt(end: Instant, { hunt }: CheckedHunt): Span {
  return { start: end - hunt.windowMs, end };
}

/** As in a scheduled run: what a test shows must hold there. */
const CLOCK = 'ingest';
/** Rows of a run that a test keeps: as many as any run may. */
const ROWS_MAX = 9_999;

async function run(hunt: CheckedHunt, test: HuntTest, tile: Span, engine: Engine, effects: TestEffects) {
  const { newRunId, deadlineMs, signal } = effects;
  await using store = memoryStore();
  await store.setup({ dryRun: false }, signal);
  const request: RunRequest = {
    runId: newRunId(),
    tile,
    clock: CLOCK,
    lookBackMs: 0,
    job: null,
    queryDelayMs: null,
    params: test.params,
    deadlineMs,
    rowsMax: ROWS_MAX,
  };
  return await runHunt(hunt, request, { ...effects, engine, store, report: () => {} });
}

/** Verdicts other than `failed` count only where the test names one: a handful of events is mostly half blind. */
function judge(test: HuntTest, record: RunRecord, findings: readonly RunFinding[]): TestFault[] {
  const { verdict, error } = record;
  if (error !== null && test.verdict !== 'failed') return [{ kind: 'error', ...error }];
  const faults = findingFaults(test, findings.map(shownFinding));
  if (test.verdict === null || test.verdict === verdict) return faults;
  return [...faults, { kind: 'verdict', expected: test.verdict, found: verdict }];
}

function findingFaults({ finds }: HuntTest, findings: readonly ShownFinding[]): TestFault[] {
  const { missing, unexpected } = matchFindings(
    finds,
    findings.map(({ cells }) => cells),
    findings.map(({ enriched }) => enriched),
  );
  const columns = [...new Set(finds.flatMap((each) => Object.keys(each)))];
  const shown = new Set(missing.map(({ nearest }) => nearest?.row));
  return [
    ...missing.map(({ expected, nearest }): TestFault => {
      const finding = nearest === null ? undefined : findings[nearest.row];
      const near = nearest === null || finding === undefined ? null : { finding, differences: nearest.differences };
      return { kind: 'missing', expected, nearest: near };
    }),
    ...unexpected.flatMap((at): TestFault[] => {
      const finding = findings[at];
      return finding === undefined || shown.has(at) ? [] : [{ kind: 'unexpected', finding, columns }];
    }),
  ];
}

function shownFinding({ finding: { state } }: RunFinding): ShownFinding {
  const key = Object.keys(state.key);
  const { cells } = rowOfFinding(state);
  const first = [...key, 'count', 'hosts'];
  const ordered = [...cells].toSorted(([a], [b]) => rank(first, a) - rank(first, b));
  return { title: state.latest.title, cells: new Map(ordered), enriched: state.latest.enrichment ?? [] };
}

function rank(first: readonly string[], name: string): number {
  const at = first.indexOf(name);
  return at < 0 ? first.length : at;
}
