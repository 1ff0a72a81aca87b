import { kql } from './kql.ts';
import type { Panel } from './panel.ts';
import { type Reference, type SavedObject, savedObject, tagReference } from './saved-object.ts';

/** Columns of a dashboard's grid. */
export const GRID_WIDTH = 48;

/** Panels beside each other, as wide as said, all of one height (about 20 pixels a unit). */
export interface PanelRow {
  readonly height: number;
  readonly panels: readonly (readonly [panel: Panel, width: number])[];
}

/** A list of values above the dashboard, by which people filter. */
export interface Control {
  readonly field: string;
  readonly title: string;
  /** Id of the data view. */
  readonly data: string;
}

interface DashboardInput {
  readonly id: string;
  readonly tag: string;
  readonly title: string;
  readonly description: string;
  /** How long a time is shown at first: `now-30d`. */
  readonly from: string;
  readonly rows: readonly PanelRow[];
  readonly controls: readonly Control[];
}

/** A dashboard of panels in rows, from the top. */
export function dashboard({ id, tag, title, description, from, rows, controls }: DashboardInput): SavedObject {
  const panels = rows.flatMap((row) => row.panels.map(([panel]) => panel));
  const attributes = {
    title,
    description,
    version: 1,
    timeRestore: true,
    timeFrom: from,
    timeTo: 'now',
    refreshInterval: { pause: true, value: 60_000 },
    optionsJSON: JSON.stringify(OPTIONS),
    panelsJSON: JSON.stringify(placed(rows)),
    controlGroupInput: controlGroup(controls),
    kibanaSavedObjectMeta: { searchSourceJSON: JSON.stringify({ query: kql(), filter: [] }) },
  };
  const references = [...panels.flatMap(hoisted), ...controls.map(controlReference), tagReference(tag)];
  return savedObject({ type: 'dashboard', id }, attributes, references);
}

const OPTIONS = {
  useMargins: true,
  syncColors: false,
  syncCursor: true,
  syncTooltips: false,
  hidePanelTitles: false,
};

function placed(rows: readonly PanelRow[]): object[] {
  return rows.flatMap(({ height, panels }, row) => {
    const y = rows.slice(0, row).reduce((sum, above) => sum + above.height, 0);
    return panels.map(([panel, width], at) => {
      const x = panels.slice(0, at).reduce((sum, [, before]) => sum + before, 0);
      return placedPanel(panel, { x, y, w: width, h: height, i: panel.id });
    });
  });
}

function placedPanel({ id, type, config, panelRefName }: Panel, gridData: object): object {
  const shows = panelRefName === undefined ? {} : { panelRefName };
  return { type, panelIndex: id, gridData, embeddableConfig: config, ...shows };
}

/** References of a panel as they stand in its dashboard. */
function hoisted({ id, references }: Panel): Reference[] {
  return references.map((reference) => ({ ...reference, name: `${id}:${reference.name}` }));
}

function controlGroup(controls: readonly Control[]): object {
  return {
    chainingSystem: 'HIERARCHICAL',
    controlStyle: 'oneLine',
    showApplySelections: false,
    ignoreParentSettingsJSON: JSON.stringify({
      ignoreFilters: false,
      ignoreQuery: false,
      ignoreTimerange: false,
      ignoreValidations: false,
    }),
    panelsJSON: JSON.stringify(Object.fromEntries(controls.map(optionsList))),
  };
}

function optionsList(control: Control, order: number): [string, object] {
  const id = controlId(control);
  const explicitInput = {
    id,
    fieldName: control.field,
    title: control.title,
    searchTechnique: 'prefix',
    selectedOptions: [],
    sort: { by: '_count', direction: 'desc' },
  };
  return [id, { order, width: 'medium', grow: true, type: 'optionsListControl', explicitInput }];
}

function controlReference(control: Control): Reference {
  return {
    type: 'index-pattern',
    id: control.data,
    name: `controlGroup_${controlId(control)}:optionsListDataView`,
  };
}

function controlId({ field }: Control): string {
  return `by-${field.replaceAll('.', '-')}`;
}
