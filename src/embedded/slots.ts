import { eachTyped } from '../query/each-typed.ts';
import type { Bound, Plan, Slot, Stage } from './plan.ts';

/** The slots that an expression reads. */
export function slotsRead({ typed, names }: Bound): readonly Slot[] {
  return eachTyped(typed).flatMap(({ column }) => (column === null ? [] : (names.get(column.name) ?? [])));
}

/** The slots that a stage reads, but for those it only passes on. */
function readBy(stage: Stage): readonly Slot[] {
  switch (stage.kind) {
    case 'scan':
      return stage.where.flatMap(slotsRead);
    case 'where':
      return slotsRead(stage.condition);
    case 'assign':
      return stage.assigned.flatMap(({ value }) => slotsRead(value));
    case 'explode':
      return [stage.from];
    case 'aggregate':
      return [
        ...stage.keys,
        ...stage.calls.flatMap(({ args, where }) => [...args.flatMap(slotsRead), ...(where === null ? [] : [where])]),
      ];
    case 'limit':
      return stage.order.map(({ slot }) => slot);
    case 'extract':
      return slotsRead(stage.input);
    case 'lookup':
      return [...stage.names.values()];
    case 'one_row':
      return [];
  }
}

/** The ids of every slot that the answer, its order or any stage reads. */
export function slotsUsed({ stages, columns, order }: Plan): ReadonlySet<number> {
  const slots = [...stages.flatMap(readBy), ...columns.values(), ...order.map(({ slot }) => slot)];
  return new Set(slots.map(({ id }) => id));
}
