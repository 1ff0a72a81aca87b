import { parseCidr } from '../../core/cidr.ts';
import { convert } from '../../query/values/convert.ts';
import { compare } from '../../query/values/operators.ts';
import { elementTest, readerOf, seeksOne } from '../../query/evaluate/read-typed.ts';
import type { Expr } from '../../query/syntax/ast.ts';
import type { Typed } from '../../query/resolve/typed.ts';
import { elementsOf, textIn } from '../../query/values/values.ts';
import type { RefScalar, ValueType } from '../../query/values/values.ts';
import type { SqlContext, SqlValue } from './functions/port.ts';
import { Refused } from '../plan/refused.ts';
import { callSql } from './sql-call.ts';
import { brought } from './sql-convert.ts';
import { arithmeticSql, compareSql, negativeSql } from './sql-operators.ts';
import { patternSql } from './sql-patterns.ts';
import { alone } from './sql-share.ts';
import { plain } from './sql-types.ts';

/** What an expression may read: columns by name, and the placeholders and functions of the query under way. */
export interface Reading {
  readonly column: (name: string) => SqlValue | undefined;
  readonly context: SqlContext;
}

/** The SQL of a typed tree without faults: three-valued logic, null for several values under a scalar operator. */
export function lower(typed: Typed, reading: Reading): SqlValue {
  const { constant, column, entry, type } = typed;
  if (constant !== null) return reading.context.constant(constant.value, type);
  if (column !== null) return columnOf(typed, column.name, reading);
  return entry === null
    ? operatorSql(typed, typed.expr, reading)
    : callSql(typed, entry, taken(typed, reading), reading.context);
}

/** The SQL of a condition. */
export function lowerCondition(typed: Typed, reading: Reading): string {
  return alone(brought(lower(typed, reading), 'boolean', reading.context)).sql;
}

function columnOf({ expr }: Typed, name: string, { column }: Reading): SqlValue {
  const value = column(name);
  if (value !== undefined) return value;
  throw new Refused('unknown-column', `there is no column "${name}"`, 'Name a column that is left here', expr.span);
}

/** The operands, each brought to the type the operator takes. */
function taken({ operands, takes }: Typed, reading: Reading): readonly SqlValue[] {
  return operands.map((operand, at) => brought(lower(operand, reading), takes[at] ?? operand.type, reading.context));
}

/** Constants, columns, calls and casts have been lowered before. */
function operatorSql(typed: Typed, expr: Expr, reading: Reading): SqlValue {
  const { context } = reading;
  const lowered = typed.operands.map((operand) => lower(operand, reading));
  // DuckDB would make NULLs of no type of them.
  if (lowered.every(({ constant }) => constant !== undefined))
    return context.constant(readerOf(typed)(new Map()), typed.type);
  if (expr.kind === 'arithmetic') return arithmeticSql(lowered, expr.ops, typed.steps, context);
  const operands = lowered.map((operand, at) => brought(operand, typed.takes[at] ?? operand.type, context));
  const [first, second] = operands;
  if (expr.kind === 'and' || expr.kind === 'or') return joined(operands, expr.kind);
  if (first === undefined) return context.constant(null, typed.type);
  if (expr.kind === 'not') return plain(`(NOT ${alone(first).sql})`, 'boolean');
  if (expr.kind === 'is_null') return plain(`(${first.sql} IS ${expr.negated ? 'NOT ' : ''}NULL)`, 'boolean');
  if (expr.kind === 'in') return inSql(typed, operands, expr.negated, context);
  if (expr.kind === 'like' || expr.kind === 'rlike') return patternSql(expr, first, alone(first), context);
  if (expr.kind === 'match') return matchSql(typed, first, context);
  if (expr.kind === 'sign') return expr.op === '+' ? alone(first) : negativeSql(alone(first));
  if (expr.kind === 'compare' && second !== undefined) return comparison(expr.op, alone(first), alone(second), context);
  throw new Refused('not-embedded', `the embedded engine has no "${expr.kind}" here`, 'Ask Elasticsearch', expr.span);
}

/**
 * An operand with several values makes null of itself and of all that stands before it, unless a literal decides
 * [measured on 8.19.21].
 */
