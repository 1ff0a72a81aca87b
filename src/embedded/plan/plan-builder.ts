import type { ColumnType } from '../../core/row.ts';
import type { KnownColumn, Typed } from '../../query/resolve/typed.ts';
import type { Bound, Names, Slot, SortBy, Stage } from './plan.ts';
import { Refused } from './refused.ts';
import type { MappedField } from '../segments/snapshot.ts';

/** A plan under way: its stages so far, and what names stand for behind the last of them. */
export class PlanBuilder {
  readonly mapping: ReadonlyMap<string, MappedField>;
  readonly stages: Stage[] = [];
  order: readonly SortBy[] = [];
  /** Whether any LIMIT has been passed. */
  limited = false;
  #names = new Map<string, Slot>();
  #after: readonly KnownColumn[] = [];
  #before: ReadonlyMap<string, KnownColumn> = new Map();
  #slots = 0;

  constructor(mapping: ReadonlyMap<string, MappedField>) {
    this.mapping = mapping;
  }

  get names(): Names {
    return this.#names;
  }

  /** The columns behind the command under way, as the resolver says. */
  get after(): readonly KnownColumn[] {
    return this.#after;
  }

  set after(columns: readonly KnownColumn[]) {
    this.#before = new Map(this.#after.map((column) => [column.name, column]));
    this.#after = columns;
  }

  /** The columns in front of it. */
  get before(): ReadonlyMap<string, KnownColumn> {
    return this.#before;
  }

  add(stage: Stage): void {
    this.stages.push(stage);
  }

  slot(type: ColumnType): Slot {
    return { id: this.#slots++, type };
  }

  name(name: string, slot: Slot): void {
    this.#names = new Map(this.#names).set(name, slot);
  }

  remove(name: string): void {
    this.#names = new Map([...this.#names].filter(([other]) => other !== name));
  }

  bound(typed: Typed, names: Names = this.#names): Bound {
    return { typed, names };
  }

  /** Where the value of an expression stands: the column it names, or one that a stage of its own makes. */
  valueSlot(typed: Typed, names: Names): Slot {
    const named = typed.column === null ? undefined : names.get(typed.column.name);
    if (named !== undefined) return named;
    const slot = this.slot(slotType(typed));
    this.add({ kind: 'assign', assigned: [{ slot, value: { typed, names } }] });
    return slot;
  }

  /** Nothing else than the columns that the resolver leaves. */
  keep(): void {
    const kept = new Set(this.#after.map(({ name }) => name));
    this.#names = new Map([...this.#names].filter(([name]) => kept.has(name)));
  }

  /** Forgets every name, and the order of rows: what a STATS does. */
  restart(names: ReadonlyMap<string, Slot>): void {
    this.#names = new Map(names);
    this.order = [];
  }

  /** The names in the order of the resolver, which has the rules for it. */
  arrange(): void {
    const arranged = this.#after.flatMap(({ name }): [string, Slot][] => {
      const slot = this.#names.get(name);
      return slot === undefined ? [] : [[name, slot]];
    });
    this.#names = new Map(arranged);
  }
}

/** A result is never text; a duration is no column. */
function slotType({ type, expr }: Typed): ColumnType {
  if (type === 'duration')
    throw new Refused(
      'duration-column',
      'a duration cannot be a column',
      'Use it with + or - beside a date',
      expr.span,
    );
  return type === 'text' ? 'keyword' : type;
}
