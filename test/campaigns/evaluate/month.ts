// A month of an office of 500 hosts, generated straight into segments: every hunt runs day by day, as its job runs it, and
// what it finds is held against what was planted.
import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedEvents } from '../../../src/cli/embedded-events.ts';
import type { Stock } from '../../../src/cli/stock.ts';
import type { Severity } from '../../../src/core/hunt.ts';
import { DAY_MS, type Instant, isoTime, MINUTE_MS, type Span } from '../../../src/core/time.ts';
import type { EventStore } from '../../../src/embedded/segments/store.ts';
import type { GeoLookup } from '../../../src/findings/geoip.ts';
import { openGeo } from '../../../src/findings/geoip-open.ts';
import type { CheckedHunt } from '../../../src/pipeline/checked.ts';
import type { RunEffects, RunResult } from '../../../src/pipeline/request.ts';
import { runHunt } from '../../../src/pipeline/run-hunt.ts';
import { sqliteStore } from '../../../src/store/sqlite/store.ts';
import { daysOf, fitRate, FORMATS } from './month-events.ts';
import { type MonthPlan, type MonthRequest, planMonth } from './month-plan.ts';
import { judgeMonth, type MonthJudgement } from './month-judge.ts';
import { monthSite } from './month-site.ts';
import { monthSection } from './month-table.ts';
import { shownBy, type Truth, truthsOf } from './month-truth.ts';
import type { EvaluateFlags, PartResult, Say } from './result.ts';

/** A finding that was new or reopened in a tile. */
export interface News {
  readonly severity: Severity;
  readonly title: string;
  readonly delta: string;
  /** Occurrences of attacks that it shows. */
  readonly attacks: readonly string[];
  /** Look-alikes that it shows. */
  readonly alike: readonly string[];
}

/** One hunt over one tile. */
export interface MonthRun {
  readonly hunt: string;
  readonly day: string;
  readonly version: string;
  readonly verdict: string;
  readonly reasons: readonly string[];
  readonly seconds: number;
  readonly recurring: number;
  readonly news: readonly News[];
}

/** What was made, and how long it took. */
export interface MonthIngest {
  readonly events: number;
  readonly seconds: number;
  readonly rate: number;
}

export interface MonthResult extends PartResult {
  readonly figures: MonthJudgement & {
    readonly request: MonthRequest;
    readonly ingest: MonthIngest;
    readonly unseen: readonly string[];
  };
}

const { signal } = new AbortController();
/** The last day is a Friday, so a month holds four weekends. */
const END = Date.parse('2026-11-14T00:00:00Z');
const ROWS_MAX = 9_999;
/** Hunts at once, as a worker has by default. */
const LANES = 2;
const DEADLINE_MS = 10 * MINUTE_MS;

/** Goes on where a run with the same flags was ended; `home` holds its events and findings. */
export async function evaluateMonth(flags: EvaluateFlags, say: Say): Promise<MonthResult> {
  const request: MonthRequest = {
    seed: flags.seed ?? '1',
    hosts: Number(flags.hosts ?? 500),
    days: Number(flags.days ?? 30),
    events: Number(flags.events ?? 3_600_000),
    end: END,
  };
  const name = createHash('sha256').update(JSON.stringify(request)).digest('hex').slice(0, 8);
  const home = flags.home ?? join(tmpdir(), `tracehound-month-${name}`);
  const plan = planMonth(request);
  if (flags.again === true) await forgetFindings(home);
  const { ingest, runs, unseen } = await liveThrough(plan, home, say);
  const judged = judgeMonth(truthsOf(plan), runs);
  const beyond = ingest.events > request.events ? [`${ingest.events} events, more than ${request.events}`] : [];
  return {
    faults: [...beyond, ...judged.faults],
    section: monthSection(plan, { ingest, unseen }, judged),
    figures: { request, ingest, unseen, ...judged },
  };
}

