// What a report counts and groups: pure, shared by the page and by Markdown. Groups are Maps: a host may be `__proto__`.
import { parentOf, TACTICS, TECHNIQUE_NAMES } from '../core/attack.ts';
import { answerLines } from '../core/enrichment.ts';
import type { Finding, FindingState } from '../core/finding.ts';
import { SEVERITIES, type Severity } from '../core/hunt.ts';
import { normalise } from '../core/interval.ts';
import { valuesOf } from '../core/row.ts';
import type { Hidden, RunRecord } from '../core/run.ts';
import { DAY_MS, HOUR_MS, type Instant, isoTime, type Span } from '../core/time.ts';
import { VERDICTS, type Verdict } from '../core/verdict.ts';

/** From the worst to the mildest. */
export const WORST_FIRST: readonly Severity[] = SEVERITIES.toReversed();

/** As many hex digits of a fingerprint as `hunt findings` shows. */
const SHORT_ID = 12;

export function shortId({ fingerprint }: FindingState): string {
  return fingerprint.slice(0, SHORT_ID);
}

/** `2026-11-21 07:55`, UTC: what people compare across a table. */
export function minute(instant: Instant): string {
  return isoTime(instant).slice(0, 16).replace('T', ' ');
}

export function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

/** Items in groups, in the order in which each group comes first. */
export function countBy<T>(items: readonly T[], keysOf: (item: T) => Iterable<string>): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    for (const key of new Set(keysOf(item))) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [item]);
      else group.push(item);
    }
  }
  return groups;
}

/** Groups, the largest first. */
export function largest<T>(groups: ReadonlyMap<string, readonly T[]>): (readonly [string, readonly T[]])[] {
  return [...groups].sort(([a, as], [b, bs]) => bs.length - as.length || (a < b ? -1 : 1));
}

export function severityCounts(findings: readonly Finding[]): (readonly [Severity, number])[] {
  const counts = new Map<Severity, number>();
  for (const { state } of findings) counts.set(state.latest.severity, (counts.get(state.latest.severity) ?? 0) + 1);
  return WORST_FIRST.map((severity) => [severity, counts.get(severity) ?? 0] as const);
}

/** The worst severity of some findings. */
export function worstOf(findings: readonly Finding[]): Severity {
  return WORST_FIRST.find((severity) => findings.some(({ state }) => state.latest.severity === severity)) ?? 'low';
}

/** Findings as they are to be looked at: open ones first, the worst first, then the newest. */
export function byUrgency(findings: readonly Finding[]): Finding[] {
  const rank = ({ state, triage }: Finding) =>
    (triage.status === 'closed' ? 10 : 0) + WORST_FIRST.indexOf(state.latest.severity);
  return [...findings].sort((a, b) => rank(a) - rank(b) || b.newsAt - a.newsAt);
}

/** Values of a column, wherever the finding has it, as text. */
export function valuesIn({ key, sets, latest }: FindingState, accepts: (name: string) => boolean): string[] {
  const all = [
    ...Object.entries(key).map(([name, value]) => [name, valuesOf(value)] as const),
    ...Object.entries(sets).map(([name, { values }]) => [name, values] as const),
    ...Object.entries(latest.values).map(([name, value]) => [name, valuesOf(value)] as const),
  ];
  return [...new Set(all.flatMap(([name, values]) => (accepts(name) ? values.map(String) : [])))];
}

export function hostsOf(state: FindingState): string[] {
  return valuesIn(state, (name) => name === 'host.name');
}

/** What other events said of a finding, by the name of the question: rows as lines. */
export function otherEvents({ enrichment = [] }: FindingState['latest']): (readonly [string, string])[] {
  return enrichment.map((answer) => [answer.name, answerLines(answer).join('\n')] as const);
}

/** ISO 3166-1 codes of all addresses that were looked up; text that is no code is left out. */
export function countriesOf(state: FindingState): string[] {
  return valuesIn(state, (name) => name.endsWith('.geo.country_iso_code')).filter((code) => /^[A-Z]{2}$/.test(code));
}

/** The English name of a country by Unicode CLDR. */
export function countryName(code: string): string {
  return new Intl.DisplayNames(['en'], { type: 'region', fallback: 'code' }).of(code) ?? code;
}

/** Whether the finding's last news is that it is new, or that it came back. */
export function newsOf({ createdAt, newsAt }: Pick<Finding, 'createdAt' | 'newsAt'>): 'new' | 'reopened' {
  return createdAt === newsAt ? 'new' : 'reopened';
}

/** What became new or came back on the last day before `at`. */
export function freshOf(findings: readonly Finding[], at: Instant): Finding[] {
  return findings.filter(({ newsAt }) => newsAt > at - DAY_MS);
}

export interface MatrixCell {
  readonly id: string;
  readonly name: string | null;
  /** Sub-techniques that were named, sorted. */
  readonly children: readonly string[];
  readonly findings: readonly Finding[];
}

export interface MatrixColumn {
  readonly tactic: string;
  readonly cells: readonly MatrixCell[];
}

