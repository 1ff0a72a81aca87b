import { placeAt } from '../core/place.ts';
import type { PlacedText } from '../core/place.ts';
import type { Problem } from '../core/problem.ts';
import type { SyntaxFault } from './fault.ts';

/** Faults of a text as problems of the file that holds it. */
export function problemsOf(faults: readonly SyntaxFault[], source: PlacedText): Problem[] {
  return faults.map(({ rule, message, hint, span }) => ({
    rule,
    severity: 'error',
    place: placeAt(source, span.start),
    message,
    hint,
  }));
}
