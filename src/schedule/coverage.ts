import { parentOf, TACTICS, tacticsOf, TECHNIQUE_NAMES } from '../core/attack.ts';
import type { Hunt, SourceNeed } from '../core/hunt.ts';
import type { SourceSeen } from '../core/run.ts';
import type { Source } from '../core/source.ts';
import { type Instant, isoTime } from '../core/time.ts';
import type { CheckedHunt } from '../pipeline/checked.ts';
import { missedSources } from '../pipeline/sources.ts';
import type { CheckedJob } from './check-jobs.ts';
import type { JobCondition, JobStatus } from './job-status.ts';

/**
 * How far a hunt, or a technique by the best of its hunts, is covered, from best to worst. `runs`: a job runs it and its
 * sources send. `degraded`: one of its sources fell silent. `scheduled`: a job names it; whether it runs, or what its
 * sources send, was not asked. `idle`: nothing runs it. `blind`: it lacks the sources it needs.
 */
const COVERAGE_STATES = ['runs', 'degraded', 'scheduled', 'idle', 'blind'] as const;
export type CoverageState = (typeof COVERAGE_STATES)[number];

/** What was learnt about one source; `failed`: the question was not answered, `error` says why. */
export interface AskedSource {
  readonly name: string;
  readonly state: SourceSeen['state'] | 'failed';
  readonly newest: Instant | null;
  readonly error: string | null;
}

/** The definitions of a site, and what was asked about them. */
export interface CoverageInput {
  readonly hunts: readonly Hunt[];
  /** Hunts without an error, by id. */
  readonly checked: ReadonlyMap<string, CheckedHunt>;
  readonly jobs: readonly CheckedJob[];
  readonly sources: ReadonlyMap<string, Source>;
  /** By job id; null: the store was not asked. */
  readonly statuses: ReadonlyMap<string, JobStatus> | null;
  /** By name; null: the engine was not asked. */
  readonly asked: ReadonlyMap<string, AskedSource> | null;
}

export interface Coverage {
  readonly tactics: readonly TacticCoverage[];
  readonly techniques: readonly TechniqueCoverage[];
  readonly hunts: readonly HuntCoverage[];
  readonly sources: readonly SourceCoverage[];
}

/** Techniques of one tactic, sub-techniques counted with theirs, by state; `total` has those without a hunt too. */
export interface TacticCoverage {
  readonly id: string;
  readonly name: string;
  readonly total: number;
  readonly states: Readonly<Record<CoverageState, number>>;
}

export interface TechniqueCoverage {
  readonly id: string;
  /** Null where it is none of the table in `core/attack.ts`. */
  readonly name: string | null;
  readonly tactics: readonly string[];
  readonly state: CoverageState;
  readonly hunts: readonly string[];
  /** How many of the hunts run, or are to run where that was not asked. */
  readonly running: number;
}

export interface HuntCoverage {
  readonly id: string;
  readonly name: string;
  readonly techniques: readonly string[];
  readonly state: CoverageState;
  /** What keeps it from running or seeing, in words for people. */
  readonly why: readonly string[];
  readonly jobs: readonly HuntJob[];
  readonly need: SourceNeed['need'];
  /** Null: not asked. */
  readonly sources: readonly { readonly name: string; readonly state: AskedSource['state'] | null }[];
  /** Sources in whose indices it looks for more about its rows, and which it can do without. */
  readonly asks: readonly string[];
}

/** A hunt in one job that runs it. */
interface HuntJob {
  readonly id: string;
  /** Null: the store was not asked. */
  readonly condition: JobCondition | null;
  readonly examinedTo: Instant | null;
  readonly late: number;
  readonly gaps: number;
}

export interface SourceCoverage {
  readonly name: string;
  readonly state: AskedSource['state'] | null;
  /** Hunts that need it, and those of them that are blind now. */
  readonly hunts: readonly string[];
  readonly blind: readonly string[];
  /** Hunts that only look there for more about their rows. */
  readonly askedBy: readonly string[];
  readonly enable: string;
  readonly cost: string | null;
}