async function liveThrough(plan: MonthPlan, home: string, say: Say) {
  await mkdir(home, { recursive: true });
  const stock = await monthSite(plan, join(home, 'site'));
  await using events = openEmbeddedEvents(home);
  const geo = await openGeo({ city: null, asn: null }, Date.now());
  const ingest = await fill({ plan, store: events.store, home, geo, say });
  await using store = sqliteStore(join(home, 'findings.sqlite'));
  await store.setup({ dryRun: false }, signal);
  const effects: RunEffects = {
    engine: events.engine,
    store,
    geoip: () => Promise.resolve(geo),
    now: () => plan.span.end,
    monotonic: () => performance.now(),
    random: () => 0.5,
    sleep: () => Promise.resolve(),
    report: () => {},
    signal,
  };
  const runs = await runAll({ plan, stock, home, say, truths: truthsOf(plan) }, effects);
  return { ingest, runs, unseen: unscheduled(stock) };
}

interface Filling {
  readonly plan: MonthPlan;
  readonly store: EventStore;
  readonly home: string;
  readonly geo: GeoLookup;
  readonly say: Say;
}

/** Puts the days that are not there yet into the store; the mark of a day is written after its events. */
async function fill({ plan, store, home, geo, say }: Filling): Promise<MonthIngest> {
  const mark = join(home, 'ingest.json');
  const done = await readJson<MonthIngest & { readonly days: number }>(mark);
  if (done?.days === plan.request.days) return done;
  const rate = done?.rate ?? fitRate(plan);
  say(`desks that are thinned make ${(100 * rate).toFixed(0)} % of their connections`);
  let made = done ?? { events: 0, seconds: 0, rate, days: 0 };
  for (const { day, start, lines } of daysOf(plan, rate, geo)) {
    if (day < made.days) continue;
    const began = performance.now();
    let events = 0;
    for (const format of FORMATS) {
      const input = { name: `${isoTime(start)} ${format}`, path: null, size: null };
      const counts = await store.ingest([input], { format, signal, stdin: () => pieces(lines[format]) });
      if (counts.refused > 0) throw new Error(JSON.stringify(counts.inputs));
      events += counts.taken + counts.seen;
    }
    const seconds = made.seconds + (performance.now() - began) / 1_000;
    made = { events: made.events + events, seconds, rate, days: day + 1 };
    await writeFile(mark, JSON.stringify(made));
    say(`${isoTime(start).slice(0, 10)}: ${made.events} events in segments`);
  }
  await store.compact();
  return made;
}

const PIECE = 2_000;

async function* pieces(lines: readonly string[]): AsyncGenerator<Buffer> {
  for (let at = 0; at < lines.length; at += PIECE) {
    yield Buffer.from(`${lines.slice(at, at + PIECE).join('\n')}\n`);
  }
}

async function readJson<T>(path: string): Promise<T | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

interface Life {
  readonly plan: MonthPlan;
  readonly stock: Stock;
  readonly home: string;
  readonly say: Say;
  readonly truths: readonly Truth[];
}

/** All hunts of all jobs over the tiles of the month, day after day. What was run is not run again. */
async function runAll({ plan, stock, home, say, truths }: Life, effects: RunEffects): Promise<readonly MonthRun[]> {
  const book = join(home, 'runs.ndjson');
  const runs = await readRuns(book);
  const done = new Set(runs.map(nameOf));
  const hunts = assigned(stock);
  refuseOthers(runs, hunts);
  for (let start = plan.span.start; start < plan.span.end; start += DAY_MS) {
    const began = performance.now();
    const day = isoTime(start).slice(0, 10);
    const waiting = hunts.filter(({ checked: { hunt } }) => !done.has(nameOf({ ...hunt, hunt: hunt.id, day })));
    const lane = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const run = await examined(next, { start, end: start + DAY_MS }, truths, effects);
        runs.push(run);
        await appendFile(book, `${JSON.stringify(run)}\n`);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    say(`${day}: ${hunts.length} tiles in ${((performance.now() - began) / 1_000).toFixed(0)} s`);
  }
  return runs;
}

