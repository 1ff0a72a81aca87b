import type { HuntRow } from '../core/row.ts';
import type { Instant, Span } from '../core/time.ts';
import type { GeoLookup } from '../findings/geoip.ts';
import type { FindingContext } from '../findings/to-finding.ts';
import { boundDrilldown, entityDrilldown } from '../query/compile/drilldown.ts';
import { entityEvents, entityIs } from '../query/compile/entity.ts';
import { CHARACTERS_MAX } from '../query/syntax/parse.ts';
import { entityPlan } from './ask-entity.ts';
import { entityOf, type Evidence } from './evidence.ts';
import type { RunPlan } from './plan.ts';

/** What all findings of one run share. */
export function contextOf(
  plan: RunPlan,
  geoip: GeoLookup | null,
  evidence: Evidence,
  enrichment: FindingContext['enrichment'],
  examinedAt: Instant,
  population: number | null,
): FindingContext {
  const { hunt, request } = plan;
  const { tile, lookBackMs, runId, job } = request;
  return {
    hunt,
    tile,
    lookBackMs,
    runId,
    adHoc: job === null,
    examinedAt,
    population,
    evidence,
    enrichment,
    keyColumns: hunt.finding.key,
    across: hunt.body.type === 'esql' ? null : hunt.body.across,
    geoipDate: geoip?.date ?? null,
    drilldown: (row, events) => drilldownOf(plan, row, events),
  };
}

/** ES|QL without parameters that shows a finding's events; null where values make it longer than any engine takes. */
function drilldownOf(plan: RunPlan, row: HuntRow, events: Span): string | null {
  const text = drilldownText(plan, row, events);
  return text === null || text.length > CHARACTERS_MAX ? null : text;
}

/** The hunt's own, or one made from its statement. */
function drilldownText(plan: RunPlan, row: HuntRow, events: Span): string | null {
  const { hunt, checked } = plan;
  if (checked.drilldown !== null) return boundDrilldown(checked.drilldown, row.cells, events);
  if (hunt.body.type === 'esql') return null;
  const entity = entityIs(hunt.body, entityOf(hunt.body, row));
  return entityDrilldown(entityEvents(entityPlan(plan, hunt.body), hunt.params), entity, events);
}