/** Techniques of the findings below their tactics; a technique of several tactics stands in each, one of none in the last column. */
export function matrixOf(findings: readonly Finding[]): MatrixColumn[] {
  const parents = countBy(findings, ({ state }) => state.latest.techniques.map(parentOf));
  const cellOf = (id: string): MatrixCell => {
    const own = parents.get(id) ?? [];
    const ids = own.flatMap(({ state }) => state.latest.techniques).filter((each) => parentOf(each) === id);
    const children = [...new Set(ids.filter((each) => each !== id))].sort();
    return { id, name: TECHNIQUE_NAMES.get(id) ?? null, children, findings: own };
  };
  const known = new Set(TACTICS.flatMap(({ techniques }) => techniques));
  const columns = [
    ...TACTICS.map(({ name, techniques }) => ({ tactic: name, ids: techniques.filter((id) => parents.has(id)) })),
    { tactic: 'Of no tactic here', ids: [...parents.keys()].filter((id) => !known.has(id)).sort() },
  ];
  return columns
    .filter(({ ids }) => ids.length > 0)
    .map(({ tactic, ids }) => ({
      tactic,
      cells: ids.map(cellOf).sort((a, b) => b.findings.length - a.findings.length),
    }));
}

/** Runs by verdict, from the best. */
export function verdictCounts(runs: readonly RunRecord[]): (readonly [Verdict, number])[] {
  return VERDICTS.map((verdict) => [verdict, runs.filter((run) => run.verdict === verdict).length] as const);
}

/** Runs that could not see everything for one reason, of all hunts that say the same. */
export interface Trouble {
  readonly verdict: Verdict;
  /** Sorted. */
  readonly hunts: readonly string[];
  /** Why, in the newest run of a hunt. */
  readonly text: string;
  readonly runs: readonly RunRecord[];
  readonly tiles: readonly Span[];
}

/** Runs of one hunt with a reason of one code: its numbers differ from run to run, so the newest one speaks. */
interface Complaint {
  readonly huntId: string;
  readonly verdict: Verdict;
  readonly text: string;
  readonly runs: Set<RunRecord>;
}

/** Failed, blind and degraded runs by reason; the worst first, then those of most runs. */
export function troublesOf(runs: readonly RunRecord[]): Trouble[] {
  const same = Map.groupBy(complaintsOf(runs), ({ verdict, text }) => JSON.stringify([verdict, text]));
  return [...same.values()]
    .flatMap(([first, ...others]) => (first === undefined ? [] : [troubleOf(first, others)]))
    .sort((a, b) => VERDICTS.indexOf(b.verdict) - VERDICTS.indexOf(a.verdict) || b.runs.length - a.runs.length);
}

function troubleOf(first: Complaint, others: readonly Complaint[]): Trouble {
  const all = [first, ...others];
  const runs = [...new Set(all.flatMap((each) => [...each.runs]))];
  return {
    verdict: first.verdict,
    text: first.text,
    hunts: all.map(({ huntId }) => huntId).sort(),
    runs,
    tiles: normalise(runs.map(({ tile }) => tile)),
  };
}

function complaintsOf(runs: readonly RunRecord[]): readonly Complaint[] {
  const groups = new Map<string, Complaint>();
  for (const run of runs) {
    const bad = run.reasons.filter(({ verdict }) => VERDICTS.indexOf(verdict) >= VERDICTS.indexOf('degraded'));
    for (const [kind, reasons] of Map.groupBy(bad, ({ verdict, code }) => JSON.stringify([verdict, code]))) {
      const key = JSON.stringify([run.huntId, kind]);
      const text = [...new Set(reasons.map((reason) => reason.text))].join('; ');
      const { verdict } = reasons[0] ?? run;
      const group = groups.get(key) ?? { huntId: run.huntId, verdict, text, runs: new Set() };
      group.runs.add(run);
      groups.set(key, group);
    }
  }
  return [...groups.values()];
}

/** Text as a sentence: with a full stop, unless it ends in a mark of its own. */
export function sentence(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`;
}

/** What the newest run of each hunt left out. */
export function hiddenByHunt(runs: readonly RunRecord[]): Map<string, { run: RunRecord; hidden: readonly Hidden[] }> {
  const newest = new Map<string, { run: RunRecord; hidden: readonly Hidden[] }>();
  for (const run of runs) if (!newest.has(run.huntId)) newest.set(run.huntId, { run, hidden: run.hidden });
  return newest;
}

/** Pieces of equal length, at most 64 of them, that cover all the instants. */
export interface Bins {
  readonly start: Instant;
  readonly size: number;
  readonly count: number;
}

const BIN_SIZES = [HOUR_MS, 3 * HOUR_MS, 6 * HOUR_MS, 12 * HOUR_MS, DAY_MS, 2 * DAY_MS, 7 * DAY_MS, 28 * DAY_MS];
const BINS_MAX = 64;

/** Bins over the instants; null where there are none. */
export function binsOver(instants: readonly Instant[]): Bins | null {
  if (instants.length === 0) return null;
  const first = instants.reduce((a, b) => Math.min(a, b));
  const last = instants.reduce((a, b) => Math.max(a, b));
  const size = BIN_SIZES.find((each) => (last - first) / each < BINS_MAX - 1) ?? (last - first) / (BINS_MAX - 2);
  const start = Math.floor(first / size) * size;
  return { start, size, count: Math.floor((last - start) / size) + 1 };
}
