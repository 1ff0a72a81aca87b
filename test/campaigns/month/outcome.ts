// What a month left in the store, beside what the model says: runs, tiles, gaps, findings and sightings.
import type { Ledger } from '../../../src/core/ledger.ts';
import type { RunRecord } from '../../../src/core/run.ts';
import { isoTime, MINUTE_MS, type Instant, type Span } from '../../../src/core/time.ts';
import type { Store } from '../../../src/store/port.ts';
import type { ModelSighting, MonthModel, Told } from './model.ts';
import { idAt, type MonthPlan } from './plan.ts';

export interface Differences {
  /** How much was compared. */
  readonly counts: Readonly<Record<'runs' | 'tiles' | 'minutes' | 'gapMinutes' | 'findings' | 'sightings', number>>;
  /** Minutes that are in a gap in the end, by reason and attempts. */
  readonly gaps: ReadonlyMap<string, number>;
  /** Whatever store and model say differently, `store: …` or `model: …`; empty when they agree. */
  readonly differences: readonly string[];
}

const MOST = 10_000;

export async function differences(
  plan: MonthPlan,
  model: MonthModel,
  store: Store,
  signal: AbortSignal,
): Promise<Differences> {
  const ledgers = await store.allLedgers(signal);
  const runs = await runsIn(plan, store, signal);
  const { findings, sightings } = await findingsIn(store, signal);
  const modelRuns = model.runs.map((run) => runLine({ ...run, verdict: run.outcome }));
  const modelSightings = [...model.sightings.values()];
  const minutes = [...model.ledgers.values()].flatMap(({ told }) => told.filter((what) => what !== undefined));
  return {
    counts: {
      runs: runs.length,
      tiles: model.runs.filter(({ outcome }) => outcome === 'examined').length,
      minutes: minutes.length,
      gapMinutes: minutes.filter((what) => what !== 'examined').length,
      findings: findings.length,
      sightings: sightings.length,
    },
    gaps: countBy(minutes.filter((what) => what !== 'examined').map(gapName)),
    differences: [
      ...compared('run', runs, modelRuns),
      ...comparedLedgers(ledgers, model),
      ...compared('finding', findings, findingLines(modelSightings)),
      ...compared('sighting', sightings, modelSightings.map(sightingLine)),
    ],
  };
}

function gapName(told: Exclude<Told, 'examined'>): string {
  const next = told.nextAttemptAt === null ? '' : ', tried again';
  return `${told.reason}, ${told.attempts} attempts${next}${told.backfill ? ', asked for' : ''}`;
}

/** One line for each run, by the first id of its hunt; tries within one attempt are one. */
async function runsIn(plan: MonthPlan, store: Store, signal: AbortSignal): Promise<readonly string[]> {
  const ids = plan.hunts.flatMap(({ id }) =>
    [...new Set([id, idAt(plan, id, plan.span.end)])].map((now) => [id, now] as const),
  );
  const lines = new Set<string>();
  for (const [first, hunt] of ids) {
    const { items, total } = await store.runs({ hunt }, MOST, signal);
    if (items.length !== total) throw new Error(`${total} runs of one hunt are more than can be compared`);
    for (const { job, tile, startedAt, verdict } of items) {
      const told = { jobId: job?.id ?? '', huntId: first, tile, attempt: job?.attempt ?? 0, at: startedAt };
      lines.add(runLine({ ...told, verdict: verdictName(verdict) }));
    }
  }
  return [...lines];
}

function verdictName(verdict: RunRecord['verdict']): string {
  return verdict === 'clean' || verdict === 'findings' ? 'examined' : verdict;
}

function runLine(run: {
  readonly jobId: string;
  readonly huntId: string;
  readonly tile: Span;
  readonly attempt: number;
  readonly at: Instant;
  readonly verdict: string;
}): string {
  return `${run.jobId} ${run.huntId} ${spanText(run.tile)} attempt ${run.attempt} at ${isoTime(run.at)}: ${run.verdict}`;
}

/** Each minute of each ledger, and when it begins to count; what touches and is told alike is one difference. */
function comparedLedgers(ledgers: readonly Ledger[], model: MonthModel): string[] {
  const stored = new Map(ledgers.map((ledger) => [`${ledger.jobId} ${ledger.huntId}`, ledger]));
  const keys = [...new Set([...stored.keys(), ...model.ledgers.keys()])];
  return keys.flatMap((key) => {
    const [ledger, expected] = [stored.get(key), model.ledgers.get(key)];
    if (ledger === undefined || expected === undefined) return [`${key}: only in one of both`];
    if (ledger.activatedAt !== expected.activatedAt)
      return [`${key}: begins ${isoTime(ledger.activatedAt)}, by the model ${isoTime(expected.activatedAt)}`];
    return differingMinutes(toldBy(ledger, model.from), expected.told).map(
      ({ minute, found, wanted }) =>
        `${key} ${isoTime(model.from + minute * MINUTE_MS)}: store ${found}, model ${wanted}`,
    );
  });
}

