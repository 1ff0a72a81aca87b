import type { Row } from '../core/row.ts';
import { exclusionName } from '../findings/exclude-cidrs.ts';
import type { Account } from './account.ts';
import { questionOf, type RunPlan } from './plan.ts';

/**
 * How many events each list hides that match the hunt: one query per list, whose addresses travel in the request filter
 * (17 ms for 26 blocks over 2 million events; the same blocks in a CIDR_MATCH would be tested row by row, seconds).
 * `matched` answers one row with `events`.
 */
export async function countListed(plan: RunPlan, matched: string, account: Account): Promise<void> {
  for (const { list, excluded } of plan.before) {
    const empty = excluded.blocks.length + excluded.addresses.length === 0;
    const question = questionOf(plan, `hidden by ${list}`, matched, { only: [excluded] });
    const count = empty ? 0 : numberAt((await account.ask(question)).rows[0], 'events');
    account.hidden.push({ by: 'list', name: exclusionName(list, excluded.field), unit: 'events', count });
  }
}

/** A number of an answer's row; 0 where there is none. */
export function numberAt(row: Row | undefined, name: string): number {
  return Number(row?.get(name) ?? 0);
}
