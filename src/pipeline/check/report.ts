import type { Hunt } from '../../core/hunt.ts';
import { placeOf } from '../../core/hunt.ts';
import { type PlacedText, placeAt } from '../../core/place.ts';
import type { Problem } from '../../core/problem.ts';
import type { SyntaxFault } from '../../query/syntax/fault.ts';

/** Collects what is wrong with one hunt, each with its place in the hunt's file. */
export class Report {
  readonly problems: Problem[] = [];
  readonly #hunt: Pick<Hunt, 'file' | 'places'>;

  constructor(hunt: Pick<Hunt, 'file' | 'places'>) {
    this.#hunt = hunt;
  }

  /** At a value of the file, by its dotted path. */
  error(path: string, rule: string, message: string, hint: string): void {
    this.problems.push({ rule, severity: 'error', place: placeOf(this.#hunt, path), message, hint });
  }

  warning(path: string, rule: string, message: string, hint: string): void {
    this.problems.push({ rule, severity: 'warning', place: placeOf(this.#hunt, path), message, hint });
  }

  /** At a span of an ES|QL text. */
  faults(source: PlacedText, faults: readonly (SyntaxFault & { readonly severity?: 'error' | 'warning' })[]): void {
    for (const { rule, message, hint, span, severity } of faults) {
      this.problems.push({
        rule,
        severity: severity ?? 'error',
        place: placeAt(source, span.start),
        message: capitalised(message),
        hint,
      });
    }
  }

  get failed(): boolean {
    return this.problems.some((problem) => problem.severity === 'error');
  }
}

/** Faults of ES|QL begin in lower case, so that several can be joined in one error. */
function capitalised(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1);
}
