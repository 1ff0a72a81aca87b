// What is known about the recorded captures: expected.json beside them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A claim: what a query gives over a file. */
interface CaptureClaim {
  readonly file: string;
  readonly note: string;
  readonly count: number;
  readonly first?: string;
  readonly last?: string;
  readonly esql: string;
}

export interface ExpectedOfCaptures {
  readonly files: readonly {
    readonly file: string;
    readonly docs: number;
    readonly hosts: readonly string[];
    readonly first: string;
    readonly last: string;
    readonly datasets: Readonly<Record<string, number>>;
  }[];
  readonly expected: readonly CaptureClaim[];
}

export function expectedOfCaptures(folder: string): ExpectedOfCaptures {
  return JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as ExpectedOfCaptures;
}
