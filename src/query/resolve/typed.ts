import type { ColumnType } from '../../core/row.ts';
import type { ParamValue } from '../../core/hunt.ts';
import type { Expr, TextSpan } from '../syntax/ast.ts';
import type { ScalarFunction } from '../functions/define.ts';
import type { Operand, Several } from '../values/types.ts';
import type { ValueType } from '../values/values.ts';

/** Where a column's values come from. */
type Origin = 'field' | 'metadata' | 'aggregate' | 'group' | 'computed';

/** What is known of a column at one place of a query. */
export interface KnownColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly several: Several;
  readonly origin: Origin;
  /** The field whose values it holds unchanged (renamed or grouped by), else null. */
  readonly field: string | null;
  /** Whether a fraction was cut off to make it: a divisor that is makes rates too large, or null. */
  readonly truncated?: boolean;
}

/** A fault of meaning; `warning` leaves the query usable. */
export interface MeaningFault {
  readonly rule: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly hint: string;
  readonly span: TextSpan;
}

/** What an expression may refer to, and where its faults go. */
export interface TypingScope {
  /** A column by name; undefined when there is none, which the expression then reports. */
  readonly column: (name: string) => KnownColumn | undefined;
  /** Hint for a column that is unknown: a near name, or the reason. */
  readonly unknownHint: (name: string) => string;
  /** A parameter's value; undefined when it is not bound, null when parameters are not known yet. */
  readonly param: (name: string) => ParamValue | undefined | null;
  /** Whether functions may be called that 8.19 lacks, where the embedded engine has them. */
  readonly newer?: boolean;
  /** Scope of what stands inside an aggregate; null where no aggregate may stand. */
  readonly inAggregate: TypingScope | null;
  readonly report: (fault: MeaningFault) => void;
}

/** One step of an arithmetic chain: `takes` are the types of both sides, `result` that of the value so far. */
export interface ArithmeticStep {
  readonly takes: readonly [ValueType, ValueType];
  readonly result: ValueType;
}

/**
 * An expression with its types: the same tree, and for each operand the type it is brought to. Evaluation on rows, lints
 * and any lowering read this, so types are decided once.
 */
export interface Typed extends Operand {
  readonly expr: Expr;
  /** The operands in the order of the text (for IN the value first). */
  readonly operands: readonly Typed[];
  /** The type that each operand is brought to. */
  readonly takes: readonly ValueType[];
  /** Of a column. */
  readonly column: KnownColumn | null;
  /** Of a call or cast: the function; null for anything else, aggregates included. */
  readonly entry: ScalarFunction | null;
  /** Of an arithmetic chain, one for each operator. */
  readonly steps: readonly ArithmeticStep[];
}
