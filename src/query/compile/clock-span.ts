import { CLOCK_COLUMN } from '../../core/source.ts';
import { aggregate, call, column, limit, query, stats } from '../syntax/build.ts';
import { printQuery } from '../syntax/print.ts';
import { type Frame, head } from './frame.ts';

/** One row: the times of the `oldest` and the `newest` event of the sources, on the clock. */
export function clockSpanQuery(frame: Frame): string {
  const clock = column(CLOCK_COLUMN);
  const bounds = [aggregate('oldest', call('MIN', clock)), aggregate('newest', call('MAX', clock))];
  return printQuery(query([...head(frame), stats(bounds), limit(2)]));
}
