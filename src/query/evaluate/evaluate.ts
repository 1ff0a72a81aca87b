import { closest } from '../../core/suggest.ts';
import type { ParamValue } from '../../core/hunt.ts';
import { HuntError } from '../../core/error.ts';
import type { ColumnType, Row, Value } from '../../core/row.ts';
import type { Expr } from '../syntax/ast.ts';
import { eachTyped } from '../resolve/each-typed.ts';
import { readerOf } from './read-typed.ts';
import { typeCondition, typeExpr } from '../resolve/type-expr.ts';
import type { KnownColumn, MeaningFault, Typed, TypingScope } from '../resolve/typed.ts';
import { isSeveral, toCell } from '../values/values.ts';

/** What an expression on rows may read: the columns of the rows with their types, and the parameters. */
export interface Scope {
  readonly types: ReadonlyMap<string, ColumnType>;
  readonly params: Readonly<Record<string, ParamValue>>;
}

/**
 * The value of an expression on a row. Never throws on data: what has no value is null. An expression that cannot be
 * computed on rows (an unknown column, types that do not fit, KQL) is a HuntError DEFINITION that names every fault.
 */
export function compileExpr(expr: Expr, scope: Scope): (row: Row) => Value {
  const typed = compiled(expr, scope, typeExpr);
  const read = readerOf(typed);
  return (row) => toCell(read(row), typed.type);
}

/** A condition on a row: true, false, or null where it is unknown. Errors as for `compileExpr`. */
export function predicate(expr: Expr, scope: Scope): (row: Row) => boolean | null {
  const read = readerOf(compiled(expr, scope, typeCondition));
  return (row) => {
    const value = read(row);
    return isSeveral(value) || typeof value !== 'boolean' ? null : value;
  };
}

/** Every fault of an expression that is to be computed on rows; none when `compileExpr` will take it. */
export function exprFaults(expr: Expr, scope: Scope): readonly MeaningFault[] {
  return typedOnRows(expr, scope, typeExpr).faults;
}

function compiled(expr: Expr, scope: Scope, type: typeof typeExpr): Typed {
  const { typed, faults } = typedOnRows(expr, scope, type);
  const [first] = faults;
  if (first === undefined) return typed;
  const all = faults.map((fault) => fault.message).join('; ');
  throw new HuntError('DEFINITION', `Cannot evaluate an expression on rows: ${all}`, { remedy: first.hint });
}

function typedOnRows(
  expr: Expr,
  scope: Scope,
  type: typeof typeExpr,
): { readonly typed: Typed; readonly faults: readonly MeaningFault[] } {
  const faults: MeaningFault[] = [];
  const typed = type(
    expr,
    typingScope(scope, (fault) => faults.push(fault)),
  );
  faults.push(...queryOnlyFaults(typed));
  return { typed, faults };
}

function typingScope({ types, params }: Scope, report: TypingScope['report']): TypingScope {
  return {
    column: (name) => {
      const type = types.get(name);
      return type === undefined ? undefined : columnOf(name, type);
    },
    unknownHint: (name) => {
      const near = closest(name, types.keys());
      return near === null ? `Columns: ${[...types.keys()].slice(0, 30).join(', ')}` : `Did you mean "${near}"?`;
    },
    param: (name) => (Object.hasOwn(params, name) ? params[name] : undefined),
    inAggregate: null,
    report,
  };
}

function columnOf(name: string, type: ColumnType): KnownColumn {
  return { name, type, several: 'unknown', origin: 'computed', field: null };
}

/** Calls in the tree that Elasticsearch can answer and rows cannot. */
function queryOnlyFaults(typed: Typed): MeaningFault[] {
  return eachTyped(typed).flatMap(({ entry, operands, expr }): MeaningFault[] => {
    const unanswered =
      entry?.evaluate === null ? `${entry.name} can be asked of Elasticsearch only, not of rows` : null;
    const message = unanswered ?? entry?.refusedOnRows?.(operands) ?? null;
    if (message === null) return [];
    const hint = 'Write it in the query, or use a comparison, LIKE or field : "value" here';
    return [{ rule: 'query-only-function', severity: 'error', message, hint, span: expr.span }];
  });
}
