// What the queries of all declarative hunts share: their events with key and population columns, and questions about them.
import type { DeclarativeBody, ParamValue } from '../../core/hunt.ts';
import type { ColumnType, Scalar } from '../../core/row.ts';
import { CLOCK_COLUMN, EVENT_TIME_FIELD } from '../../core/source.ts';
import type { Command, Expr, Field } from '../syntax/ast.ts';
import {
  aggregate,
  and,
  bare,
  call,
  column,
  compare,
  countAll,
  evaluate,
  eventLiteral,
  field,
  isNotNull,
  isNull,
  limit,
  number,
  or,
  param,
  query,
  stats,
  text,
  where,
} from '../syntax/build.ts';
import { mapQuery } from '../syntax/commands.ts';
import { ecsField } from '../ecs.ts';
import { printQuery } from '../syntax/print.ts';
import { type Frame, FRESH_START, head, TILE_START } from './frame.ts';
import { leftBy, type Negation } from './null-safe.ts';
import { inlineParam } from './params.ts';

/** The column of the population: `across` as a text; names of hosts are cut at the first dot. */
export const ACROSS = 'hunt.across';
const IN_TILE = 'hunt.in_tile';
/** First and last event time within tile and look-back; a row's `first_seen` and `last_seen` are on the clock, over the range. */
const EVENT_START = 'hunt.event_start';
const EVENT_END = 'hunt.event_end';

/** Hosts a row carries along, besides their number. */
export const ACROSS_CAP = 20;

/** A declarative hunt ready to compile: everything in it is bound to one run. */
export interface EntityPlan<Body extends DeclarativeBody = DeclarativeBody> {
  readonly body: Body;
  readonly frame: Frame;
  readonly where: Expr | null;
  /** Active exceptions, each as the condition under which it hides. */
  readonly exceptions: readonly (Pick<Negation, 'form'> & {
    readonly id: string;
    readonly when: Expr;
    readonly unless: Expr;
  })[];
  readonly rowsMax: number;
}

/** The events that no exception hides and that have a key: what is counted. */
export function keyedEvents(plan: EntityPlan): Command[] {
  const keyed = where(and(keys(plan.body).map((name) => isNotNull(column(name)))));
  return [...events(plan), ...leftByExceptions(plan), ...keyed];
}

/**
 * One row: how many events each exception hides (`hidden.0` …), how many events and hosts have no key, and how many
 * events hold several values in a field that the null-safe form takes for single-valued, so that none can judge them.
 */
export function hiddenQuery(plan: EntityPlan, judged: readonly string[]): string {
  const unkeyed = or(keys(plan.body).map((name) => isNull(column(name))));
  const several = or(judged.map((name) => compare(call('MV_COUNT', column(name)), '>', number(1))));
  return printQuery(
    query([
      ...events(plan),
      stats([
        aggregate('events', countAll()),
        aggregate('unkeyed_events', countAll(), unkeyed),
        aggregate('unkeyed_hosts', call('COUNT_DISTINCT', column(ACROSS)), unkeyed),
        ...(several === null ? [] : [aggregate('several', countAll(), several)]),
        ...plan.exceptions.map((exception, index) => aggregate(`hidden.${index}`, countAll(), exception.when)),
      ]),
      limit(2),
    ]),
  );
}

/** One row: `events` that match the hunt; sent with a request filter that keeps only the addresses of one list. */
export function matchedQuery(plan: EntityPlan): string {
  return printQuery(query([...events(plan), stats([aggregate('events', countAll())]), limit(2)]));
}

/** Sample events of the given entities (values of `of`, in its order): `evidence` holds the smallest few `index/_id`. */
export function evidenceQuery(plan: EntityPlan, entities: readonly (readonly Scalar[])[], samples: number): string {
  const wanted = entities.flatMap((values) => entityIs(plan.body, values) ?? []);
  const id = call('CONCAT', column('_index'), text('/'), column('_id'));
  return printQuery(
    query([
      ...events(plan, ['_index', '_id']),
      ...leftByExceptions(plan),
      ...where(or(wanted)),
      ...evaluate([field('hunt.id', id)]),
      stats([aggregate('evidence', call('TOP', column('hunt.id'), number(samples), text('asc')))], groups(plan.body)),
      limit(10_000),
    ]),
  );
}

/** Commands that give a finding's events before grouping, parameters written out: the head of its drill-down. */
export function entityEvents(plan: EntityPlan, params: Readonly<Record<string, ParamValue>>): readonly Command[] {
  return mapQuery(query(events(plan)), (node) => inlineParam(node, params)).commands;
}

/** The events that no exception hides. */
function leftByExceptions({ exceptions }: EntityPlan): Command[] {
  return leftBy(exceptions.map(({ unless, form }, index) => ({ name: `hunt.left.${index}`, expr: unless, form })));
}

/** The events the hunt is about, with key and population columns, before any exclusion. */
function events(plan: EntityPlan, metadata: readonly string[] = []): Command[] {
  return [
    ...head(plan.frame, metadata),
    ...where(plan.where),
    ...evaluate([...plan.body.of.map((name, index) => keyField(name, index, plan.body)), acrossField(plan.body)]),
  ];
}

