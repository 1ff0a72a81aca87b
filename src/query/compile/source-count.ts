import { CLOCK_COLUMN, EVENT_TIME_FIELD } from '../../core/source.ts';
import type { Aggregate, Command } from '../ast.ts';
import {
  aggregate,
  and,
  call,
  column,
  compare,
  countAll,
  evaluate,
  field,
  isNotNull,
  limit,
  number,
  or,
  param,
  query,
  stats,
  subtract,
} from '../build.ts';
import { printQuery } from '../print.ts';
import { type Frame, head, TILE_START } from './frame.ts';

const LAG_COLUMN = 'hunt.lag';

/**
 * One row: `documents` of a source and the time of the `newest`. With `arrival`, fields of the clock that tell when an
 * event arrived, also `lag_p50`, `lag_p99` and `lag_max` in ms, from event time to the clock, of documents of the tile.
 */
export function sourceCountQuery(frame: Frame, arrival: readonly string[] = []): string {
  const newest = call('MAX', column(CLOCK_COLUMN));
  const counts = [aggregate('documents', countAll()), aggregate('newest', newest)];
  return printQuery(
    query([...head(frame), ...lagColumn(arrival), stats([...counts, ...lagAggregates(arrival)]), limit(2)]),
  );
}

/** TO_LONG and not DATE_DIFF: that gives an integer, which 25 days in ms overflow. */
function lagColumn(arrival: readonly string[]): Command[] {
  const arrived = or(arrival.map((name) => isNotNull(column(name))));
  const inTile = compare(column(CLOCK_COLUMN), '>=', param(TILE_START));
  const known = arrived === null ? null : and([inTile, arrived]);
  if (known === null) return [];
  const lag = subtract(call('TO_LONG', column(CLOCK_COLUMN)), call('TO_LONG', column(EVENT_TIME_FIELD)));
  return evaluate([field(LAG_COLUMN, call('CASE', known, lag))]);
}

function lagAggregates(arrival: readonly string[]): Aggregate[] {
  if (arrival.length === 0) return [];
  const percentile = (percent: number) => call('PERCENTILE', column(LAG_COLUMN), number(percent));
  return [
    aggregate('lag_p50', percentile(50)),
    aggregate('lag_p99', percentile(99)),
    aggregate('lag_max', call('MAX', column(LAG_COLUMN))),
  ];
}