/** Which techniques are hunted, by what, whether it runs, and what it lacks. Pure. */
export function coverageOf(input: CoverageInput): Coverage {
  const hunts = input.hunts.map((hunt) => huntCoverage(hunt, input)).sort(byId);
  const techniques = techniquesOf(hunts, (id) => id);
  return {
    tactics: tacticsFrom(techniquesOf(hunts, parentOf)),
    techniques,
    hunts,
    sources: [...input.sources.values()].map((source) => sourceCoverage(source, hunts, input)),
  };
}

function huntCoverage(hunt: Hunt, input: CoverageInput): HuntCoverage {
  const { id, name, techniques, sources } = hunt;
  const sight = sightOf(hunt, input);
  const jobs = input.jobs.flatMap((checked) => huntJob(id, checked, input));
  const rest = restOf(hunt, jobs, input);
  return {
    id,
    name,
    techniques,
    state: stateOf(rest.length > 0, jobs, sight.state),
    why: [...rest, ...sight.why, ...jobs.flatMap(troublesOf)],
    jobs,
    need: sources.need,
    sources: sources.names.map((each) => ({ name: each, state: sourceState(each, input) })),
    asks: asksOf(input.checked.get(id)),
  };
}

function asksOf(checked: CheckedHunt | undefined): string[] {
  const all = checked?.enrichments.flatMap(({ sources }) => sources.map(({ source }) => source.name)) ?? [];
  return [...new Set(all)].sort();
}

type Sight = 'sees' | 'degraded' | 'blind' | 'unknown';

/** What its sources let it see, judged as a run judges it. */
function sightOf(
  { sources: need }: Hunt,
  { sources, asked }: CoverageInput,
): { readonly state: Sight; readonly why: readonly string[] } {
  const known = need.names.flatMap((name) => sources.get(name) ?? []);
  const failed = need.names.filter((name) => asked?.get(name)?.state === 'failed');
  const answered = known.filter(({ name, absent }) => absent || (asked !== null && !failed.includes(name)));
  const sporadic = new Set(
    known.filter(({ heartbeatMs, absent }) => heartbeatMs === 'sporadic' && !absent).map(nameOf),
  );
  // While nobody asked, an absent source says something only where each is needed, or where all are absent.
  const told = asked !== null || need.need === 'all_of' || answered.length === known.length;
  const seen = answered.map((each) => seenOf(each, asked));
  const missed = told ? missedSources(need, seen, sporadic) : [];
  const why = [
    ...(missed.length === 0 ? [] : [`Nothing from ${missed.map(({ source }) => quietText(source)).join(', ')}`]),
    ...failed.map((name) => `No answer about ${name}: ${asked?.get(name)?.error}`),
  ];
  const lost = failed.length > 0 && (need.need === 'all_of' || answered.length === 0);
  if (lost || missed.some(({ verdict }) => verdict === 'blind')) return { state: 'blind', why };
  if (asked === null) return { state: 'unknown', why };
  return { state: missed.length + failed.length > 0 ? 'degraded' : 'sees', why };
}

/** `sysmon.network (silent since 2026-11-18T12:00:00.000Z)`. */
function quietText({ name, state, newest }: SourceSeen): string {
  return `${name} (${state}${newest === null ? '' : ` since ${isoTime(newest)}`})`;
}

function seenOf({ name, absent }: Source, asked: CoverageInput['asked']): SourceSeen {
  const found = asked?.get(name);
  const state = absent || found === undefined || found.state === 'failed' ? 'absent' : found.state;
  return { name, documents: 0, newest: found?.newest ?? null, state, lag: null };
}

function huntJob(huntId: string, { job, hunts }: CheckedJob, { statuses }: CoverageInput): HuntJob[] {
  if (!hunts.some(({ hunt }) => hunt.id === huntId)) return [];
  const status = statuses?.get(job.id);
  const own = status?.hunts.find((each) => each.huntId === huntId);
  const { examinedTo = null, late = 0, gaps = 0 } = own ?? {};
  return [{ id: job.id, condition: status?.condition ?? null, examinedTo, late, gaps }];
}