/** The condition that an event is of an entity, on the columns of `events`; null for no values. */
export function entityIs(body: DeclarativeBody, values: readonly Scalar[]): Expr | null {
  return and(
    values.map((value, index) => compare(column(keyColumn(index)), '==', eventLiteral(value))).slice(0, body.of.length),
  );
}

/**
 * The entity, text in lower case; a process without a name is known by its executable. Addresses and numbers keep their
 * type, and a host in a key is named as it is counted. Fields themselves stay as they are.
 */
function keyField(name: string, index: number, { across }: DeclarativeBody): Field {
  if (name === across && isText(entityType(name))) return field(keyColumn(index), acrossValue(across));
  const lower = (read: string): Expr => (isText(entityType(read)) ? call('TO_LOWER', column(read)) : column(read));
  // COALESCE stands outermost: 8.19 takes IS NOT NULL of a call around it for IS NOT NULL of each field [measured].
  const value = name === 'process.name' ? call('COALESCE', lower(name), lower('process.executable')) : lower(name);
  return field(keyColumn(index), value);
}

/** The type of a key column: that of the field by ECS, as far as it is known. */
export function entityType(name: string): ColumnType {
  return ecsField(name)?.type ?? 'keyword';
}

function isText(type: ColumnType): boolean {
  return type === 'keyword' || type === 'text';
}

function keyColumn(index: number): string {
  return `hunt.key.${index}`;
}

function keys(body: DeclarativeBody): string[] {
  return body.of.map((_, index) => keyColumn(index));
}

/** Groups by entity, under the names of its fields. */
function groups(body: DeclarativeBody): Field[] {
  return body.of.map((name, index) => field(name, column(keyColumn(index))));
}

export function acrossField(body: DeclarativeBody): Field {
  return field(ACROSS, acrossValue(body.across));
}

/**
 * What is counted, as a text. Defend and 5156 name one host in two ways (`WS5`, `ws5.example.org`), so hosts are compared in
 * lower case and cut at the first dot; a dot in any other name, such as a user's, is a part of it.
 */
function acrossValue(name: string): Expr {
  if (!isText(entityType(name))) return call('TO_STRING', column(name));
  const lower = call('TO_LOWER', column(name));
  return HOST_NAMES.has(name) ? call('MV_FIRST', call('SPLIT', lower, text('.'))) : lower;
}

/** Fields with a name of the host that an event is about, or of the machine it comes from. */
const HOST_NAMES: ReadonlySet<string> = new Set([
  'host.name',
  'host.hostname',
  'agent.name',
  'observer.hostname',
  'observer.name',
  'winlog.computer_name',
]);

/** The condition that an event is this run's own, and not read for its history. */
export function isFresh(): Expr {
  return compare(column(CLOCK_COLUMN), '>=', param(FRESH_START));
}

/** Events by entity and host. Values are collected of all of them, or of those that meet a condition. */
export function perHost(body: DeclarativeBody, collectedWhere: Expr | null = null): Command {
  const clock = column(CLOCK_COLUMN);
  return stats(
    [
      aggregate(IN_TILE, countAll(), compare(clock, '>=', param(TILE_START))),
      aggregate('first_seen', call('MIN', clock)),
      aggregate('last_seen', call('MAX', clock)),
      aggregate(EVENT_START, call('MIN', column(EVENT_TIME_FIELD)), isFresh()),
      aggregate(EVENT_END, call('MAX', column(EVENT_TIME_FIELD)), isFresh()),
      ...collected(body).map((name) => aggregate(name, call('VALUES', column(name)), collectedWhere)),
    ],
    [...groups(body), bare(ACROSS)],
  );
}

/** What `perHost` gives, by entity. Hosts are exact so: COUNT_DISTINCT is an approximation above 3,000. */
export function perEntity(body: DeclarativeBody): Command {
  return stats(
    [
      aggregate('count', call('SUM', column(IN_TILE))),
      aggregate('hosts', call('COUNT', column(ACROSS))),
      aggregate('first_seen', call('MIN', column('first_seen'))),
      aggregate('last_seen', call('MAX', column('last_seen'))),
      aggregate(EVENT_START, call('MIN', column(EVENT_START))),
      aggregate(EVENT_END, call('MAX', column(EVENT_END))),
      aggregate('across', call('VALUES', column(ACROSS))),
      ...collected(body).map((name) => aggregate(name, call('VALUES', column(name)))),
    ],
    body.of.map(bare),
  );
}

/** The smallest n + 1 of each set: one more than is kept, so that a cut can be told. */
export function capped(body: DeclarativeBody): Field[] {
  const smallest = (name: string, cap: number) =>
    field(name, call('MV_SLICE', call('MV_SORT', column(name)), number(0), number(cap)));
  return [smallest('across', ACROSS_CAP), ...collected(body).map((name) => smallest(name, body.collect[name] ?? 1))];
}

/** Columns to collect; a key column is there anyway. */
function collected(body: DeclarativeBody): string[] {
  return Object.keys(body.collect).filter((name) => !body.of.includes(name));
}
