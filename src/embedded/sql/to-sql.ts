import type { Column } from '../../core/row.ts';
import type { SqlValue } from './functions/port.ts';
import { aggregateSql } from './functions/registry.ts';
import type { AggregateCall, Bound, Plan, Slot, SortBy, Stage, StageOf } from '../plan/plan.ts';
import { Refused } from '../plan/refused.ts';
import { SqlWriter } from './sql-context.ts';
import type { SqlFunction, SqlParam } from './sql-context.ts';
import { brought } from './sql-convert.ts';
import { lower, lowerCondition } from './sql-expression.ts';
import type { Reading } from './sql-expression.ts';
import { scanSql, slotName } from './sql-scan.ts';
import type { Scanned } from './sql-scan.ts';
import { alone } from './sql-share.ts';
import { sqlType } from './sql-types.ts';
import { extractColumns } from './stages/extract.ts';
import { lookupSql } from './stages/lookup-join.ts';

/** A query for DuckDB: its text holds nothing that a query or an event wrote. */
export interface Compiled {
  readonly sql: string;
  readonly params: readonly SqlParam[];
  readonly functions: readonly SqlFunction[];
  /** As the SELECT gives them. */
  readonly columns: readonly Column[];
}

/** What is known while the stages are written: the documents, and the shape of each column so far. */
interface Writing {
  readonly scanned: Scanned;
  readonly writer: SqlWriter;
  readonly shapes: Map<number, SqlValue>;
}

type Write<K extends Stage['kind']> = (stage: StageOf<K>, from: string, writing: Writing) => string;

/** The SELECT of each kind of stage over the one before; a forgotten one does not compile. */
const SELECT: { readonly [K in Stage['kind']]: Write<K> } = {
  scan: writeScan,
  one_row: () => 'SELECT true AS present',
  where: ({ condition }, from, writing) =>
    `SELECT * FROM ${from} WHERE ${lowerCondition(condition.typed, readingOf(condition, writing))}`,
  assign: writeAssign,
  explode: writeExplode,
  aggregate: writeAggregate,
  limit: ({ count, order }, from, writing) =>
    `SELECT * FROM ${from}${orderSql(order, writing)} LIMIT ${writing.writer.param(BigInt(count), 'long')}`,
  extract: writeExtract,
  lookup: writeLookup,
};

/** One common table expression for each stage, none of them materialised: DuckDB sees one query. */
export function toSql(plan: Plan, scanned: Scanned, now: number): Compiled {
  const writer = new SqlWriter(now);
  const writing: Writing = { scanned, writer, shapes: new Map() };
  const stages = plan.stages.map((stage, at) => {
    // The compiler cannot follow that kind and entry belong together.
    const write = SELECT[stage.kind] as (stage: Stage, from: string, writing: Writing) => string;
    return `p${at} AS NOT MATERIALIZED (${write(stage, `p${at - 1}`, writing)})`;
  });
  const names = [...plan.columns];
  const outputs = names.map(([, slot], at) => `${outputSql(slot, writing)} AS o${at}`);
  const limit = writer.param(BigInt(plan.limit), 'long');
  const last = `SELECT ${outputs.join(', ') || 'true AS present'} FROM p${stages.length - 1}${orderSql(plan.order, writing)} LIMIT ${limit}`;
  return {
    ...writer.finished(`WITH ${stages.join(',\n')}\n${last}`),
    functions: [...writer.functions.values()],
    columns: names.map(([name, { type }]) => ({ name, type })),
  };
}

function notYet(name: string, span: { readonly start: number; readonly end: number }): never {
  throw new Refused('not-embedded', `the embedded engine has no ${name}`, 'Ask Elasticsearch, or do without it', span);
}

function shapeOf({ id, type }: Slot, { shapes, writer }: Writing): SqlValue {
  return shapes.get(id) ?? writer.constant(null, type);
}

/** Notes how a column of the next stage looks. */
function madeSlot({ id, type }: Slot, { several }: Pick<SqlValue, 'several'>, { shapes }: Writing): string {
  shapes.set(id, { sql: slotName(id), type, several, constant: undefined });
  return slotName(id);
}

/** What an expression may read at its place. */
function readingOf({ names }: Bound, writing: Writing): Reading {
  const column = (name: string) => {
    const slot = names.get(name);
    return slot === undefined ? undefined : shapeOf(slot, writing);
  };
  return { column, context: writing.writer };
}

