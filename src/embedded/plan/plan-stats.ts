import type { Stats } from '../../query/syntax/ast.ts';
import { findFunction } from '../../query/functions/registry.ts';
import type { Typed } from '../../query/resolve/typed.ts';
import type { PlanBuilder } from './plan-builder.ts';
import type { AggregateCall, Names, Slot } from './plan.ts';

/** A key of BY: its column before a row goes into the group of each value, and after. */
interface Key {
  readonly name: string;
  readonly whole: Slot;
  readonly each: Slot;
  /** Whether it is a column under its own name: inside an aggregate that name then means the column. */
  readonly isField: boolean;
}

/**
 * STATS in four steps: keys, arguments and conditions become columns; a row goes into the group of each value of a key;
 * groups; expressions over the aggregates. Aggregates see all values of a row, also those of a several-valued key.
 */
export function planStats(command: Stats, typed: readonly Typed[], builder: PlanBuilder): void {
  const names = builder.names;
  // Of keys of one name the last holds.
  const last = new Map(command.by.map(({ name }, at) => [name, at]));
  const eachOf = new Map<number, Slot>();
  const keys = [...last].map(([name, at]) => planKey(name, typed[at] as Typed, eachOf, builder));
  const items = itemsOf(command, typed.slice(command.by.length));
  const inside: Names = new Map([
    ...names,
    ...keys.filter((key) => !key.isField).map((key) => [key.name, key.whole] as const),
  ]);
  const lifted = items.map((item) => liftCalls(item, inside, builder));
  const groups = [...new Map(keys.map(({ whole, each }) => [each, whole]))];
  for (const [each, whole] of groups)
    builder.add({ kind: 'explode', from: whole, to: each, distinct: true, ordinal: null });
  builder.add({ kind: 'aggregate', keys: groups.map(([each]) => each), calls: lifted.flatMap(({ calls }) => calls) });
  finish(command, lifted, keys, builder);
}

interface Item {
  readonly typed: Typed;
  readonly where: Typed | null;
}

/** The typed trees of a STATS stand in the order of the text: each aggregate, then its condition. */
function itemsOf({ aggregates }: Stats, typed: readonly Typed[]): readonly Item[] {
  let at = 0;
  return aggregates.map(({ where }) => ({
    typed: typed[at++] as Typed,
    where: where === null ? null : (typed[at++] as Typed),
  }));
}

/** A column that is a key twice, under two names, is one: both have the same value of it. */
function planKey(name: string, typed: Typed, eachOf: Map<number, Slot>, builder: PlanBuilder): Key {
  const whole = builder.valueSlot(typed, builder.names);
  const each = eachOf.get(whole.id) ?? builder.slot(whole.type);
  eachOf.set(whole.id, each);
  return { name, whole, each, isField: typed.column?.name === name };
}

interface Lifted {
  /** The item with its aggregate calls as columns. */
  readonly typed: Typed;
  readonly calls: readonly AggregateCall[];
  /** What those columns are called in `typed`: no name a query can spell. */
  readonly names: Names;
}

function liftCalls({ typed, where }: Item, inside: Names, builder: PlanBuilder): Lifted {
  const condition = where === null ? null : builder.valueSlot(where, inside);
  const calls: AggregateCall[] = [];
  const names = new Map<string, Slot>();
  const lift = (node: Typed): Typed => {
    if (node.expr.kind !== 'call' || findFunction(node.expr.name)?.kind !== 'aggregate')
      return { ...node, operands: node.operands.map(lift) };
    const type = node.type === 'duration' || node.type === 'text' ? 'keyword' : node.type;
    const slot = builder.slot(type);
    calls.push({
      slot,
      typed: node,
      name: node.expr.name,
      args: node.operands.map((operand) => builder.bound(operand, inside)),
      where: condition,
    });
    const name = `\0${slot.id}`;
    names.set(name, slot);
    return { ...node, operands: [], column: { name, type, several: node.several, origin: 'aggregate', field: null } };
  };
  return { typed: lift(typed), calls, names };
}

/** Aggregates in order, then the keys; of equal names the last holds. */
function finish(command: Stats, lifted: readonly Lifted[], keys: readonly Key[], builder: PlanBuilder): void {
  const keyNames = keys.map(({ name, each }) => [name, each] as const);
  const named = lifted.map(({ typed, names }, at) => {
    const all = new Map([...keyNames, ...names]);
    return [command.aggregates[at]?.name ?? '', builder.valueSlot(typed, all)] as const;
  });
  builder.restart(new Map([...named, ...keyNames]));
}
