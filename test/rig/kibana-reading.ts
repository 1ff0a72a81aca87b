// What Kibana would ask Elasticsearch because of our saved objects: the fields they name, and the searches of their panels.
import { DOCUMENTS } from '../../src/kibana/columns.ts';
import { kibanaObjects } from '../../src/kibana/objects.ts';
import type { KibanaPlace } from '../../src/kibana/names.ts';
import { kibanaObject, type KibanaDashboard, type KibanaObject, type LensColumn } from './kibana-schema.ts';

/** All objects, checked; throws with every fault of the first that is wrong. */
export function readObjects(place: KibanaPlace): KibanaObject[] {
  const { tag, others } = kibanaObjects(place);
  return [tag, ...others].map((object) => kibanaObject.parse(object));
}

/** A field that an object names, of the data view that it names it for. */
export interface NamedField {
  readonly where: string;
  readonly dataView: string;
  readonly field: string;
}

/** A Lens layer, with what its panel is limited to. */
export interface Layer {
  readonly where: string;
  readonly dataView: string;
  readonly query: string;
  readonly order: readonly string[];
  readonly columns: Readonly<Record<string, LensColumn>>;
}

export function fieldsOf(object: KibanaObject): NamedField[] {
  const own = ownFields(object);
  const parts = object.type === 'dashboard' ? [...layersOf(object).flatMap(layerFields), ...controlFields(object)] : [];
  return [...own, ...parts];
}

function ownFields(object: KibanaObject): NamedField[] {
  const named = (dataView: string, fields: readonly string[]) =>
    fields.map((field) => ({ where: `${object.type} ${object.id}`, dataView, field }));
  switch (object.type) {
    case 'index-pattern': {
      const { timeFieldName, fieldFormatMap, sourceFilters } = object.attributes;
      const time = timeFieldName === undefined ? [] : [timeFieldName];
      return named(object.id, [...time, ...Object.keys(fieldFormatMap), ...sourceFilters.map(({ value }) => value)]);
    }
    case 'search': {
      const { columns, sort, breakdownField, kibanaSavedObjectMeta } = object.attributes;
      const split = breakdownField === undefined ? [] : [breakdownField];
      const asked = kqlFields(kibanaSavedObjectMeta.searchSourceJSON.query.query);
      return named(targetOf(object), [...columns, ...sort.map(([field]) => field), ...split, ...asked]);
    }
    case 'map':
      return object.attributes.layerListJSON.flatMap(({ sourceDescriptor }) =>
        sourceDescriptor.type === 'EMS_TMS'
          ? []
          : named(targetOf(object, sourceDescriptor.indexPatternRefName), [
              sourceDescriptor.geoField,
              ...sourceDescriptor.tooltipProperties,
            ]),
      );
    case 'tag':
    case 'dashboard':
    default:
      return [];
  }
}

/** The id that an object's reference of a name leads to; without a name, that of its data view. */
export function targetOf({ id, references }: KibanaObject, name?: string): string {
  const found = references.find((each) => (name === undefined ? each.type === 'index-pattern' : each.name === name));
  if (found === undefined) throw new Error(`${id} has no reference ${name ?? 'to a data view'}`);
  return found.id;
}

export function layersOf(dashboard: KibanaDashboard): Layer[] {
  return dashboard.attributes.panelsJSON.flatMap((panel) => {
    if (panel.type !== 'lens') return [];
    const { state } = panel.embeddableConfig.attributes;
    return Object.entries(state.datasourceStates.formBased.layers).map(([id, { columnOrder, columns }]): Layer => {
      const reference = `${panel.panelIndex}:indexpattern-datasource-layer-${id}`;
      return {
        where: `${panel.panelIndex} of ${dashboard.attributes.title}`,
        dataView: targetOf(dashboard, reference),
        query: state.query.query,
        order: columnOrder,
        columns,
      };
    });
  });
}

function layerFields({ where, dataView, query, columns }: Layer): NamedField[] {
  const used = Object.values(columns).flatMap(({ sourceField, filter }) => [
    ...(sourceField === DOCUMENTS ? [] : [sourceField]),
    ...kqlFields(filter?.query ?? ''),
  ]);
  return [...used, ...kqlFields(query)].map((field) => ({ where, dataView, field }));
}

