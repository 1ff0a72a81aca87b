import { type Column, overTime } from './columns.ts';
import { kql, type Query } from './kql.ts';
import { type DrillDown, drillDownReferences, enhancements, type Panel } from './panel.ts';

export interface LensPanel {
  /** Unique on its dashboard. */
  readonly id: string;
  readonly title: string;
  /** Id of the data view. */
  readonly data: string;
  readonly query?: Query;
  /** Filters of the dashboard do not reach it: for what must not be hidden, or has none of their fields. */
  readonly unfiltered?: boolean;
  readonly drillDowns?: readonly DrillDown[];
}

/** Columns by their id within the panel, those that split first. */
type Columns = Readonly<Record<string, Column>>;

/** A value over time, and its CSS colour. */
interface Series {
  readonly column: Column;
  readonly color: string;
}

type SeriesById = Readonly<Record<string, Series>>;

/** A single value. */
export function number(panel: LensPanel, value: Column, color: string): Panel {
  const shape = { layerId: layerOf(panel), layerType: 'data', metricAccessor: 'value', showBar: false, color };
  return lens(panel, 'lnsMetric', { value }, shape);
}

/** Bars over time, one on the other. */
export function barsOverTime(panel: LensPanel, series: SeriesById): Panel {
  return seriesOverTime(panel, 'bar_stacked', series);
}

export function linesOverTime(panel: LensPanel, series: SeriesById): Panel {
  return seriesOverTime(panel, 'line', series);
}

/** Bars over time of one value, split by the values of a field. */
export function splitOverTime(panel: LensPanel, split: Column, value: Column): Panel {
  const layer = { seriesType: 'bar_stacked', xAccessor: 'time', splitAccessor: 'split', accessors: ['value'] };
  return lens(panel, 'lnsXY', { split, time: overTime(), value }, xyOf(panel, layer));
}

/** A bar for each value of a field, lying. */
export function ranking(panel: LensPanel, by: Column, value: Column, color: string): Panel {
  const yConfig = [{ forAccessor: 'value', color }];
  const layer = { seriesType: 'bar_horizontal', xAccessor: 'by', accessors: ['value'], yConfig };
  return lens(panel, 'lnsXY', { by, value }, xyOf(panel, layer));
}

/** Rows by the columns that split; their values filter the dashboard, or drill down, when somebody clicks on them. */
export function dataTable(panel: LensPanel, columns: Columns, sortedBy: string): Panel {
  const shape = {
    layerId: layerOf(panel),
    layerType: 'data',
    columns: Object.entries(columns).map(([columnId, { isBucketed }]) =>
      isBucketed ? { columnId, oneClickFilter: true } : { columnId, isMetric: true },
    ),
    sorting: { columnId: sortedBy, direction: 'desc' },
    paging: { enabled: true, size: 10 },
  };
  return lens(panel, 'lnsDatatable', columns, shape);
}

function seriesOverTime(panel: LensPanel, seriesType: 'bar_stacked' | 'line', series: SeriesById): Panel {
  const yConfig = Object.entries(series).map(([forAccessor, { color }]) => ({ forAccessor, color }));
  const layer = { seriesType, xAccessor: 'time', accessors: Object.keys(series), yConfig };
  const values = Object.fromEntries(Object.entries(series).map(([id, { column }]) => [id, column]));
  return lens(panel, 'lnsXY', { time: overTime(), ...values }, xyOf(panel, layer));
}

function xyOf(panel: LensPanel, layer: { readonly seriesType: string; readonly [part: string]: unknown }): object {
  return {
    preferredSeriesType: layer.seriesType,
    valueLabels: 'hide',
    fittingFunction: 'None',
    legend: { isVisible: !layer.seriesType.startsWith('bar_horizontal'), position: 'bottom' },
    axisTitlesVisibilitySettings: { x: false, yLeft: false, yRight: false },
    layers: [{ layerId: layerOf(panel), layerType: 'data', ...layer }],
  };
}

function layerOf({ id }: LensPanel): string {
  return `${id}-layer`;
}

function lens(panel: LensPanel, visualizationType: string, columns: Columns, visualization: object): Panel {
  const { id, title, data, drillDowns = [] } = panel;
  const references = [
    { type: 'index-pattern', id: data, name: `indexpattern-datasource-layer-${layerOf(panel)}` } as const,
  ];
  const attributes = {
    title: '',
    type: 'lens',
    visualizationType,
    version: 1,
    references,
    state: stateOf(panel, columns, visualization),
  };
  return {
    id,
    type: 'lens',
    config: { title, hidePanelTitles: false, enhancements: enhancements(drillDowns), attributes },
    references: [...references, ...drillDownReferences(drillDowns)],
  };
}

function stateOf(panel: LensPanel, columns: Columns, visualization: object): object {
  const { query = kql(), unfiltered = false } = panel;
  const layer = {
    columnOrder: Object.keys(columns),
    columns,
    incompleteColumns: {},
    sampling: 1,
    ignoreGlobalFilters: unfiltered,
  };
  return {
    adHocDataViews: {},
    internalReferences: [],
    filters: [],
    query,
    datasourceStates: {
      formBased: { layers: { [layerOf(panel)]: layer } },
      indexpattern: { layers: {} },
      textBased: { layers: {} },
    },
    visualization,
  };
}
