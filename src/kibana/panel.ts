import type { Reference } from './saved-object.ts';

/** A panel that has no place yet. Names of its references are its own: the dashboard puts the panel before them. */
export interface Panel {
  readonly id: string;
  readonly type: 'lens' | 'map' | 'search';
  readonly config: Readonly<Record<string, unknown>>;
  /** Set where the panel shows an object of its own. */
  readonly panelRefName?: string;
  readonly references: readonly Reference[];
}

/** Leads from a value that somebody clicks on to another dashboard, filtered by it. */
export interface DrillDown {
  readonly id: string;
  readonly name: string;
  readonly dashboardId: string;
}

/** A panel that shows a Discover session or a map. */
export function shown(type: 'map' | 'search', id: string, title: string, objectId: string): Panel {
  const panelRefName = `panel_${id}`;
  return {
    id,
    type,
    config: { title, hidePanelTitles: false, enhancements: {} },
    panelRefName,
    references: [{ type, id: objectId, name: panelRefName }],
  };
}

/** What a panel that somebody can click on does. */
export function enhancements(drillDowns: readonly DrillDown[]): object {
  return { dynamicActions: { events: drillDowns.map(drillDownEvent) } };
}

export function drillDownReferences(drillDowns: readonly DrillDown[]): Reference[] {
  return drillDowns.map(({ id, dashboardId }) => {
    return { type: 'dashboard', id: dashboardId, name: `drilldown:${TO_DASHBOARD}:${id}:dashboardId` };
  });
}

const TO_DASHBOARD = 'DASHBOARD_TO_DASHBOARD_DRILLDOWN';

function drillDownEvent({ id, name }: DrillDown): object {
  const config = { useCurrentFilters: true, useCurrentDateRange: true, openInNewTab: false };
  return { eventId: id, triggers: ['FILTER_TRIGGER'], action: { factoryId: TO_DASHBOARD, name, config } };
}
