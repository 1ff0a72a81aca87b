import type { Aggregate, Expr, Field, Stats } from '../syntax/ast.ts';
import { NO_COLUMNS, withColumns } from './columns.ts';
import type { Columns } from './columns.ts';
import { eachTyped } from './each-typed.ts';
import { findFunction } from '../functions/registry.ts';
import type { ResolveContext } from './resolve-context.ts';
import { searchPlaceFaults } from './search-faults.ts';
import { isTruncated } from './truncation.ts';
import { typeCondition, typeExpr } from './type-expr.ts';
import type { KnownColumn, Typed, TypingScope } from './typed.ts';
import { walkExpr } from '../syntax/walk.ts';

/** STATS gives its aggregates in order, then the keys of BY; of equal names the last holds, a key before an aggregate. */
export function resolveStats(command: Stats, columns: Columns, context: ResolveContext): Columns {
  const keys = command.by.map((field) => keyColumn(field, keyOf(field, columns, command, context)));
  const scope = statsScope(
    columns,
    keys,
    keys.filter((_, at) => isMade(command.by[at])),
    context,
  );
  const aggregates = command.aggregates.map((aggregate) => {
    const typed = context.note(typeExpr(aggregate.expr, scope), command);
    checkAggregate(aggregate, context);
    checkConstants(typed, context);
    if (aggregate.where !== null) context.note(typeCondition(aggregate.where, scope.inAggregate ?? scope), command);
    return aggregateColumn(aggregate, typed);
  });
  context.searchable = false;
  return withColumns(NO_COLUMNS, [...aggregates, ...keys]);
}

/** The typed key; a search of the index is none. */
function keyOf(field: Field, columns: Columns, command: Stats, context: ResolveContext): Typed {
  const typed = context.type(field.expr, columns, command);
  context.faults.push(...searchPlaceFaults(typed, false));
  return typed;
}

/** Outside an aggregate only the group's keys have a value; inside, every column of the rows. */
function statsScope(
  columns: Columns,
  keys: readonly KnownColumn[],
  made: readonly KnownColumn[],
  context: ResolveContext,
): TypingScope {
  const rows = context.scope(columns);
  // Keys that BY makes may be named in aggregates and their conditions too.
  const inside = context.scope(withColumns(columns, made));
  return {
    ...rows,
    column: (name) => keys.find((key) => key.name === name),
    unknownHint: (name) =>
      rows.column(name) === undefined
        ? rows.unknownHint(name)
        : `Put "${name}" behind BY, or into an aggregate such as VALUES or MAX`,
    inAggregate: inside,
  };
}

/** Whether a key is more than a column under its own name. */
function isMade(key: Field | undefined): boolean {
  return key?.expr.kind !== 'column' || key.expr.name !== key.name;
}

/** A several-valued row falls into the group of each of its values, so a key has one. */
function keyColumn(field: Field, typed: Typed): KnownColumn {
  const computedText = typed.type === 'text' && typed.column === null;
  const type = typed.type === 'duration' ? 'unsupported' : computedText ? 'keyword' : typed.type;
  return { name: field.name, type, several: 'single', origin: 'group', field: typed.column?.field ?? null };
}

function aggregateColumn(aggregate: Aggregate, typed: Typed): KnownColumn {
  const type = typed.type === 'duration' ? 'unsupported' : typed.type;
  return {
    name: aggregate.name,
    type,
    several: typed.several,
    origin: 'aggregate',
    field: null,
    truncated: isTruncated(typed),
  };
}

/**
 * 8.19.21 refuses VALUES, TOP and STD_DEV of a constant, and gives the others without regard to rows and WHERE. COUNT, SUM
 * and a weight may be a constant as it is written; one that is computed is not followed here.
 */
function checkConstants(typed: Typed, context: ResolveContext): void {
  for (const { expr, operands } of eachTyped(typed)) {
    if (expr.kind !== 'call' || !isAggregate(expr) || expr.name === 'COUNT') continue;
    const [of, weight] = operands;
    const summed = expr.name === 'SUM' && of?.constant !== null;
    const weighed = expr.name === 'WEIGHTED_AVG' && weight?.constant === null && isConstant(weight.expr);
    if (!weighed && (summed || of === undefined || of.type === 'null' || !isConstant(of.expr))) continue;
    const hint = 'Write the constant by EVAL behind STATS';
    context.fault('constant-aggregate', `${expr.name} needs a column, not a constant`, hint, expr.span);
  }
}

/** Whether an expression reads no row. */
function isConstant(expr: Expr): boolean {
  let reads = false;
  walkExpr(expr, (node) => (reads ||= node.kind === 'column' || isAggregate(node)));
  return !reads;
}

function isAggregate(node: Expr): boolean {
  return node.kind === 'call' && findFunction(node.name)?.kind === 'aggregate';
}

/** An item without an aggregate may compute with keys, but is not a key itself. */
function checkAggregate({ expr, span }: Aggregate, context: ResolveContext): void {
  let found = false;
  walkExpr(expr, (node) => {
    found ||= node.kind === 'column' || (node.kind === 'call' && findFunction(node.name)?.kind !== 'scalar');
  });
  if (found && expr.kind !== 'column') return;
  context.fault('not-aggregated', 'STATS needs an aggregate here', 'COUNT(*), VALUES(field), MAX(field)', span);
}