function joined(all: readonly SqlValue[], kind: 'and' | 'or'): SqlValue {
  const decisive = kind === 'or';
  const by = decisive ? ' OR ' : ' AND ';
  if (all.some(({ constant }) => constant === decisive)) return plain(String(decisive), 'boolean');
  const open = all.filter(({ constant }) => constant !== !decisive);
  const operands = open.length === 0 ? all : open;
  const last = Math.max(
    1,
    operands.findLastIndex((operand) => operand.several),
  );
  const [head, tail] = [operands.slice(0, last + 1), operands.slice(last + 1)];
  const before = head.slice(0, -1);
  const pair = [...(before.length > 1 ? [joined(before, kind)] : before), ...head.slice(-1)];
  const chain = pair.map((operand) => alone(operand).sql).join(by);
  const several = pair.flatMap((operand) => (operand.several ? [`len(${operand.sql}) > 1`] : []));
  const first = several.length === 0 ? chain : `(CASE WHEN ${several.join(' OR ')} THEN NULL ELSE ${chain} END)`;
  return plain(`(${[first, ...tail.map(({ sql }) => sql)].join(by)})`, 'boolean');
}

/** Versions compare by their parts, which SQL does not know. */
function comparison(
  op: Parameters<typeof compareSql>[0],
  left: SqlValue,
  right: SqlValue,
  context: SqlContext,
): SqlValue {
  if (left.type !== 'version') return compareSql(op, left.sql, right.sql);
  return context.operator(`compare ${op}`, [left, right], 'boolean', ([a, b]) =>
    a === undefined || b === undefined ? null : compare(op, a, b, 'version'),
  );
}

/**
 * True when an element is equal, else null when one is null; an element with several values matches nothing, unless it is
 * alone in its list: then IN is `==`.
 */
function inSql(
  typed: Typed,
  [value, ...elements]: readonly SqlValue[],
  negated: boolean,
  context: SqlContext,
): SqlValue {
  const sought = alone(value as SqlValue);
  const [only] = elements;
  if (only !== undefined && seeksOne(typed)) return comparison(negated ? '!=' : '==', sought, alone(only), context);
  const spread = elements.flatMap((element, at): readonly SqlValue[] =>
    typed.operands[at + 1]?.constant?.param === true
      ? elementsOf(element.constant ?? null).map((item) => context.constant(item, element.type))
      : [element],
  );
  const lists = spread.filter((element) => element.several && element.constant === undefined);
  const plains = spread.filter((element) => !element.several);
  const isVersion = sought.type === 'version';
  const terms = [
    ...(isVersion ? plains.map((item) => comparison('==', sought, item, context).sql) : inList(sought, plains)),
    ...lists.map((item) => anyListed(sought, item, context)),
  ];
  if (terms.length === 0) terms.push(`(CASE WHEN ${sought.sql} IS NOT NULL THEN false END)`);
  return plain(`(${negated ? 'NOT ' : ''}(${terms.join(' OR ')}))`, 'boolean');
}

function inList(sought: SqlValue, items: readonly SqlValue[]): readonly string[] {
  return items.length === 0 ? [] : [`(${sought.sql} IN (${items.map(({ sql }) => sql).join(', ')}))`];
}

function anyListed(sought: SqlValue, item: SqlValue, context: SqlContext): string {
  const equal = comparison('==', sought, alone(item), context).sql;
  return `(CASE WHEN len(${item.sql}) > 1 AND ${sought.sql} IS NOT NULL THEN false ELSE ${equal} END)`;
}

/** Any element matches; a null does not, so NOT selects it. */
function matchSql({ operands: [field, query] }: Typed, value: SqlValue, context: SqlContext): SqlValue {
  const type = field?.type ?? 'null';
  const from = query?.type ?? 'null';
  const test = (sql: string) =>
    elementsOf(query?.constant?.value ?? null)
      .map((wanted) => elementSql(wanted, from, type, sql, context))
      .join(' OR ') || 'false';
  const any = value.several ? `len(list_filter(${value.sql}, lambda x: ${test('x')})) > 0` : test(value.sql);
  return plain(`coalesce(${any}, false)`, 'boolean');
}

function elementSql(wanted: RefScalar, from: ValueType, type: ValueType, sql: string, context: SqlContext): string {
  const block = type === 'ip' && typeof wanted === 'string' ? parseCidr(wanted) : null;
  if (block !== null)
    return `(${sql} BETWEEN ${context.param(block.first, 'ip')} AND ${context.param(block.last, 'ip')})`;
  if (type === 'text') return context.textTest(`match ${textIn(wanted)}`, elementTest(wanted, from, type), sql);
  const brought = convert(wanted, from, type);
  return brought === null ? 'false' : `(${sql} = ${context.param(brought, type)})`;
}
