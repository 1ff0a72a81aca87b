import type { Source } from '../../core/source.ts';
import type { CheckedSource } from '../checked.ts';

/** The sources a hunt needs, looked up and with their predicates parsed; and those its site declares absent. */
export interface NeededSources {
  readonly present: readonly CheckedSource[];
  readonly absent: readonly string[];
  /** All of them: what a field may be named for, whether or not this site has the source. */
  readonly declared: readonly Source[];
  /** Whether there is a source for each name. */
  readonly whole: boolean;
}
