// query: ES|QL. In: text and its place. Out: syntax trees, columns with types, problems, compiled queries, values of
// expressions on rows. May import: core.

/** Offsets (UTF-16 units) into the text a node was read from; `end` is exclusive. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

interface Node {
  readonly span: TextSpan;
}

/** A constant. Integers that do not fit a double exactly are bigint. */
export interface Literal extends Node {
  readonly kind: 'literal';
  readonly type: 'null' | 'boolean' | 'integer' | 'long' | 'unsigned_long' | 'double' | 'keyword';
  readonly value: null | boolean | number | bigint | string;
}

/** `7 days`: an operand of + and - with a date, or an argument of DATE_TRUNC and BUCKET. `unit` is its canonical singular. */
export interface DurationLiteral extends Node {
  readonly kind: 'duration';
  readonly amount: number;
  readonly unit: 'millisecond' | 'second' | 'minute' | 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year';
}

export interface ArrayLiteral extends Node {
  readonly kind: 'array';
  readonly items: readonly Literal[];
}

/** `{"k": v}` as the last argument of a call. */
export interface MapLiteral extends Node {
  readonly kind: 'map';
  readonly entries: readonly { readonly key: string; readonly value: Literal | ArrayLiteral }[];
}

/** `?name`, `?1`, `?` (name is empty) for a value, `??name` for an identifier. */
export interface Param extends Node {
  readonly kind: 'param';
  readonly name: string;
  readonly style: 'value' | 'identifier';
}

/** A column by its whole name: parts joined by dots, quotes removed. */
export interface ColumnRef extends Node {
  readonly kind: 'column';
  readonly name: string;
}

/** `*` in COUNT(*). */
interface Star extends Node {
  readonly kind: 'star';
}

export interface Sign extends Node {
  readonly kind: 'sign';
  readonly op: '-' | '+';
  readonly operand: Expr;
}

export type ArithmeticOp = '+' | '-' | '*' | '/' | '%';

/** A chain of one precedence, applied from the left: `ops.length === operands.length - 1`. */
export interface Arithmetic extends Node {
  readonly kind: 'arithmetic';
  readonly operands: readonly Expr[];
  readonly ops: readonly ArithmeticOp[];
}

export type CompareOp = '==' | '!=' | '<' | '<=' | '>' | '>=';

interface Compare extends Node {
  readonly kind: 'compare';
  readonly op: CompareOp;
  readonly left: Expr;
  readonly right: Expr;
}

/** Two or more operands; an operand is never of the same kind (parentheses between equals are flattened). */
export interface Logical extends Node {
  readonly kind: 'and' | 'or';
  readonly operands: readonly Expr[];
}

interface Not extends Node {
  readonly kind: 'not';
  readonly operand: Expr;
}

interface In extends Node {
  readonly kind: 'in';
  readonly negated: boolean;
  readonly value: Expr;
  readonly list: readonly Expr[];
}

/** LIKE or RLIKE with one pattern, or LIKE with a list. */
export interface Like extends Node {
  readonly kind: 'like' | 'rlike';
  readonly negated: boolean;
  readonly value: Expr;
  readonly patterns: readonly Literal[];
}

interface IsNull extends Node {
  readonly kind: 'is_null';
  readonly negated: boolean;
  readonly value: Expr;
}

/** `field : "text"`: any element matches. */
interface Match extends Node {
  readonly kind: 'match';
  readonly field: ColumnRef;
  readonly query: Literal | Param;
}

/** `value::type`. */
interface Cast extends Node {
  readonly kind: 'cast';
  readonly value: Expr;
  readonly type: string;
}

/** A function or aggregate call; `name` is upper case. */
export interface Call extends Node {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly Expr[];
}

export type Expr =
  | Literal
  | DurationLiteral
  | ArrayLiteral
  | MapLiteral
  | Param
  | ColumnRef
  | Star
  | Sign
  | Arithmetic
  | Compare
  | Logical
  | Not
  | In
  | Like
  | IsNull
  | Match
  | Cast
  | Call;

/** `name = expr`; without a name the column is called by its source text, which `name` then holds. */
export interface Field extends Node {
  readonly name: string;
  readonly named: boolean;
  readonly expr: Expr;
}

/** `name = agg WHERE condition`. */
export interface Aggregate extends Field {
  readonly where: Expr | null;
}

/** A column name that may hold `*`; in `parts` a `*` inside backticks is literal. */
export interface NamePattern extends Node {
  readonly name: string;
  /** Whether `name` has wildcards. */
  readonly wild: boolean;
  /** Regular-expression-free form: literal pieces between the wildcards. */
  readonly pieces: readonly string[];
}

export interface SourceRef extends Node {
  /** As FROM names it, exclusion sign and cluster prefix included, quotes removed. */
  readonly pattern: string;
}

export interface From extends Node {
  readonly kind: 'from';
  readonly sources: readonly SourceRef[];
  readonly metadata: readonly string[];
}
interface RowCommand extends Node {
  readonly kind: 'row';
  readonly fields: readonly Field[];
}
interface Where extends Node {
  readonly kind: 'where';
  readonly condition: Expr;
}
interface Eval extends Node {
  readonly kind: 'eval';
  readonly fields: readonly Field[];
}
export interface Stats extends Node {
  readonly kind: 'stats';
  readonly aggregates: readonly Aggregate[];
  readonly by: readonly Field[];
}
interface Keep extends Node {
  readonly kind: 'keep';
  readonly patterns: readonly NamePattern[];
}
interface Drop extends Node {
  readonly kind: 'drop';
  readonly patterns: readonly NamePattern[];
}
export interface Rename extends Node {
  readonly kind: 'rename';
  readonly renames: readonly { readonly from: string; readonly to: string; readonly span: TextSpan }[];
}
export interface SortKey extends Node {
  readonly expr: Expr;
  readonly direction: 'asc' | 'desc';
  /** null: the default, last for ASC and first for DESC. */
  readonly nulls: 'first' | 'last' | null;
}
export interface Sort extends Node {
  readonly kind: 'sort';
  readonly keys: readonly SortKey[];
}
export interface Limit extends Node {
  readonly kind: 'limit';
  readonly count: Literal | Param;
}
export interface Dissect extends Node {
  readonly kind: 'dissect';
  readonly input: Expr;
  readonly pattern: string;
  readonly appendSeparator: string | null;
}
export interface Grok extends Node {
  readonly kind: 'grok';
  readonly input: Expr;
  readonly patterns: readonly string[];
}
interface MvExpand extends Node {
  readonly kind: 'mv_expand';
  readonly column: ColumnRef;
}
export interface LookupJoin extends Node {
  readonly kind: 'lookup_join';
  readonly index: string;
  readonly on: readonly ColumnRef[];
}
export interface Sample extends Node {
  readonly kind: 'sample';
  readonly probability: Literal | Param;
}
export interface Enrich extends Node {
  readonly kind: 'enrich';
  readonly policy: string;
  readonly on: string | null;
  readonly with: readonly { readonly name: string | null; readonly field: string }[];
}

export type Command =
  | From
  | RowCommand
  | Where
  | Eval
  | Stats
  | Keep
  | Drop
  | Rename
  | Sort
  | Limit
  | Dissect
  | Grok
  | MvExpand
  | LookupJoin
  | Sample
  | Enrich;

export interface Query extends Node {
  readonly commands: readonly Command[];
}
