import { describe, expect, it } from 'vitest';
import { GRID_WIDTH } from '../../src/kibana/dashboard.ts';
import { exportFile, kibanaObjects } from '../../src/kibana/objects.ts';
import { KINDS, mappingOf, type Kind } from '../../src/store/elasticsearch/templates.ts';
import { expectGolden } from '../rig/golden.ts';
import { fieldsOf, layersOf, readObjects, targetOf } from '../rig/kibana-reading.ts';
import { kibanaObject, type KibanaDashboard, type KibanaObject } from '../rig/kibana-schema.ts';

const PLACE = { prefix: 'hunt', space: null };
const objects = readObjects(PLACE);
const dashboards = objects.filter((object): object is KibanaDashboard => object.type === 'dashboard');
const OUR_TAG = { type: 'tag', id: 'tracehound-hunt-tag', name: 'tag-ref-tracehound-hunt-tag' };
const keyOf = ({ type, id }: { readonly type: string; readonly id: string }) => `${type} ${id}`;

interface Field {
  readonly type?: string;
  readonly enabled?: boolean;
  readonly properties?: Readonly<Record<string, Field>>;
}

/** Type by name of every field of a mapping; an object that is kept and not indexed is one of type "stored". */
function mapped(properties: Readonly<Record<string, Field>>, path = ''): [string, string][] {
  return Object.entries(properties).flatMap(([name, field]) => {
    if (field.properties !== undefined) return mapped(field.properties, `${path}${name}.`);
    return [[`${path}${name}`, field.enabled === false ? 'stored' : (field.type ?? 'object')] as [string, string]];
  });
}

const mappings = new Map<string, ReadonlyMap<string, string>>(
  KINDS.map((kind: Kind) => [
    `hunt-${kind}`,
    new Map(mapped(mappingOf(kind).properties as Readonly<Record<string, Field>>)),
  ]),
);
const indexOf = new Map(
  objects.flatMap((each) => (each.type === 'index-pattern' ? [[each.id, each.attributes.title]] : [])),
);

function typeOf(dataView: string, field: string): string | undefined {
  return mappings.get(indexOf.get(dataView) ?? '')?.get(field);
}

describe('the objects for Kibana', () => {
  it('are what the issue names, each of the form that Kibana takes', () => {
    expect(objects.map(keyOf)).toEqual([
      'tag tracehound-hunt-tag',
      'index-pattern tracehound-hunt-data-findings',
      'index-pattern tracehound-hunt-data-sightings',
      'index-pattern tracehound-hunt-data-runs',
      'index-pattern tracehound-hunt-data-ledger',
      'index-pattern tracehound-hunt-data-outbox',
      'search tracehound-hunt-session-open-findings',
      'search tracehound-hunt-session-findings-by-hunt',
      'search tracehound-hunt-session-troubled-runs',
      'search tracehound-hunt-session-gaps',
      'search tracehound-hunt-session-untold-news',
      'map tracehound-hunt-map-findings',
      'dashboard tracehound-hunt-dashboard-findings',
      'dashboard tracehound-hunt-dashboard-operation',
    ]);
  });

  it('refuses a form that Kibana would not take', () => {
    const object = kibanaObjects(PLACE).others.find(({ type }) => type === 'dashboard');
    expect(kibanaObject.safeParse(object).success).toBe(true);
    expect(kibanaObject.safeParse({ ...object, typeMigrationVersion: '99.0.0' }).success).toBe(false);
    expect(kibanaObject.safeParse({ ...object, attributes: { ...object?.attributes, panelsJSON: [] } }).success).toBe(
      false,
    );
    expect(kibanaObject.safeParse({ ...object, attributes: { ...object?.attributes, more: 1 } }).success).toBe(false);
  });

  it.each(objects)('refer to what is in the file, each name once: $id', (object) => {
    const known = new Set(objects.map(keyOf));
    expect(object.references.filter((reference) => !known.has(keyOf(reference)))).toEqual([]);
    const names = object.references.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
    if (object.type !== 'tag') expect(object.references).toContainEqual(OUR_TAG);
  });

  it.each(objects)('name only fields that our mappings have: $id', (object) => {
    const named = fieldsOf(object);
    if (object.type !== 'tag') expect(named.length).toBeGreaterThan(0);
    expect(named.filter(({ dataView, field }) => typeOf(dataView, field) === undefined)).toEqual([]);
  });

  it('put maps on points, and hide only what nobody can search', () => {
    for (const object of objects) {
      if (object.type === 'map') {
        const fields = object.attributes.layerListJSON.flatMap(({ sourceDescriptor }) =>
          sourceDescriptor.type === 'ES_SEARCH'
            ? [[targetOf(object, sourceDescriptor.indexPatternRefName), sourceDescriptor.geoField] as const]
            : [],
        );
        expect(fields.map(([dataView, field]) => typeOf(dataView, field))).toEqual(['geo_point', 'geo_point']);
      }
      if (object.type !== 'index-pattern') continue;
      for (const { value } of object.attributes.sourceFilters) expect(typeOf(object.id, value)).toBe('stored');
    }
  });

  it('aggregate only fields of a type that can be', () => {
    const aggregated = dashboards
      .flatMap(layersOf)
      .flatMap(({ dataView, columns }) =>
        Object.values(columns).map(({ operationType, sourceField }) => [operationType, typeOf(dataView, sourceField)]),
      );
    const fits: Readonly<Record<string, readonly (string | undefined)[]>> = {
      count: [undefined],
      terms: ['keyword'],
      unique_count: ['keyword'],
      sum: ['long'],
      percentile: ['long'],
      min: ['date', 'long'],
      max: ['date', 'long'],
      date_histogram: ['date'],
    };
    expect(aggregated.length).toBeGreaterThan(40);
    expect(aggregated.filter(([operation, type]) => !fits[operation ?? '']?.includes(type))).toEqual([]);
  });
});

