// What Kibana 8.19 and 9.x take of the saved objects that we write, as far as it is known: the import checks attributes
// strictly and the texts within them not at all, so a slip there would show as an empty panel.
import { z } from 'zod';

const text = z.string().min(1);
const size = z.int().min(0);

/** JSON that stands as a text in an attribute. */
const jsonOf = <S extends z.ZodType>(schema: S) =>
  z.string().transform((value, context): z.output<S> => {
    const parsed = schema.safeParse(JSON.parse(value));
    if (parsed.success) return parsed.data;
    for (const { path, message } of parsed.error.issues) context.addIssue({ code: 'custom', path: [...path], message });
    return z.NEVER;
  });

const query = z.strictObject({ language: z.literal('kuery'), query: z.string() });
const empty = z.strictObject({});
const noFilters = z.array(z.never());

const reference = z.strictObject({
  type: z.enum(['tag', 'index-pattern', 'search', 'map', 'dashboard']),
  id: text,
  name: text,
});
const object = {
  id: z.string().regex(/^tracehound-[a-z0-9.-]+$/),
  coreMigrationVersion: z.literal('8.8.0'),
  references: z.array(reference),
};

const tag = z.strictObject({
  ...object,
  type: z.literal('tag'),
  typeMigrationVersion: z.literal('8.0.0'),
  attributes: z.strictObject({ name: text, description: text, color: z.string().regex(/^#[0-9a-f]{6}$/) }),
});

const format = z.discriminatedUnion('id', [
  z.strictObject({ id: z.literal('bytes') }),
  z.strictObject({
    id: z.literal('duration'),
    params: z.strictObject({
      inputFormat: z.enum(['nanoseconds', 'milliseconds']),
      outputFormat: z.literal('humanizePrecise'),
      outputPrecision: size,
      showSuffix: z.literal(true),
      useShortSuffix: z.boolean(),
      includeSpaceWithSuffix: z.boolean(),
    }),
  }),
  z.strictObject({
    id: z.literal('url'),
    params: z.strictObject({
      type: z.literal('a'),
      urlTemplate: z.string().startsWith('../app/discover#/'),
      labelTemplate: z.literal('{{value}}'),
      openLinkInCurrentTab: z.boolean(),
    }),
  }),
]);

const dataView = z.strictObject({
  ...object,
  type: z.literal('index-pattern'),
  typeMigrationVersion: z.literal('7.11.0'),
  attributes: z.strictObject({
    title: text,
    name: text,
    timeFieldName: text.optional(),
    fields: jsonOf(z.array(z.never())),
    allowNoIndex: z.literal(true),
    fieldFormatMap: jsonOf(z.record(text, format)),
    fieldAttrs: jsonOf(empty),
    runtimeFieldMap: jsonOf(empty),
    sourceFilters: jsonOf(z.array(z.strictObject({ value: text }))),
    typeMeta: jsonOf(empty),
  }),
});

const search = z.strictObject({
  ...object,
  type: z.literal('search'),
  typeMigrationVersion: z.literal('7.9.3'),
  attributes: z.strictObject({
    title: text,
    description: text,
    columns: z.array(text).min(1),
    sort: z.array(z.tuple([text, z.enum(['asc', 'desc'])])).min(1),
    grid: empty,
    hideChart: z.boolean(),
    isTextBasedQuery: z.literal(false),
    timeRestore: z.literal(false),
    breakdownField: text.optional(),
    kibanaSavedObjectMeta: z.strictObject({
      searchSourceJSON: jsonOf(
        z.strictObject({
          query,
          filter: noFilters,
          highlightAll: z.boolean(),
          version: z.boolean(),
          indexRefName: z.literal('kibanaSavedObjectMeta.searchSourceJSON.index'),
        }),
      ),
    }),
  }),
});

const layerBase = { id: text, alpha: z.number().min(0).max(1), minZoom: size, maxZoom: size, visible: z.boolean() };
const mapLayer = z.discriminatedUnion('type', [
  z.strictObject({
    ...layerBase,
    type: z.literal('VECTOR_TILE'),
    label: z.null(),
    sourceDescriptor: z.strictObject({ type: z.literal('EMS_TMS'), isAutoSelect: z.literal(true) }),
    style: empty,
  }),
  z.strictObject({
    ...layerBase,
    type: z.literal('VECTOR'),
    label: text,
    joins: z.array(z.never()),
    sourceDescriptor: z.strictObject({
      id: text,
      type: z.literal('ES_SEARCH'),
      geoField: text,
      limit: z.int().max(10_000),
      filterByMapBounds: z.boolean(),
      applyGlobalQuery: z.boolean(),
      applyGlobalTime: z.boolean(),
      tooltipProperties: z.array(text),
      indexPatternRefName: text,
    }),
    style: z.strictObject({
      type: z.literal('VECTOR'),
      properties: z.record(
        text,
        z.strictObject({ type: z.literal('STATIC'), options: z.strictObject({ color: text }) }),
      ),
    }),
  }),
]);

const map = z.strictObject({
  ...object,
  type: z.literal('map'),
  typeMigrationVersion: z.literal('7.4.0'),
  attributes: z.strictObject({
    title: text,
    description: text,
    mapStateJSON: jsonOf(
      z.strictObject({
        zoom: z.number(),
        center: z.strictObject({ lon: z.number(), lat: z.number() }),
        timeFilters: z.strictObject({ from: text, to: text }),
        refreshConfig: z.strictObject({ isPaused: z.boolean(), interval: size }),
        query,
        filters: noFilters,
        settings: z.strictObject({ autoFitToDataBounds: z.boolean() }),
      }),
    ),
    layerListJSON: jsonOf(z.array(mapLayer).min(2)),
    uiStateJSON: jsonOf(empty),
  }),
});

const columnBase = {
  label: text,
  customLabel: z.literal(true),
  sourceField: text,
  filter: query.optional(),
};
const metricBase = { ...columnBase, isBucketed: z.literal(false), dataType: z.enum(['number', 'date']) };
const emptyAsNull = z.strictObject({ emptyAsNull: z.boolean() });
const column = z.discriminatedUnion('operationType', [
  z.strictObject({
    ...metricBase,
    operationType: z.literal('count'),
    sourceField: z.literal('___records___'),
    params: emptyAsNull,
  }),
  z.strictObject({ ...metricBase, operationType: z.literal('sum'), params: emptyAsNull }),
  z.strictObject({ ...metricBase, operationType: z.literal('min'), params: emptyAsNull }),
  z.strictObject({ ...metricBase, operationType: z.literal('max'), params: emptyAsNull }),
  z.strictObject({ ...metricBase, operationType: z.literal('unique_count'), params: emptyAsNull }),
  z.strictObject({
    ...metricBase,
    operationType: z.literal('percentile'),
    params: z.strictObject({ percentile: z.number().gt(0).lt(100) }),
  }),
  z.strictObject({
    ...columnBase,
    isBucketed: z.literal(true),
    dataType: z.literal('string'),
    operationType: z.literal('terms'),
    params: z.strictObject({
      size: z.int().min(1).max(1_000),
      orderBy: z.strictObject({ type: z.literal('column'), columnId: text }),
      orderDirection: z.literal('desc'),
      otherBucket: z.boolean(),
      missingBucket: z.boolean(),
      parentFormat: z.strictObject({ id: z.literal('terms') }),
      include: z.array(z.never()),
      exclude: z.array(z.never()),
      includeIsRegex: z.literal(false),
      excludeIsRegex: z.literal(false),
      secondaryFields: z.array(z.never()),
    }),
  }),
  z.strictObject({
    ...columnBase,
    isBucketed: z.literal(true),
    dataType: z.literal('date'),
    operationType: z.literal('date_histogram'),
    params: z.strictObject({ interval: z.literal('auto'), includeEmptyRows: z.boolean(), dropPartials: z.boolean() }),
  }),
]);
export type LensColumn = z.output<typeof column>;

const yConfig = z.array(z.strictObject({ forAccessor: text, color: text })).optional();
const xyVisualization = z.strictObject({
  preferredSeriesType: z.enum(['bar_stacked', 'bar_horizontal', 'line']),
  valueLabels: z.literal('hide'),
  fittingFunction: z.literal('None'),
  legend: z.strictObject({ isVisible: z.boolean(), position: z.enum(['bottom', 'right']) }),
  axisTitlesVisibilitySettings: z.strictObject({ x: z.boolean(), yLeft: z.boolean(), yRight: z.boolean() }),
  layers: z.tuple([
    z.strictObject({
      layerId: text,
      layerType: z.literal('data'),
      seriesType: z.enum(['bar_stacked', 'bar_horizontal', 'line']),
      xAccessor: text,
      splitAccessor: text.optional(),
      accessors: z.array(text).min(1),
      yConfig,
    }),
  ]),
});
const metricVisualization = z.strictObject({
  layerId: text,
  layerType: z.literal('data'),
  metricAccessor: text,
  showBar: z.boolean(),
  color: text,
});
const tableVisualization = z.strictObject({
  layerId: text,
  layerType: z.literal('data'),
  columns: z.array(
    z.union([
      z.strictObject({ columnId: text, oneClickFilter: z.literal(true) }),
      z.strictObject({ columnId: text, isMetric: z.literal(true) }),
    ]),
  ),
  sorting: z.strictObject({ columnId: text, direction: z.enum(['asc', 'desc']) }),
  paging: z.strictObject({ enabled: z.boolean(), size }),
});

const lensState = z.strictObject({
  adHocDataViews: empty,
  internalReferences: z.array(z.never()),
  filters: noFilters,
  query,
  datasourceStates: z.strictObject({
    formBased: z.strictObject({
      layers: z.record(
        text,
        z.strictObject({
          columnOrder: z.array(text).min(1),
          columns: z.record(text, column),
          incompleteColumns: empty,
          sampling: z.literal(1),
          ignoreGlobalFilters: z.boolean(),
        }),
      ),
    }),
    indexpattern: z.strictObject({ layers: empty }),
    textBased: z.strictObject({ layers: empty }),
  }),
  visualization: z.union([xyVisualization, metricVisualization, tableVisualization]),
});

const enhancements = z.union([
  empty,
  z.strictObject({
    dynamicActions: z.strictObject({
      events: z.array(
        z.strictObject({
          eventId: text,
          triggers: z.tuple([z.literal('FILTER_TRIGGER')]),
          action: z.strictObject({
            factoryId: z.literal('DASHBOARD_TO_DASHBOARD_DRILLDOWN'),
            name: text,
            config: z.strictObject({
              useCurrentFilters: z.boolean(),
              useCurrentDateRange: z.boolean(),
              openInNewTab: z.boolean(),
            }),
          }),
        }),
      ),
    }),
  }),
]);
const gridData = z.strictObject({ x: size, y: size, w: z.int().min(1), h: z.int().min(1), i: text });
const panel = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('lens'),
    panelIndex: text,
    gridData,
    embeddableConfig: z.strictObject({
      title: text,
      hidePanelTitles: z.literal(false),
      enhancements,
      attributes: z.strictObject({
        title: z.literal(''),
        type: z.literal('lens'),
        visualizationType: z.enum(['lnsXY', 'lnsMetric', 'lnsDatatable']),
        version: z.literal(1),
        references: z.array(reference),
        state: lensState,
      }),
    }),
  }),
  z.strictObject({
    type: z.enum(['map', 'search']),
    panelIndex: text,
    gridData,
    embeddableConfig: z.strictObject({ title: text, hidePanelTitles: z.literal(false), enhancements }),
    panelRefName: text,
  }),
]);

