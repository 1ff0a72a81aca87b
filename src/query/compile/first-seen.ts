import type { FirstSeenBody } from '../../core/hunt.ts';
import { CLOCK_COLUMN } from '../../core/source.ts';
import {
  aggregate,
  bare,
  call,
  column,
  compare,
  evaluate,
  field,
  limit,
  param,
  query,
  sort,
  stats,
  where,
} from '../syntax/build.ts';
import { printQuery } from '../syntax/print.ts';
import { ACROSS, acrossField, capped, type EntityPlan, isFresh, keyedEvents, perEntity, perHost } from './entity.ts';
import { FRESH_START, head, TILE_START } from './frame.ts';

/**
 * Rows: each entity whose first event of the reading range lies in tile or look-back, newest first. Of the history only
 * entity and time are kept: its events have no host, so that they are one group for each entity, and no values are
 * collected of them. What a row shows is none the poorer, since none of its events lies in the history.
 */
export function firstSeenQuery(plan: EntityPlan<FirstSeenBody>): string {
  const { body } = plan;
  return printQuery(
    query([
      ...keyedEvents(plan),
      ...evaluate([field(ACROSS, call('CASE', isFresh(), column(ACROSS)))]),
      perHost(body, isFresh()),
      perEntity(body),
      ...where(compare(column('first_seen'), '>=', param(FRESH_START))),
      ...evaluate(capped(body)),
      sort(['first_seen', 'desc'], ...body.of.map((name) => [name, 'asc'] as const)),
      limit(plan.rowsMax + 1),
    ]),
  );
}

/**
 * One row about all events of the sources: `oldest`, from when on the history is known, `population` over the range, and
 * `tile_population`, the hosts that sent anything in the tile. Events without a host tell of the history too.
 */
export function historyQuery(plan: EntityPlan<FirstSeenBody>): string {
  const clock = column(CLOCK_COLUMN);
  const inTile = compare(column('hunt.newest'), '>=', param(TILE_START));
  return printQuery(
    query([
      ...head(plan.frame),
      ...evaluate([acrossField(plan.body)]),
      stats(
        [aggregate('hunt.newest', call('MAX', clock)), aggregate('hunt.oldest', call('MIN', clock))],
        [bare(ACROSS)],
      ),
      stats([
        aggregate('population', call('COUNT', column(ACROSS))),
        aggregate('tile_population', call('COUNT', column(ACROSS)), inTile),
        aggregate('oldest', call('MIN', column('hunt.oldest'))),
      ]),
      limit(2),
    ]),
  );
}