function controlFields(dashboard: KibanaDashboard): NamedField[] {
  return Object.entries(dashboard.attributes.controlGroupInput.panelsJSON).map(([id, { explicitInput }]) => {
    const dataView = targetOf(dashboard, `controlGroup_${id}:optionsListDataView`);
    return { where: `${dashboard.id} ${id}`, dataView, field: explicitInput.fieldName };
  });
}

const TERM = /^(\S+) (?:: (?:\((.+)\)|(\S+))|> (\d+))$/;

/** Terms of the part of KQL that we write; throws on any other. */
function kqlTerms(kql: string): { field: string; values: unknown[] | null; above: number }[] {
  if (kql === '') return [];
  return kql.split(' and ').map((term) => {
    const [, field, several, one, above] = TERM.exec(term) ?? [];
    if (field === undefined) throw new Error(`No KQL that this reader knows: ${term}`);
    const values = several?.split(' or ') ?? (one === undefined ? null : [one]);
    return { field, values: values?.map((value): unknown => JSON.parse(value)) ?? null, above: Number(above) };
  });
}

function kqlFields(kql: string): string[] {
  return kqlTerms(kql).map(({ field }) => field);
}

/** KQL as Kibana sends it. */
export function kqlToDsl(kql: string): object {
  const filter = kqlTerms(kql).map(({ field, values, above }) =>
    values === null
      ? { range: { [field]: { gt: above } } }
      : { bool: { should: values.map((value) => ({ match_phrase: { [field]: value } })), minimum_should_match: 1 } },
  );
  return { bool: { filter } };
}

/** The search that Lens sends for a layer: buckets within each other, metrics in the innermost. */
export function searchOf({ query, order, columns }: Layer): object {
  const buckets = order.filter((id) => columns[id]?.isBucketed);
  const metrics = metricsOf(columns, order);
  return { size: 0, track_total_hits: true, query: kqlToDsl(query), aggs: nested(buckets, columns, metrics) };
}

function nested(buckets: readonly string[], columns: Layer['columns'], metrics: Record<string, object>): object {
  const [first, ...rest] = buckets;
  if (first === undefined) return metrics;
  const column = columns[first];
  if (column === undefined) throw new Error(`No column ${first}`);
  const inner = { ...nested(rest, columns, metrics), ...(rest.length === 0 ? {} : metrics) };
  return { [first]: { ...bucketAggregation(column, columns), aggs: inner } };
}

function bucketAggregation(column: LensColumn, columns: Layer['columns']): object {
  const { sourceField: field } = column;
  if (column.operationType === 'date_histogram')
    return { date_histogram: { field, fixed_interval: '12h', min_doc_count: 1 } };
  if (column.operationType !== 'terms') throw new Error(`${column.operationType} is no bucket`);
  const by = columns[column.params.orderBy.columnId];
  if (by === undefined || by.isBucketed) throw new Error(`terms of ${field} are ordered by no metric`);
  const path = by.operationType === 'count' && by.filter === undefined ? '_count' : column.params.orderBy.columnId;
  return { terms: { field, size: column.params.size, order: { [path]: 'desc' }, shard_size: 1_000 } };
}

function metricsOf(columns: Layer['columns'], order: readonly string[]): Record<string, object> {
  return Object.fromEntries(
    order.flatMap((id) => {
      const column = columns[id];
      if (column === undefined || column.isBucketed) return [];
      const metric = metricAggregation(column);
      if (column.filter !== undefined)
        return [
          [id, { filter: kqlToDsl(column.filter.query), ...(metric === null ? {} : { aggs: { [id]: metric } }) }],
        ];
      return metric === null ? [] : [[id, metric]];
    }),
  );
}

/** null: a count, which every bucket has by itself. */
function metricAggregation(column: LensColumn): object | null {
  const { sourceField: field } = column;
  switch (column.operationType) {
    case 'count':
      return null;
    case 'unique_count':
      return { cardinality: { field } };
    case 'percentile':
      return { percentiles: { field, percents: [column.params.percentile] } };
    case 'sum':
    case 'min':
    case 'max':
      return { [column.operationType]: { field } };
    case 'terms':
    case 'date_histogram':
    default:
      throw new Error(`${column.operationType} is no metric`);
  }
}
