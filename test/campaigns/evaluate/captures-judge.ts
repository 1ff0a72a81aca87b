// Which findings of a capture show an attack, which are explained otherwise, and where the attacker ranks among them.
import { RISK_SCORES, type Severity } from '../../../src/core/hunt.ts';
import type { FindingState } from '../../../src/core/finding.ts';
import { type Columns, columnsOf } from '../../../src/store/view.ts';
import type { AttackRow, Shown } from './attacks.ts';
import type { Explained } from './captures-explained.ts';

/** A finding of a capture with what is made of it. */
export interface JudgedFinding {
  readonly huntId: string;
  readonly severity: Severity;
  readonly riskScore: number;
  readonly title: string;
  /** Attacks it shows. */
  readonly shows: readonly AttackRow[];
  /** Why it is there, where it shows none. */
  readonly explained: Explained | null;
}

export function judged(state: FindingState, attacks: readonly AttackRow[], all: readonly Explained[]): JudgedFinding {
  const columns = columnsOf(state);
  const text = textOf(columns, state.latest.title);
  const { huntId, severity, riskScore, title } = state.latest;
  const shown = attacks.filter(({ shownBy }) => shownBy.some((each) => shows(columns, text, each)));
  const explained = shown.length > 0 ? null : all.find((each) => each.hunt === huntId && covers(each, text));
  return { huntId, severity, riskScore, title, shows: shown, explained: explained ?? null };
}

/** Columns of hunts that name the program, the address reached, and who saw it or did it. */
const PROGRAMS = ['process.name', 'program', 'process.executable'];
const TARGETS = ['destination.ip', 'address', 'server', 'first_target', 'last_target'];
const ACTORS = ['host.name', 'source.ip', 'client', 'caller', 'asker'];

function shows(columns: Columns, text: string, { program, to, by, words = [] }: Shown): boolean {
  const cellsOf = (names: readonly string[]) =>
    names.flatMap((name) => columns.get(name) ?? []).map((cell) => String(cell).toLowerCase());
  return (
    (program === undefined || cellsOf(PROGRAMS).some((cell) => cell.split('\\').at(-1) === program)) &&
    (to === undefined || cellsOf(TARGETS).includes(to)) &&
    (by === undefined || cellsOf(ACTORS).some((cell) => cell === by || cell.startsWith(`${by}.`))) &&
    words.every((word) => says(text, word))
  );
}

/** Everything that its columns hold and its title says, in lower case. */
function textOf(columns: Columns, title: string): string {
  return [...[...columns].flatMap(([, cells]) => cells.map(String)), title].join('\n').toLowerCase();
}

/** Whether a word stands there as a whole: not as a part of a longer name, address or number. */
function says(text: string, word: string): boolean {
  return new RegExp(`(?<![\\w-])${word.replaceAll(/[^\w ]/g, '\\$&')}(?![\\w-])`).test(text);
}

function covers({ words }: Explained, text: string): boolean {
  return words.every((word) => says(text, word));
}

/** Findings that ask for a look and show no attack. */
export function otherFindings(findings: readonly JudgedFinding[]): readonly JudgedFinding[] {
  return findings.filter(({ shows, riskScore }) => shows.length === 0 && riskScore >= RISK_SCORES.medium);
}

/**
 * The place of the first finding that shows an attack, by severity; findings of equal severity that show none come before
 * it, so a place is never better than it would be. Null where no finding shows one.
 */
export function rankOf(findings: readonly JudgedFinding[]): number | null {
  const isAttack = ({ shows }: JudgedFinding) => shows.some((row) => row.isAttack !== false);
  const scores = findings.filter(isAttack).map(({ riskScore }) => riskScore);
  if (scores.length === 0) return null;
  const best = Math.max(...scores);
  return 1 + findings.filter((finding) => !isAttack(finding) && finding.riskScore >= best).length;
}