function outputSql(slot: Slot, writing: Writing): string {
  return shapeOf(slot, writing).sql;
}

function writeScan(stage: StageOf<'scan'>, _from: string, { scanned, writer, shapes }: Writing): string {
  const scan = scanSql(stage, scanned, writer);
  for (const [id, shape] of scan.shapes) shapes.set(id, shape);
  return scan.sql;
}

function writeAssign({ assigned }: StageOf<'assign'>, from: string, writing: Writing): string {
  const columns = assigned.map(({ slot, value }) => {
    const lowered = brought(lower(value.typed, readingOf(value, writing)), slot.type, writing.writer);
    return `${lowered.sql} AS ${madeSlot(slot, lowered, writing)}`;
  });
  return `SELECT *, ${columns.join(', ')} FROM ${from}`;
}

function writeExtract({ command, input, made }: StageOf<'extract'>, from: string, writing: Writing): string {
  const value = brought(lower(input.typed, readingOf(input, writing)), 'keyword', writing.writer);
  const types = new Map([...made].map(([name, { type }]) => [name, type]));
  const columns = [...extractColumns(command, value, types, writing.writer)].flatMap(([name, column]) => {
    const slot = made.get(name);
    return slot === undefined ? [] : [`${column.sql} AS ${madeSlot(slot, column, writing)}`];
  });
  return `SELECT ${['*', ...columns].join(', ')} FROM ${from}`;
}

function writeLookup(stage: StageOf<'lookup'>, from: string, writing: Writing): string {
  const joined = lookupSql(stage, from, shapeOf(stage.key, writing), writing);
  for (const [id, shape] of joined.shapes) writing.shapes.set(id, shape);
  return joined.sql;
}

/** A row for each element, one for null: DuckDB would drop a row whose list is null. */
function writeExplode(
  { from: source, to, distinct, ordinal }: StageOf<'explode'>,
  from: string,
  writing: Writing,
): string {
  const value = shapeOf(source, writing);
  const elements = distinct ? `list_distinct(${value.sql})` : value.sql;
  const all = `coalesce(${elements}, [CAST(NULL AS ${sqlType(value.type)})])`;
  const each = value.several ? `unnest(${all})` : value.sql;
  const position = value.several ? `generate_subscripts(${all}, 1)` : 'CAST(1 AS BIGINT)';
  const made = `${each} AS ${madeSlot(to, { several: false }, writing)}`;
  const placed = ordinal === null ? '' : `, ${position} AS ${madeSlot(ordinal, { several: false }, writing)}`;
  return `SELECT *, ${made}${placed} FROM ${from}`;
}

function writeAggregate({ keys, calls }: StageOf<'aggregate'>, from: string, writing: Writing): string {
  const grouped = keys.map((key) => shapeOf(key, writing).sql);
  const written = calls.map((call) => ({ call, value: aggregateCall(call, writing) }));
  const made = written.map(({ call, value }) => `${value.sql} AS ${madeSlot(call.slot, value, writing)}`);
  const by = grouped.length === 0 ? '' : ` GROUP BY ${grouped.join(', ')}`;
  return `SELECT ${[...grouped, ...made].join(', ')} FROM ${from}${by}`;
}

function aggregateCall({ typed, name, args, where }: AggregateCall, writing: Writing): SqlValue {
  const values = args.map((arg, at) => {
    const lowered = lower(arg.typed, readingOf(arg, writing));
    return brought(lowered, typed.takes[at] ?? lowered.type, writing.writer);
  });
  const filter = where === null ? '' : ` FILTER (WHERE ${alone(shapeOf(where, writing)).sql})`;
  const form =
    aggregateSql(name)?.(values, { takes: typed.takes, result: typed.type }, writing.writer, (call) => call + filter) ??
    null;
  return form ?? notYet(name, typed.expr.span);
}

/** Of several values the smallest decides where the order ascends, the largest where it descends. */
function orderSql(order: readonly SortBy[], writing: Writing): string {
  const keys = order.map(({ slot, direction, nulls }) => {
    const value = shapeOf(slot, writing);
    const extreme = direction === 'asc' ? 'list_min' : 'list_max';
    return `${value.several ? `${extreme}(${value.sql})` : value.sql} ${direction} NULLS ${nulls}`;
  });
  return keys.length === 0 ? '' : ` ORDER BY ${keys.join(', ')}`;
}