const control = z.strictObject({
  order: size,
  width: z.enum(['small', 'medium', 'large']),
  grow: z.boolean(),
  type: z.literal('optionsListControl'),
  explicitInput: z.strictObject({
    id: text,
    fieldName: text,
    title: text,
    searchTechnique: z.literal('prefix'),
    selectedOptions: z.array(z.never()),
    sort: z.strictObject({ by: z.literal('_count'), direction: z.literal('desc') }),
  }),
});
const dashboard = z.strictObject({
  ...object,
  type: z.literal('dashboard'),
  typeMigrationVersion: z.literal('10.2.0'),
  attributes: z.strictObject({
    title: text,
    description: text,
    version: z.literal(1),
    timeRestore: z.literal(true),
    timeFrom: text,
    timeTo: text,
    refreshInterval: z.strictObject({ pause: z.boolean(), value: size }),
    optionsJSON: jsonOf(z.record(text, z.boolean())),
    panelsJSON: jsonOf(z.array(panel).min(1)),
    controlGroupInput: z.strictObject({
      chainingSystem: z.literal('HIERARCHICAL'),
      controlStyle: z.literal('oneLine'),
      showApplySelections: z.literal(false),
      ignoreParentSettingsJSON: jsonOf(z.record(text, z.literal(false))),
      panelsJSON: jsonOf(z.record(text, control)),
    }),
    kibanaSavedObjectMeta: z.strictObject({
      searchSourceJSON: jsonOf(z.strictObject({ query, filter: noFilters })),
    }),
  }),
});

/** A line of an import file, its texts of JSON read. */
export const kibanaObject = z.discriminatedUnion('type', [tag, dataView, search, map, dashboard]);
export type KibanaObject = z.output<typeof kibanaObject>;
export type KibanaDashboard = z.output<typeof dashboard>;
