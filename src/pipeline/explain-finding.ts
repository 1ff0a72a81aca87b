import { addressSet } from '../core/cidr.ts';
import type { FindingState } from '../core/finding.ts';
import { parseIp } from '../core/ip.ts';
import type { Column, ColumnType } from '../core/row.ts';
import type { Instant } from '../core/time.ts';
import { explain, rowOfFinding } from '../findings/except.ts';
import { exclusionName, listBlocks } from '../findings/exclude-cidrs.ts';
import type { Expr } from '../query/syntax/ast.ts';
import { ecsField } from '../query/ecs.ts';
import { predicate } from '../query/evaluate/evaluate.ts';
import { columnsOf } from '../query/syntax/walk.ts';
import type { CheckedHunt } from './checked.ts';
import { eventCondition } from './plan.ts';

/** What one exception or list of the hunt, as it stands now, says of a stored finding. */
export interface Explained {
  readonly by: 'exception' | 'list';
  readonly name: string;
  readonly active: boolean;
  /** Null: what is stored does not tell, so a run might or might not leave it out. */
  readonly covers: boolean | null;
  readonly because: string;
}

/** What is known of the run that saw the finding last, and of the present. */
export interface ExplainContext {
  readonly columns: readonly Column[];
  readonly now: Instant;
}

/** Every exception and list of the hunt, in the order of the definition, with its answer to a stored finding. */
export function explainFinding(checked: CheckedHunt, state: FindingState, context: ExplainContext): Explained[] {
  return [...byExceptions(checked, state, context), ...byLists(checked, state, context.now)];
}

function byExceptions(checked: CheckedHunt, state: FindingState, { columns, now }: ExplainContext): Explained[] {
  const asked = checked.exceptions.map(({ exception, when }) => {
    const condition = eventCondition(when, checked.hunt);
    const scope = { types: typesFor(condition, columns), params: checked.hunt.params };
    return { exception, when: predicate(condition, scope), reads: columnsOf(condition) };
  });
  return explain(rowOfFinding(state), asked, now).map(({ exception, active, covers }) => ({
    by: 'exception' as const,
    name: exception.id,
    active,
    covers,
    because: exception.because,
  }));
}

/** Types of what a condition reads: as the run answered, else by ECS. */
function typesFor(condition: Expr, columns: readonly Column[]): ReadonlyMap<string, ColumnType> {
  const answered = new Map(columns.map(({ name, type }) => [name, type]));
  return new Map(
    [...columnsOf(condition)].map((name) => [name, answered.get(name) ?? ecsField(name)?.type ?? 'keyword']),
  );
}

function byLists({ hunt, lists }: CheckedHunt, state: FindingState, now: Instant): Explained[] {
  return hunt.excludeCidrs.flatMap(({ field, lists: names }) =>
    names.flatMap((name) => {
      const list = lists.get(name);
      if (list === undefined) return [];
      const has = addressSet(listBlocks(list, now));
      const covers = coveredBy(state, field, has);
      return [
        { by: 'list' as const, name: exclusionName(name, field), active: true, covers, because: list.description },
      ];
    }),
  );
}

/** All addresses listed: yes; one that is not: no; none stored, or not all of them: unknown. */
function coveredBy({ sets }: FindingState, field: string, has: (ip: bigint) => boolean): boolean | null {
  const set = Object.hasOwn(sets, field) ? sets[field] : undefined;
  const addresses = (set?.values ?? []).map((value) => (typeof value === 'string' ? parseIp(value) : null));
  if (addresses.length === 0) return null;
  const allListed = addresses.every((address) => address !== null && has(address));
  return allListed && set?.more === true ? null : allListed;
}
