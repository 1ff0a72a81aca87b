import type { Command, Query } from '../../query/syntax/ast.ts';
import { matchesName } from '../../query/resolve/columns.ts';
import type { Resolution } from '../../query/resolve/resolution.ts';
import type { KnownColumn, Typed } from '../../query/resolve/typed.ts';
import { PlanBuilder } from './plan-builder.ts';
import { planStats } from './plan-stats.ts';
import type { Metadata, Plan, Slot } from './plan.ts';
import { Refused } from './refused.ts';
import type { Snapshot } from '../segments/snapshot.ts';

/** ES|QL's own bounds: of a query without any LIMIT, and of every query. */
const IMPLICIT_LIMIT = 1_000;
const LIMIT_MAX = 10_000;

type OfKind<K extends Command['kind']> = Extract<Command, { kind: K }>;
type PlanOf<K extends Command['kind']> = (command: OfKind<K>, typed: readonly Typed[], builder: PlanBuilder) => void;

/** One entry for each command; a forgotten one does not compile. */
const PLAN: { readonly [K in Command['kind']]: PlanOf<K> } = {
  from: planFrom,
  row: (command, typed, builder) => {
    builder.add({ kind: 'one_row' });
    planFields(command.fields, typed, builder);
  },
  eval: (command, typed, builder) => planFields(command.fields, typed, builder),
  where: (_command, [typed], builder) => {
    if (typed !== undefined) builder.add({ kind: 'where', condition: builder.bound(typed) });
  },
  stats: planStats,
  keep: (_command, _typed, builder) => builder.keep(),
  drop: (command, _typed, builder) => {
    for (const name of builder.names.keys().toArray())
      if (command.patterns.some((pattern) => matchesName(pattern, name))) builder.remove(name);
  },
  rename: (command, _typed, builder) => {
    for (const { from, to } of command.renames) {
      const slot = builder.names.get(from);
      if (slot === undefined) continue;
      builder.remove(from);
      builder.name(to, slot);
    }
  },
  sort: planSort,
  limit: (command, [typed], builder) => {
    const count = Number(typed?.constant?.value ?? Number.NaN);
    if (!Number.isSafeInteger(count) || count < 0)
      throw new Refused('limit-number', 'LIMIT takes a whole number that is not negative', 'LIMIT 100', command.span);
    builder.limited = true;
    builder.add({ kind: 'limit', count, order: builder.order });
  },
  dissect: planExtract,
  grok: planExtract,
  mv_expand: planExpand,
  lookup_join: planLookup,
  sample: (command) => refused('SAMPLE', command),
  enrich: (command) => refused('ENRICH', command),
};

/** The logical plan of a query that has been resolved without faults. */
export function buildPlan(query: Query, resolution: Resolution, snapshot: Snapshot): Plan {
  const builder = new PlanBuilder(snapshot.mapping);
  const typed = Map.groupBy(resolution.expressions, ({ command }) => command);
  for (const [at, command] of query.commands.entries()) {
    builder.after = resolution.after[at] ?? [];
    // The compiler cannot follow that kind and entry belong together.
    const plan = PLAN[command.kind] as (command: Command, typed: readonly Typed[], builder: PlanBuilder) => void;
    plan(
      command,
      (typed.get(command) ?? []).map((placed) => placed.typed),
      builder,
    );
    builder.arrange();
  }
  const { stages, names, order } = builder;
  return { stages, columns: names, order, limit: builder.limited ? LIMIT_MAX : IMPLICIT_LIMIT };
}

function refused(name: string, command: Command): never {
  throw new Refused(
    'not-embedded',
    `the embedded engine has no ${name}`,
    'Ask Elasticsearch, or do without it',
    command.span,
  );
}

const METADATA: ReadonlySet<string> = new Set<Metadata>(['_id', '_index', '_source', '_version']);

function planFrom(command: OfKind<'from'>, _typed: readonly Typed[], builder: PlanBuilder): void {
  const other = command.metadata.find((name) => !METADATA.has(name));
  if (other !== undefined) refused(`METADATA ${other}`, command);
  const scanned = builder.after.map((column) => ({ column, slot: builder.slot(column.type) }));
  for (const { column, slot } of scanned) builder.name(column.name, slot);
  builder.add({
    kind: 'scan',
    fields: scanned.flatMap(({ column, slot }) => {
      const field = column.origin === 'field' ? builder.mapping.get(column.name) : undefined;
      return field === undefined ? [] : [{ slot, id: field.id, name: column.name }];
    }),
    metadata: scanned.flatMap(({ column, slot }) =>
      column.origin === 'metadata' ? [{ slot, name: column.name as Metadata }] : [],
    ),
    where: [],
  });
}

/** Left to right; a mere copy of a column is another name for it. */
function planFields(fields: readonly { readonly name: string }[], typed: readonly Typed[], builder: PlanBuilder): void {
  for (const [at, field] of fields.entries()) {
    const value = typed[at];
    if (value !== undefined) builder.name(field.name, builder.valueSlot(value, builder.names));
  }
}

function planSort(command: OfKind<'sort'>, typed: readonly Typed[], builder: PlanBuilder): void {
  builder.order = command.keys.flatMap(({ direction, nulls }, at) => {
    const key = typed[at];
    if (key === undefined) return [];
    const slot = builder.valueSlot(key, builder.names);
    return [{ slot, direction, nulls: nulls ?? (direction === 'asc' ? 'last' : 'first') }];
  });
}

/** Elements stand in the order of the list among rows that a SORT has put in order. */
function planExpand(command: OfKind<'mv_expand'>, _typed: readonly Typed[], builder: PlanBuilder): void {
  const { name } = command.column;
  const from = builder.names.get(name);
  if (from === undefined) return;
  const to = builder.slot(from.type);
  const ordinal = builder.order.length === 0 ? null : builder.slot('long');
  builder.add({ kind: 'explode', from, to, distinct: false, ordinal });
  builder.name(name, to);
  if (ordinal !== null) builder.order = [...builder.order, { slot: ordinal, direction: 'asc', nulls: 'last' }];
}

function planExtract(command: OfKind<'dissect' | 'grok'>, [input]: readonly Typed[], builder: PlanBuilder): void {
  if (input === undefined) return;
  const bound = builder.bound(input);
  const made = new Map(
    madeColumns(builder).map(({ name, type }): readonly [string, Slot] => [name, builder.slot(type)]),
  );
  builder.add({ kind: 'extract', command, input: bound, made });
  for (const [name, slot] of made) builder.name(name, slot);
}

function planLookup(command: OfKind<'lookup_join'>, _typed: readonly Typed[], builder: PlanBuilder): void {
  const name = command.on[0]?.name ?? '';
  const key = builder.names.get(name);
  const other = builder.mapping.get(name);
  if (key === undefined || other === undefined) return;
  const made = madeColumns(builder).flatMap((column) => {
    const field = builder.mapping.get(column.name);
    return field === undefined ? [] : [{ slot: builder.slot(column.type), id: field.id, name: column.name }];
  });
  const otherKey = { slot: builder.slot(other.type), id: other.id, name };
  builder.add({ kind: 'lookup', command, key, otherKey, made });
  for (const field of made) builder.name(field.name, field.slot);
}

/** Those at the end of the columns that have no slot yet, or a new one: what the command made. */
function madeColumns(builder: PlanBuilder): readonly KnownColumn[] {
  return builder.after.filter((column) => column !== builder.before.get(column.name));
}
