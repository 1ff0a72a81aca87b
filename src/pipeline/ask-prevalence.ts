import type { PrevalenceBody } from '../core/hunt.ts';
import type { HuntRow } from '../core/row.ts';
import type { Reason } from '../core/verdict.ts';
import type { EntityPlan } from '../query/compile/entity.ts';
import { populationQuery, prevalenceQuery } from '../query/compile/prevalence.ts';
import type { Account } from './account.ts';
import { askEntities, entityPlan } from './ask-entity.ts';
import { numberAt } from './count-listed.ts';
import { questionOf, type RunPlan } from './plan.ts';

/** Rows of a prevalence hunt; population, unkeyed and hidden events go to the account. */
export async function askPrevalence(plan: RunPlan, body: PrevalenceBody, account: Account): Promise<HuntRow[]> {
  const compiled = entityPlan(plan, body);
  const rows = await askEntities(plan, compiled, prevalenceQuery(compiled), account);
  await countPopulation(plan, compiled, account);
  return rows;
}

async function countPopulation(plan: RunPlan, compiled: EntityPlan<PrevalenceBody>, account: Account): Promise<void> {
  const answer = await account.ask(questionOf(plan, 'population', populationQuery(compiled)));
  const population = numberAt(answer.rows[0], 'population');
  account.population = population;
  account.tilePopulation = numberAt(answer.rows[0], 'tile_population');
  const least = numberOf(compiled.body.minPopulation, plan.hunt.params);
  if (population < least) account.reasons.push(smallPopulation(population, least));
}

function smallPopulation(population: number, least: number): Reason {
  return { verdict: 'degraded', code: 'population', text: `Population ${population} < ${least}` };
}

/** A threshold: a number, or the parameter that holds it (which the check has found to be a number). */
function numberOf(value: PrevalenceBody['minPopulation'], params: Readonly<Record<string, unknown>>): number {
  return typeof value === 'number' ? value : Number(params[value.param]);
}
