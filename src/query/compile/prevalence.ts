import type { PrevalenceBody } from '../../core/hunt.ts';
import { CLOCK_COLUMN } from '../../core/source.ts';
import type { Expr } from '../syntax/ast.ts';
import {
  aggregate,
  bare,
  call,
  column,
  compare,
  countAll,
  evaluate,
  isNotNull,
  limit,
  number,
  param,
  query,
  sort,
  stats,
  where,
} from '../syntax/build.ts';
import { printQuery } from '../syntax/print.ts';
import { ACROSS, acrossField, capped, type EntityPlan, keyedEvents, perEntity, perHost } from './entity.ts';
import { head, TILE_START } from './frame.ts';

/**
 * Rows: each entity that at most `at_most` hosts have, with its numbers. Hosts are counted exactly, by grouping twice
 * (COUNT_DISTINCT is an approximation above 3,000). Newest first, so that a cut takes the rows read for their history.
 */
export function prevalenceQuery(plan: EntityPlan<PrevalenceBody>): string {
  const { body } = plan;
  return printQuery(
    query([
      ...keyedEvents(plan),
      perHost(body),
      perEntity(body),
      ...where(compare(column('hosts'), '<=', threshold(body.atMost))),
      ...evaluate(capped(body)),
      sort(['last_seen', 'desc'], ...body.of.map((name) => [name, 'asc'] as const)),
      limit(plan.rowsMax + 1),
    ]),
  );
}

/** One row: `population` over the range, and `tile_population`, the hosts that sent anything in the tile. */
export function populationQuery(plan: EntityPlan<PrevalenceBody>): string {
  const last = aggregate('hunt.newest', call('MAX', column(CLOCK_COLUMN)));
  const inTile = compare(column('hunt.newest'), '>=', param(TILE_START));
  return printQuery(
    query([
      ...head(plan.frame),
      ...evaluate([acrossField(plan.body)]),
      ...where(isNotNull(column(ACROSS))),
      stats([last], [bare(ACROSS)]),
      stats([aggregate('population', countAll()), aggregate('tile_population', countAll(), inTile)]),
      limit(2),
    ]),
  );
}

function threshold(value: PrevalenceBody['atMost']): Expr {
  return typeof value === 'number' ? number(value) : param(value.param);
}