/** Why nothing runs it; empty where a job does, or is to. */
function restOf({ id }: Hunt, jobs: readonly HuntJob[], { checked, jobs: all }: CoverageInput): string[] {
  if (!checked.has(id)) return ['It has errors: see hunt check'];
  if (jobs.some(({ condition }) => condition === null || condition === 'active' || condition === 'behind')) return [];
  const refused = all.flatMap(({ job, unscheduled }) =>
    unscheduled.filter(({ huntId }) => huntId === id).map(({ why }) => `Job ${job.id} does not run it: ${why}`),
  );
  const waiting = jobs.map((job) =>
    job.condition === 'paused' ? `Job ${job.id} is paused` : `No scheduler has taken up job ${job.id} yet`,
  );
  return jobs.length + refused.length === 0 ? ['No job runs it'] : [...refused, ...waiting];
}

/** What is missing of the time that its job accounts for. */
function troublesOf({ id, late, gaps }: HuntJob): string[] {
  return [
    ...(late > 0 ? [`${late} of its tiles in job ${id} are late`] : []),
    ...(gaps > 0 ? [`${gaps} gaps in job ${id}: see hunt gaps`] : []),
  ];
}

function stateOf(rests: boolean, jobs: readonly HuntJob[], sight: Sight): CoverageState {
  if (sight === 'blind') return 'blind';
  if (rests) return 'idle';
  if (sight === 'degraded') return 'degraded';
  return sight === 'unknown' || jobs.every(({ condition }) => condition === null) ? 'scheduled' : 'runs';
}

/** States in which a hunt finds what there is, as far as is known. */
const RUNNING: ReadonlySet<CoverageState> = new Set(['runs', 'degraded', 'scheduled'] as const);

/** One item for each technique that `level` makes of those that the hunts name. */
function techniquesOf(hunts: readonly HuntCoverage[], level: (id: string) => string): TechniqueCoverage[] {
  const ids = new Set(hunts.flatMap(({ techniques }) => techniques.map(level)));
  return [...ids].sort().map((id) => {
    const own = hunts.filter(({ techniques }) => techniques.some((each) => level(each) === id));
    const tactics = tacticsOf(id);
    return {
      id,
      name: TECHNIQUE_NAMES.get(parentOf(id)) ?? null,
      tactics: tactics.map(({ name }) => name),
      state: bestOf(own),
      hunts: own.map((hunt) => hunt.id),
      running: own.filter(({ state }) => RUNNING.has(state)).length,
    };
  });
}

function bestOf(hunts: readonly HuntCoverage[]): CoverageState {
  return COVERAGE_STATES.find((state) => hunts.some((hunt) => hunt.state === state)) ?? 'idle';
}

function tacticsFrom(techniques: readonly TechniqueCoverage[]): TacticCoverage[] {
  return TACTICS.map(({ id, name, techniques: all }) => {
    const own = techniques.filter((technique) => all.includes(technique.id));
    const counted = (state: CoverageState) => own.filter((technique) => technique.state === state).length;
    const [runs, degraded, scheduled] = [counted('runs'), counted('degraded'), counted('scheduled')];
    const states = { runs, degraded, scheduled, idle: counted('idle'), blind: counted('blind') };
    return { id, name, total: all.length, states };
  });
}

function sourceCoverage(
  { name, enable, cost }: Source,
  hunts: readonly HuntCoverage[],
  input: CoverageInput,
): SourceCoverage {
  const needing = hunts.filter(({ sources }) => sources.some((each) => each.name === name));
  const asking = hunts.filter((hunt) => !needing.includes(hunt) && hunt.asks.includes(name));
  return {
    name,
    state: sourceState(name, input),
    hunts: needing.map(({ id }) => id),
    blind: needing.filter(({ state }) => state === 'blind').map(({ id }) => id),
    askedBy: asking.map(({ id }) => id),
    enable,
    cost: cost ?? null,
  };
}

function sourceState(name: string, { sources, asked }: CoverageInput): AskedSource['state'] | null {
  return sources.get(name)?.absent === true ? 'absent' : (asked?.get(name)?.state ?? null);
}

function nameOf({ name }: Source): string {
  return name;
}

function byId(a: HuntCoverage, b: HuntCoverage): number {
  return a.id < b.id ? -1 : 1;
}
