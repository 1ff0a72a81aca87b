import type { Typed } from '../../query/resolve/typed.ts';
import type { Bound, Plan, Stage, StageOf } from './plan.ts';
import { slotsRead, slotsUsed } from './slots.ts';

/** The same answer for less work: conditions go down into the scan, columns that nobody reads are not read. */
export function optimise(plan: Plan): Plan {
  return withoutUnused(withMergedAssigns(withPushedConditions(plan)));
}

/**
 * Columns that follow each other and do not read each other are made by one SELECT: DuckDB carries every column through
 * each of its projections, so that 300 columns made one by one need more than 1 GB.
 */
function withMergedAssigns(plan: Plan): Plan {
  const stages: Stage[] = [];
  for (const stage of plan.stages) {
    const last = stages.at(-1);
    const merged = last === undefined ? null : mergedAssign(last, stage);
    if (merged === null) stages.push(stage);
    else stages[stages.length - 1] = merged;
  }
  return { ...plan, stages };
}

function mergedAssign(before: Stage, stage: Stage): Stage | null {
  if (before.kind !== 'assign' || stage.kind !== 'assign') return null;
  const made = new Set(before.assigned.map(({ slot }) => slot.id));
  const reads = stage.assigned.some(({ value }) => slotsRead(value).some(({ id }) => made.has(id)));
  return reads ? null : { kind: 'assign', assigned: [...before.assigned, ...stage.assigned] };
}

/**
 * Conditions on fields go down to the scan: past what only adds columns. There they are decided by the shapes of each
 * segment, and whole segments are left out by their bounds.
 */
function withPushedConditions(plan: Plan): Plan {
  const [scan, ...others] = plan.stages;
  if (scan?.kind !== 'scan') return plan;
  const scanned = new Set([...scan.fields, ...scan.metadata].map(({ slot }) => slot.id));
  const end = others.findIndex(({ kind }) => kind !== 'where' && kind !== 'assign');
  const free = end < 0 ? others : others.slice(0, end);
  const pushed: Bound[] = [];
  const rest = free.flatMap((stage): readonly Stage[] => {
    if (stage.kind !== 'where') return [stage];
    const { kind, condition } = stage;
    const [low, high] = split(conjuncts(condition), (term) => slotsRead(term).every(({ id }) => scanned.has(id)));
    pushed.push(...low);
    return high.map((term) => ({ kind, condition: term }));
  });
  const lower: StageOf<'scan'> = { ...scan, where: [...scan.where, ...pushed] };
  return { ...plan, stages: [lower, ...rest, ...others.slice(free.length)] };
}

/** The terms of an AND one by one: each must be true for a row to stay. */
function conjuncts({ typed, names }: Bound): readonly Bound[] {
  if (typed.expr.kind !== 'and') return [{ typed, names }];
  return typed.operands.flatMap((operand: Typed) => conjuncts({ typed: operand, names }));
}

function split<T>(items: readonly T[], first: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [items.filter(first), items.filter((item) => !first(item))];
}

function withoutUnused(plan: Plan): Plan {
  const used = slotsUsed(plan);
  const stages = plan.stages.map((stage): Stage => {
    if (stage.kind !== 'scan') return stage;
    const { fields, metadata } = stage;
    return {
      ...stage,
      fields: fields.filter(({ slot }) => used.has(slot.id)),
      metadata: metadata.filter(({ slot }) => used.has(slot.id)),
    };
  });
  return { ...plan, stages };
}
