// The month against its floor: every attack is found at each of its times, and on no day is much else reported.
import type { MonthRun, News } from './month.ts';
import type { Truth } from './month-truth.ts';

/** Most findings a day, of the whole library, that show no attack. */
export const OTHERS_MAX = 20;

export interface MonthJudgement {
  readonly faults: readonly string[];
  /** Hunts that found it, by occurrence of an attack. */
  readonly attacks: Readonly<Record<string, readonly string[]>>;
  /** Findings a day that show no attack, of all severities and of medium and above. */
  readonly others: readonly { readonly day: string; readonly all: number; readonly mediumUp: number }[];
  readonly byHunt: readonly HuntFigures[];
}

interface HuntFigures {
  readonly hunt: string;
  readonly found: number;
  readonly others: number;
  readonly mediumUp: number;
  readonly seconds: number;
  readonly verdicts: Readonly<Record<string, number>>;
}

export function judgeMonth(truths: readonly Truth[], runs: readonly MonthRun[]): MonthJudgement {
  const attacks = Object.fromEntries(
    truths.filter(({ isAttack }) => isAttack).map(({ id }) => [id, huntsThatShow(id, runs)]),
  );
  const days = [...Map.groupBy(runs, ({ day }) => day)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const others = days.map(([day, each]) => ({ day, ...countOthers(each) }));
  const byHunt = [...Map.groupBy(runs, ({ hunt }) => hunt)].map(([hunt, each]) => figuresOf(hunt, each));
  return { faults: faultsOf(attacks, others), attacks, others, byHunt: byHunt.toSorted((a, b) => b.others - a.others) };
}

function huntsThatShow(id: string, runs: readonly MonthRun[]): readonly string[] {
  const found = runs.filter(({ news }) => news.some(({ attacks }) => attacks.includes(id)));
  return [...new Set(found.map(({ hunt }) => hunt))].toSorted();
}

function otherNews(runs: readonly MonthRun[]): readonly News[] {
  return runs.flatMap(({ news }) => news.filter(({ attacks }) => attacks.length === 0));
}

function countOthers(runs: readonly MonthRun[]): { readonly all: number; readonly mediumUp: number } {
  const others = otherNews(runs);
  return { all: others.length, mediumUp: others.filter(({ severity }) => severity !== 'low').length };
}

function figuresOf(hunt: string, runs: readonly MonthRun[]): HuntFigures {
  const { all, mediumUp } = countOthers(runs);
  const verdicts = new Map<string, number>();
  for (const { verdict } of runs) verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
  return {
    hunt,
    found: runs.flatMap(({ news }) => news.filter(({ attacks }) => attacks.length > 0)).length,
    others: all,
    mediumUp,
    seconds: runs.reduce((sum, { seconds }) => sum + seconds, 0),
    verdicts: Object.fromEntries(verdicts),
  };
}

function faultsOf(attacks: MonthJudgement['attacks'], others: MonthJudgement['others']): readonly string[] {
  const missed = Object.entries(attacks).filter(([, hunts]) => hunts.length === 0);
  const many = others.filter(({ all }) => all > OTHERS_MAX);
  return [
    ...missed.map(([id]) => `no hunt finds ${id}`),
    ...many.map(({ day, all }) => `${day}: ${all} findings that show no attack, more than ${OTHERS_MAX}`),
  ];
}
