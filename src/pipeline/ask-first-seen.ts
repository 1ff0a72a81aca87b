import { HuntError } from '../core/error.ts';
import { leastHistory } from '../core/history.ts';
import type { FirstSeenBody, Hunt } from '../core/hunt.ts';
import type { HuntRow } from '../core/row.ts';
import { type Instant, roughly } from '../core/time.ts';
import type { EntityPlan } from '../query/compile/entity.ts';
import { firstSeenQuery, historyQuery } from '../query/compile/first-seen.ts';
import type { Account } from './account.ts';
import { askEntities, entityPlan } from './ask-entity.ts';
import { numberAt } from './count-listed.ts';
import { questionOf, type RunPlan } from './plan.ts';

/**
 * Rows of a first_seen hunt; history, population, unkeyed and hidden events go to the account. Where too little history
 * is known, everything looks new: the rows are counted and not given.
 */
export async function askFirstSeen(plan: RunPlan, body: FirstSeenBody, account: Account): Promise<HuntRow[]> {
  const compiled = entityPlan(plan, body);
  const least = neededHistory(plan.hunt, body);
  const rows = await askEntities(plan, compiled, firstSeenQuery(compiled), account);
  const oldest = await countHistory(plan, compiled, account);
  const known = oldest === null ? null : Math.max(0, plan.request.tile.start - plan.request.lookBackMs - oldest);
  if (known === null || known >= least) return rows;
  const held = rows.length === 1 ? '1 new row was' : `${rows.length} new rows were`;
  const text = `History ${roughly(known)} of ${roughly(plan.hunt.windowMs)}: ${held} not written`;
  account.reasons.push({ verdict: 'degraded', code: 'history', text });
  return [];
}

/** The time of the oldest event that the sources hold within the range; null where they hold none. */
async function countHistory(
  plan: RunPlan,
  compiled: EntityPlan<FirstSeenBody>,
  account: Account,
): Promise<Instant | null> {
  const answer = await account.ask(questionOf(plan, 'history', historyQuery(compiled)));
  account.population = numberAt(answer.rows[0], 'population');
  account.tilePopulation = numberAt(answer.rows[0], 'tile_population');
  const oldest = answer.rows[0]?.get('oldest');
  return typeof oldest === 'string' ? Date.parse(oldest) : null;
}

/** A run may have been given a parameter that the check has not seen. */
function neededHistory(hunt: Hunt, body: FirstSeenBody): number {
  const least = leastHistory(hunt, body);
  if (least !== null) return least;
  throw new HuntError('USAGE', 'Cannot tell how much history is needed: "min_history" names no duration', {
    remedy: 'Give its parameter a whole number and s, m, h, d or w, such as 15d; 0d takes any history',
  });
}
