import { eachTyped } from '../../query/resolve/each-typed.ts';
import type { Bound, Plan, Slot, Stage, StageOf } from './plan.ts';

/** The slots that an expression reads. */
export function slotsRead({ typed, names }: Bound): readonly Slot[] {
  return eachTyped(typed).flatMap(({ column }) => (column === null ? [] : (names.get(column.name) ?? [])));
}

/** The slots that each kind of stage reads, but for those it only passes on. */
const READ: { readonly [K in Stage['kind']]: (stage: StageOf<K>) => readonly Slot[] } = {
  scan: ({ where }) => where.flatMap(slotsRead),
  one_row: () => [],
  where: ({ condition }) => slotsRead(condition),
  assign: ({ assigned }) => assigned.flatMap(({ value }) => slotsRead(value)),
  explode: ({ from }) => [from],
  aggregate: ({ keys, calls }) => [
    ...keys,
    ...calls.flatMap(({ args, where }) => [...args.flatMap(slotsRead), ...(where === null ? [] : [where])]),
  ],
  limit: ({ order }) => order.map(({ slot }) => slot),
  extract: ({ input }) => slotsRead(input),
  lookup: ({ key }) => [key],
};

function readBy(stage: Stage): readonly Slot[] {
  // The compiler cannot follow that kind and entry belong together.
  return (READ[stage.kind] as (stage: Stage) => readonly Slot[])(stage);
}

/** The ids of every slot that the answer, its order or any stage reads. */
export function slotsUsed({ stages, columns, order }: Plan): ReadonlySet<number> {
  const slots = [...stages.flatMap(readBy), ...columns.values(), ...order.map(({ slot }) => slot)];
  return new Set(slots.map(({ id }) => id));
}
