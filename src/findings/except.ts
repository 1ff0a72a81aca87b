import type { Exception } from '../core/exception.ts';
import { isActive } from '../core/exception.ts';
import type { FindingState } from '../core/finding.ts';
import type { HuntRow, Value } from '../core/row.ts';
import { cellOf } from '../core/row.ts';
import type { Instant } from '../core/time.ts';
import { isoTime } from '../core/time.ts';
import type { Predicate, Sifted } from './sift.ts';
import { hasAllValues, sift, siftAll } from './sift.ts';

/** An exception whose `when` can be asked of a row. */
export interface RowException {
  readonly exception: Exception;
  readonly when: Predicate;
  /** Columns that `when` reads. */
  readonly reads: ReadonlySet<string>;
}

/** What an exception says about one row or finding. */
export interface Explanation {
  readonly exception: Exception;
  /** False: past its last day, so it hides nothing. */
  readonly active: boolean;
  /** Whether it matches; null: unknown, so it hides nothing. */
  readonly covers: boolean | null;
}

/**
 * Removes the rows that an active exception matches. Unknown never hides: neither a `when` that is null for a row, nor
 * one that reads a column of which not all values were read. A row is counted for the first exception that matches it.
 */
export function except(rows: readonly HuntRow[], exceptions: readonly RowException[], now: Instant): Sifted {
  const active = exceptions.filter(({ exception }) => isActive(exception, now));
  return siftAll(rows, active, (left, each) =>
    sift(left, { by: 'exception', name: each.exception.id }, (row) => ({
      row: coverage(each, row) === true ? null : row,
      removed: 0,
    })),
  );
}

/** What each exception says about a row, in the order given: expired and unknown ones too, so a reader sees why not. */
export function explain(row: HuntRow, exceptions: readonly RowException[], now: Instant): Explanation[] {
  return exceptions.map((each) => ({
    exception: each.exception,
    active: isActive(each.exception, now),
    covers: coverage(each, row),
  }));
}

/** A stored finding as the row it came from, as far as it is kept: key, sets, and the values of its newest tile. */
export function rowOfFinding({ key, sets, firstSeen, lastSeen, latest }: FindingState): HuntRow {
  const { count, hosts, population } = latest;
  const seen = { first_seen: isoTime(firstSeen), last_seen: isoTime(lastSeen) };
  const setEntries = Object.entries(sets);
  return {
    cells: new Map<string, Value>([
      ...Object.entries({ ...seen, count, hosts, population }),
      ...Object.entries(latest.values),
      ...setEntries.map(([name, set]) => [name, cellOf(set.values)] as const),
      ...Object.entries(key),
    ]),
    more: new Set(setEntries.filter(([, set]) => set.more).map(([name]) => name)),
  };
}

function coverage({ when, reads }: RowException, row: HuntRow): boolean | null {
  return hasAllValues(row, reads) ? when(row.cells) : null;
}
