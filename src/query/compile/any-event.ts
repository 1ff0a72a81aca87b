import { aggregate, countAll, limit, query, stats } from '../syntax/build.ts';
import { printQuery } from '../syntax/print.ts';
import { type Frame, head } from './frame.ts';

/** One row: `documents` is 1 where the sources hold any event, else 0. A server reads no further than the first. */
export function anyEventQuery(frame: Frame): string {
  return printQuery(query([...head(frame), limit(1), stats([aggregate('documents', countAll())]), limit(2)]));
}
