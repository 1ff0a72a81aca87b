import type { Output } from '../output.ts';
import { plural } from '../problems.ts';
import { safe } from './safe-text.ts';

/** Says that a list is empty, or that it is not the whole. */
export function tellPage(out: Output, shown: number, total: number, noun: string): void {
  if (total === 0) out.note(safe`No ${noun} fits`);
  else if (shown < total) out.note(safe`${shown} of ${plural(total, noun)}, newest first; --limit shows more`);
}
