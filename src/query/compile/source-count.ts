import { CLOCK_COLUMN } from '../../core/source.ts';
import { aggregate, call, column, countAll, limit, query, stats } from '../build.ts';
import { printQuery } from '../print.ts';
import { type Frame, head } from './frame.ts';

/** One row: `documents` of a source and the time of the `newest`. */
export function sourceCountQuery(frame: Frame): string {
  const newest = call('MAX', column(CLOCK_COLUMN));
  return printQuery(
    query([...head(frame), stats([aggregate('documents', countAll()), aggregate('newest', newest)]), limit(2)]),
  );
}
