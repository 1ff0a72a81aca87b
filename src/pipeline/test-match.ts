import { answerLines, type EnrichmentAnswer } from '../core/enrichment.ts';
import { type Row, type Value, valuesOf } from '../core/row.ts';

/** What a test says that one finding must show: columns, and under ENRICHED the rows of its enrichments by name. */
export type Expected = Readonly<Record<string, unknown>>;

/** The key of `finds` whose value is a mapping from the name of an enrichment to its rows; no column holds a mapping. */
const ENRICHED = 'enriched';

/** What other events said of each finding, by its number. */
type Answers = readonly (readonly EnrichmentAnswer[])[];

/** One column that is not as the test says. */
export interface Difference {
  readonly column: string;
  readonly expected: unknown;
  readonly found: Value;
}

/** A finding that a test expects and that is not there, and the one left over that comes nearest. */
interface Missing {
  readonly expected: Expected;
  readonly nearest: { readonly row: number; readonly differences: readonly Difference[] } | null;
}

export interface Matching {
  readonly missing: readonly Missing[];
  /** Findings, by number, that the test does not expect. */
  readonly unexpected: readonly number[];
}

/**
 * Pairs what is expected with what was found so that as many as can be fit, whatever their order: with
 * `[{a: 1}, {}]` the finding that shows a = 1 is kept for the first. A test holds when nothing is left on either side.
 */
export function matchFindings(expected: readonly Expected[], rows: readonly Row[], answers: Answers = []): Matching {
  const fits = expected.map((each) =>
    rows.flatMap((row, at) => (differences(each, row, answers[at]).length === 0 ? [at] : [])),
  );
  const taken = assign(fits);
  const unexpected = rows.map((_, at) => at).filter((at) => !taken.has(at));
  const matched = new Set(taken.values());
  const missing = expected
    .filter((_, at) => !matched.has(at))
    .map((each) => ({ expected: each, nearest: nearestOf(each, unexpected, rows, answers) }));
  return { missing, unexpected };
}

/** The columns of a finding that are not as expected. */
export function differences(expected: Expected, row: Row, answers: readonly EnrichmentAnswer[] = []): Difference[] {
  return Object.entries(expected).flatMap(([column, value]) => {
    if (column === ENRICHED && isMapping(value)) return enrichedDifferences(value, answers);
    const found = row.get(column) ?? null;
    return shows(found, value) ? [] : [{ column, expected: value, found }];
  });
}

/** Rows of other events, whatever their order: as many as are expected, each with the columns given. */
function enrichedDifferences(expected: Expected, answers: readonly EnrichmentAnswer[]): Difference[] {
  return Object.entries(expected).flatMap(([name, value]) => {
    const answer = answers.find((each) => each.name === name);
    const rows = (answer?.rows ?? []).map((row): Row => new Map(Object.entries(row)));
    const wanted = Array.isArray(value) ? value.filter(isMapping) : null;
    const { missing, unexpected } = matchFindings(wanted ?? [], rows);
    if (wanted !== null && missing.length === 0 && unexpected.length === 0) return [];
    return [
      { column: `${ENRICHED}.${name}`, expected: value, found: answer === undefined ? null : answerLines(answer) },
    ];
  });
}

function isMapping(value: unknown): value is Expected {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A cell shows a value that it is or contains, and a list when it contains each of its values; null: nothing is there. */
function shows(found: Value, expected: unknown): boolean {
  if (expected === null) return found === null;
  const values = new Set<unknown>(valuesOf(found));
  return Array.isArray(expected) ? expected.every((value) => values.has(value)) : values.has(expected);
}

/**
 * The most pairs that can be made: who is expected, by the number of the finding. Kuhn's algorithm (H. W. Kuhn, "The
 * Hungarian Method for the assignment problem", 1955): each tries its fits, and one that is taken is freed where its
 * owner has another.
 */
function assign(fits: readonly (readonly number[])[]): ReadonlyMap<number, number> {
  const taken = new Map<number, number>();
  const place = (expected: number, tried: Set<number>): boolean => {
    for (const row of fits[expected] ?? []) {
      if (tried.has(row)) continue;
      tried.add(row);
      const owner = taken.get(row);
      if (owner !== undefined && !place(owner, tried)) continue;
      taken.set(row, expected);
      return true;
    }
    return false;
  };
  fits.forEach((_, expected) => place(expected, new Set()));
  return taken;
}

/** The fewest differences win, then the first in order. */
function nearestOf(
  expected: Expected,
  left: readonly number[],
  rows: readonly Row[],
  answers: Answers,
): Missing['nearest'] {
  const judged = left.map((row) => ({
    row,
    differences: differences(expected, rows[row] ?? new Map(), answers[row]),
  }));
  return judged.toSorted((a, b) => a.differences.length - b.differences.length)[0] ?? null;
}