function differingMinutes(stored: readonly (Told | undefined)[], model: readonly (Told | undefined)[]) {
  const all = Array.from({ length: Math.max(stored.length, model.length) }, (_, minute) => ({
    minute,
    found: toldText(stored[minute]),
    wanted: toldText(model[minute]),
  }));
  return all.filter(({ found, wanted }, at) => {
    const before = all[at - 1];
    return found !== wanted && (before?.found !== found || before.wanted !== wanted);
  });
}

function toldBy({ examined, gaps }: Ledger, from: Instant): (Told | undefined)[] {
  const told: (Told | undefined)[] = [];
  const tell = ({ start, end }: Span, what: Told) => {
    const [first, last] = [(start - from) / MINUTE_MS, (end - from) / MINUTE_MS];
    if (!Number.isInteger(first) || !Number.isInteger(last)) throw new Error(`${spanText({ start, end })} is uneven`);
    for (let minute = first; minute < last; minute++) {
      if (told[minute] !== undefined) throw new Error(`${isoTime(from + minute * MINUTE_MS)} is told of twice`);
      told[minute] = what;
    }
  };
  for (const span of examined) tell(span, 'examined');
  for (const { span, ...gap } of gaps) tell(span, gap as Exclude<Told, 'examined'>);
  return told;
}

function toldText(told: Told | undefined): string {
  if (told === undefined || told === 'examined') return told ?? 'nothing';
  const next = told.nextAttemptAt === null ? 'never' : isoTime(told.nextAttemptAt);
  return `${told.reason} ${told.attempts} ${next}${told.backfill ? ' backfill' : ''}`;
}

async function findingsIn(store: Store, signal: AbortSignal) {
  const { items, total } = await store.list({}, MOST, signal);
  if (items.length !== total) throw new Error(`${total} findings are more than can be compared`);
  const findings: string[] = [];
  const sightings: string[] = [];
  for (const { finding } of items) {
    const { fingerprint, key, firstHuntId: huntId, firstSeen, lastSeen, sets, latest } = finding.state;
    const user = String(key['user.name']);
    const hosts = (sets['host.name']?.values ?? []).map(String);
    findings.push(findingLine({ huntId, user, firstSeen, lastSeen, hosts, end: latest.tileEnd }));
    const page = await store.sightings(fingerprint, MOST, signal);
    if (page.items.length !== page.total) throw new Error(`${page.total} sightings are more than can be compared`);
    for (const { tileStart: start, tileEnd: end, firstSeen, lastSeen, count, hosts } of page.items)
      sightings.push(sightingText({ huntId, user, tile: { start, end }, firstSeen, lastSeen, count }, hosts));
  }
  return { findings, sightings };
}

/** All sightings of one user of one hunt are one finding. */
function findingLines(sightings: readonly ModelSighting[]): string[] {
  return [...Map.groupBy(sightings, ({ huntId, user }) => `${huntId} ${user}`).values()].map((of) => {
    const { huntId = '', user = '' } = of[0] ?? {};
    return findingLine({
      huntId,
      user,
      firstSeen: Math.min(...of.map(({ firstSeen }) => firstSeen)),
      lastSeen: Math.max(...of.map(({ lastSeen }) => lastSeen)),
      hosts: [...new Set(of.flatMap(({ hosts }) => hosts))].sort(),
      end: Math.max(...of.map(({ tile }) => tile.end)),
    });
  });
}

function findingLine(finding: {
  readonly huntId: string;
  readonly user: string;
  readonly firstSeen: Instant;
  readonly lastSeen: Instant;
  readonly hosts: readonly string[];
  readonly end: Instant;
}): string {
  const seen = [finding.firstSeen, finding.lastSeen].map(isoTime).join(' to ');
  return `${finding.huntId} ${finding.user} seen ${seen} on ${finding.hosts.join()}, last tile to ${isoTime(finding.end)}`;
}

function sightingLine(sighting: ModelSighting): string {
  return sightingText(sighting, sighting.hosts.length);
}

function sightingText(sighting: Omit<ModelSighting, 'hosts'>, hosts: number | null): string {
  const { huntId, user, tile, firstSeen, lastSeen, count } = sighting;
  const seen = [firstSeen, lastSeen].map(isoTime).join(' to ');
  return `${huntId} ${user} in ${spanText(tile)} seen ${seen}, ${count} events on ${hosts} hosts`;
}

/** Lines of the one that the other does not have, and lines that come twice. */
function compared(what: string, stored: readonly string[], model: readonly string[]): string[] {
  const [found, wanted] = [countBy(stored), countBy(model)];
  const lines = [...new Set([...found.keys(), ...wanted.keys()])].sort();
  return lines
    .filter((line) => found.get(line) !== wanted.get(line))
    .map((line) => `${what} ${line}: ${found.get(line) ?? 0} in the store, ${wanted.get(line) ?? 0} in the model`);
}

function countBy(lines: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}

function spanText({ start, end }: Span): string {
  return `[${isoTime(start)}, ${isoTime(end)})`;
}
