import { kql } from './kql.ts';
import type { Names } from './names.ts';
import { type SavedObject, savedObject, tagReference } from './saved-object.ts';
import { COLORS } from './colors.ts';

/** Most points of a layer; Elasticsearch gives 10,000 documents at once. */
const POINTS_MAX = 10_000;

interface PointLayer {
  readonly label: string;
  readonly side: 'source' | 'destination';
  readonly color: string;
}

const LAYERS: readonly PointLayer[] = [
  { label: 'Destinations', side: 'destination', color: COLORS.high },
  { label: 'Sources', side: 'source', color: COLORS.low },
];

/** Where the addresses of findings lie. The world below the points comes from Elastic's map service; the points do not. */
export function findingMap({ map, data, tag, title }: Names): SavedObject {
  const state = {
    zoom: 1.5,
    center: { lon: 0, lat: 20 },
    timeFilters: { from: 'now-30d', to: 'now' },
    refreshConfig: { isPaused: true, interval: 0 },
    query: kql(),
    filters: [],
    settings: { autoFitToDataBounds: true },
  };
  const attributes = {
    title: `${title}: where findings lead`,
    description: 'Places of the destinations and sources of findings, as GeoIP knows them.',
    mapStateJSON: JSON.stringify(state),
    layerListJSON: JSON.stringify([GROUND, ...LAYERS.map(pointLayer)]),
    uiStateJSON: '{}',
  };
  const references = LAYERS.map((_layer, at) => {
    return { type: 'index-pattern', id: data.findings, name: referenceName(at) } as const;
  });
  return savedObject({ type: 'map', id: map }, attributes, [...references, tagReference(tag)]);
}

const SHOWN = { alpha: 0.75, minZoom: 0, maxZoom: 24, visible: true } as const;

const GROUND = {
  ...SHOWN,
  id: 'ground',
  label: null,
  alpha: 1,
  type: 'VECTOR_TILE',
  sourceDescriptor: { type: 'EMS_TMS', isAutoSelect: true },
  style: {},
};

function pointLayer({ label, side, color }: PointLayer, at: number): object {
  return {
    ...SHOWN,
    id: side,
    label,
    type: 'VECTOR',
    joins: [],
    sourceDescriptor: {
      id: `${side}-points`,
      type: 'ES_SEARCH',
      geoField: `${side}.geo.location`,
      limit: POINTS_MAX,
      filterByMapBounds: true,
      applyGlobalQuery: true,
      applyGlobalTime: true,
      tooltipProperties: ['hunt.name', 'hunt.severity', `${side}.ip`, `${side}.geo.country_name`, 'host.name'],
      indexPatternRefName: referenceName(at),
    },
    style: { type: 'VECTOR', properties: { fillColor: { type: 'STATIC', options: { color } } } },
  };
}

/** By the place of its layer; the ground is the first. */
function referenceName(at: number): string {
  return `layer_${at + 1}_source_index_pattern`;
}