/** Findings of a hunt as it was before would make those of today recurring. */
function refuseOthers(runs: readonly MonthRun[], hunts: readonly Assigned[]): void {
  const versions = new Map(hunts.map(({ checked: { hunt } }) => [hunt.id, hunt.version]));
  const other = runs.find(({ hunt, version }) => versions.get(hunt) !== version);
  if (other !== undefined) throw new Error(`${other.hunt} has changed since ${other.day} was run: add --again`);
}

function nameOf({ hunt, day, version }: Pick<MonthRun, 'hunt' | 'day' | 'version'>): string {
  return `${hunt} ${day} ${version}`;
}

async function readRuns(book: string): Promise<MonthRun[]> {
  await appendFile(book, '');
  const lines = (await readFile(book, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as MonthRun);
}

interface Assigned {
  readonly checked: CheckedHunt;
  readonly lookBackMs: number;
}

/** Each hunt once, with the look-back of the first job that names it. */
function assigned({ jobs }: Stock): readonly Assigned[] {
  const hunts = new Map<string, Assigned>();
  for (const { job, hunts: named } of jobs.values()) {
    for (const checked of named) {
      const { id } = checked.hunt;
      if (!hunts.has(id)) hunts.set(id, { checked, lookBackMs: job.lookBackMs });
    }
  }
  return [...hunts.values()].toSorted((a, b) => (a.checked.hunt.id < b.checked.hunt.id ? -1 : 1));
}

/** Hunts of the jobs that do not run, since the estate has no source of theirs. */
function unscheduled({ jobs }: Stock): readonly string[] {
  const ids = [...jobs.values()].flatMap((job) => job.unscheduled.map(({ huntId }) => huntId));
  return [...new Set(ids)].toSorted();
}

async function examined(
  { checked, lookBackMs }: Assigned,
  tile: Span,
  truths: readonly Truth[],
  effects: RunEffects,
): Promise<MonthRun> {
  const asked = performance.now();
  const request = { tile, clock: 'ingest', lookBackMs, queryDelayMs: 0, params: {}, rowsMax: ROWS_MAX } as const;
  const runId = `${checked.hunt.id} ${isoTime(tile.start)}`;
  const job = { id: 'evaluate', attempt: 1 };
  const atItsEnd = { ...effects, now: () => tile.end };
  const result = await runHunt(checked, { ...request, runId, job, deadlineMs: DEADLINE_MS }, atItsEnd);
  const seconds = (performance.now() - asked) / 1_000;
  return {
    ...summary(result, tile.end, truths),
    day: isoTime(tile.start).slice(0, 10),
    version: checked.hunt.version,
    seconds,
  };
}

/** News is what the tile's own time says, not what a run says: one that was killed before it was noted is run again. */
function summary({ record, findings }: RunResult, end: Instant, truths: readonly Truth[]) {
  if (record.error !== null) throw new Error(`${record.runId}: ${record.error.message}`);
  const news = findings.filter(({ finding }) => finding.newsAt === end);
  return {
    hunt: record.huntId,
    verdict: record.verdict,
    reasons: record.reasons.map(({ text }) => text),
    recurring: findings.length - news.length,
    news: news.map(({ finding: { state, createdAt } }) => {
      const shown = shownBy(state, truths);
      const ids = (isAttack: boolean) => shown.filter((truth) => truth.isAttack === isAttack).map(({ id }) => id);
      const { severity, title } = state.latest;
      return { severity, title, delta: createdAt === end ? 'new' : 'reopened', attacks: ids(true), alike: ids(false) };
    }),
  };
}

/** Forgets what was found, and keeps the events. */
async function forgetFindings(home: string): Promise<void> {
  for (const name of ['runs.ndjson', 'findings.sqlite', 'findings.sqlite-wal', 'findings.sqlite-shm']) {
    await rm(join(home, name), { force: true });
  }
}