describe.each(dashboards)('the dashboard $attributes.title', (dashboard) => {
  const { panelsJSON: panels, controlGroupInput } = dashboard.attributes;

  it('has rows that fill its width, without a panel on another', () => {
    const cells = panels.flatMap(({ gridData: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
    );
    const height = Math.max(...panels.map(({ gridData }) => gridData.y + gridData.h));
    expect(new Set(cells).size).toBe(cells.length);
    expect(cells.length).toBe(GRID_WIDTH * height);
    expect(panels.map(({ gridData }) => gridData.i)).toEqual(panels.map(({ panelIndex }) => panelIndex));
    expect(new Set(panels.map(({ panelIndex }) => panelIndex)).size).toBe(panels.length);
  });

  it('names in each panel only columns that it has, and uses each, those that split first', () => {
    for (const panel of panels) {
      if (panel.type !== 'lens') continue;
      const { visualizationType, state } = panel.embeddableConfig.attributes;
      const [[layerId, layer] = ['', null], ...more] = Object.entries(state.datasourceStates.formBased.layers);
      expect(more).toEqual([]);
      const { columnOrder = [], columns = {} } = layer ?? {};
      expect([...columnOrder].sort()).toEqual(Object.keys(columns).sort());
      const split = columnOrder.map((id) => columns[id]?.isBucketed === true);
      expect(split).toEqual([...split].sort((a, b) => Number(b) - Number(a)));
      const used = accessorsOf(state.visualization);
      expect(used.layer).toBe(layerId);
      expect([...new Set(used.columns)].sort()).toEqual(Object.keys(columns).sort());
      expect(used.type).toBe(visualizationType);
    }
  });

  it('takes over every reference of its panels under their name', () => {
    const names = new Map(dashboard.references.map((reference) => [reference.name, keyOf(reference)]));
    for (const panel of panels) {
      const { panelIndex } = panel;
      if (panel.type !== 'lens') {
        expect(panel.panelRefName).toBe(`panel_${panelIndex}`);
        expect(names.get(`${panelIndex}:${panel.panelRefName}`)).toMatch(new RegExp(`^${panel.type} `));
        continue;
      }
      const { attributes, enhancements } = panel.embeddableConfig;
      for (const reference of attributes.references)
        expect(names.get(`${panelIndex}:${reference.name}`)).toBe(keyOf(reference));
      const events = 'dynamicActions' in enhancements ? enhancements.dynamicActions.events : [];
      for (const { eventId, action } of events)
        expect(names.get(`${panelIndex}:drilldown:${action.factoryId}:${eventId}:dashboardId`)).toMatch(/^dashboard /);
    }
    for (const id of Object.keys(controlGroupInput.panelsJSON))
      expect(names.get(`controlGroup_${id}:optionsListDataView`)).toMatch(/^index-pattern /);
  });

  it('leads on by a click', () => {
    expect(dashboard.references.filter(({ name }) => name.includes(':drilldown:'))).toHaveLength(1);
  });
});

type Visualization = Extract<
  KibanaDashboard['attributes']['panelsJSON'][number],
  { type: 'lens' }
>['embeddableConfig']['attributes']['state']['visualization'];

function accessorsOf(visualization: Visualization): { type: string; layer: string; columns: string[] } {
  if ('layers' in visualization) {
    const [{ layerId, xAccessor, splitAccessor, accessors, yConfig = [] }] = visualization.layers;
    const split = splitAccessor === undefined ? [] : [splitAccessor];
    const colored = yConfig.map(({ forAccessor }) => forAccessor);
    return { type: 'lnsXY', layer: layerId, columns: [xAccessor, ...split, ...accessors, ...colored] };
  }
  if ('metricAccessor' in visualization)
    return { type: 'lnsMetric', layer: visualization.layerId, columns: [visualization.metricAccessor] };
  const columns = [...visualization.columns.map(({ columnId }) => columnId), visualization.sorting.columnId];
  return { type: 'lnsDatatable', layer: visualization.layerId, columns };
}

describe('ids', () => {
  const idsAt = (prefix: string, space: string | null) => readObjects({ prefix, space }).map(keyOf);

  it('are the same each time, and so is every byte', () => {
    expect(exportFile(PLACE)).toBe(exportFile({ ...PLACE }));
  });

  it('are others for another prefix and for another space', () => {
    const all = [idsAt('hunt', null), idsAt('soc-hunt', null), idsAt('hunt', 'soc'), idsAt('hunt', 'hunt')].flat();
    expect(new Set(all).size).toBe(all.length);
  });

  it('carry the prefix into indices, and into titles where it is not the usual one', () => {
    const file = exportFile({ prefix: 'soc', space: null });
    expect(file).toContain('"title":"soc-findings"');
    expect(file).toContain('"title":"Tracehound (soc): findings"');
    expect(file).not.toContain('"title":"hunt-');
  });
});

describe('the export', () => {
  it('is an object a line, the tag first, with the content of the others in its description', () => {
    const lines = exportFile(PLACE).trimEnd().split('\n');
    expect(lines.map((line) => keyOf(JSON.parse(line) as KibanaObject))).toEqual(objects.map(keyOf));
    const other = kibanaObjects({ prefix: 'soc', space: null }).tag.attributes['description'];
    expect(other).toMatch(/Content [0-9a-f]{16}\.$/);
    expect(kibanaObjects(PLACE).tag.attributes['description']).not.toBe(other);
  });

  it('is the file of test/cases/kibana', () => {
    expectGolden(new URL('../cases/kibana/export.ndjson', import.meta.url).pathname, exportFile(PLACE));
  });
});
