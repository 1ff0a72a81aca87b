// Writes src/report/world-map.json: outlines of countries from the npm package world-atlas (ISC; its data is Natural Earth,
// public domain), in the Natural Earth projection, as SVG paths by ISO 3166-1 code. Run by `npm run map`.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Width of the drawing; a country of 110m scale needs no finer grid. */
const WIDTH = 2_000;
/** Degrees of latitude that are drawn: nobody connects to Antarctica. */
const [NORTH, SOUTH] = [84, -57];
/** Outlines that Natural Earth has without an ISO number. */
const CODES_BY_NAME: Readonly<Record<string, string>> = { Kosovo: 'XK', Somaliland: 'SO', 'N. Cyprus': 'CY' };

type Point = readonly [number, number];
type Arcs = readonly number[];

interface Geometry {
  readonly type: 'Polygon' | 'MultiPolygon';
  readonly id?: string;
  readonly properties: { readonly name: string };
  readonly arcs: readonly Arcs[] | readonly (readonly Arcs[])[];
}

interface Atlas {
  readonly arcs: readonly (readonly Point[])[];
  readonly transform: { readonly scale: Point; readonly translate: Point };
  readonly objects: { readonly countries: { readonly geometries: readonly Geometry[] } };
}

interface Country {
  code: string;
  rings: Point[][];
}

/** The text of the map. Countries too small for an outline have only the point where they lie. */
export function worldMap(): string {
  const drawn = countriesOf(readAtlas(require.resolve('world-atlas/countries-110m.json')));
  const all = countriesOf(readAtlas(require.resolve('world-atlas/countries-50m.json')));
  const paths = Object.fromEntries(drawn.map(({ code, rings }) => [code, rings.map(pathOf).join('')]));
  const points = Object.fromEntries(all.map(({ code, rings }) => [code, middleOf(rings)]));
  const lines = (record: object) =>
    Object.entries(record)
      .map(([code, value]) => `    "${code}": ${JSON.stringify(value)}`)
      .join(',\n');
  return `{\n  "width": ${WIDTH},\n  "height": ${HEIGHT},\n  "paths": {\n${lines(paths)}\n  },\n  "points": {\n${lines(points)}\n  }\n}\n`;
}

function readAtlas(path: string): Atlas {
  return JSON.parse(readFileSync(path, 'utf8')) as Atlas;
}

/** Outlines by code, sorted by it, with those of one code together; Antarctica is left out. */
function countriesOf(atlas: Atlas): Country[] {
  const arcs = atlas.arcs.map((arc) => unpacked(arc, atlas.transform));
  const countries = new Map<string, Country>();
  for (const geometry of atlas.objects.countries.geometries) {
    const code = codeOf(geometry);
    if (code === null || code === 'AQ') continue;
    const polygons = geometry.type === 'Polygon' ? [geometry.arcs as readonly Arcs[]] : geometry.arcs;
    const rings = (polygons as readonly (readonly Arcs[])[]).flat().map((ring) => joinedRing(ring, arcs));
    const known = countries.get(code) ?? { code, rings: [] };
    countries.set(code, { code, rings: [...known.rings, ...rings.map((ring) => unwrapped(ring).map(projected))] });
  }
  return [...countries.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
}

/** ICU knows which two letters an ISO number stands for. */
function codeOf({ id, properties }: Geometry): string | null {
  if (id === undefined) return CODES_BY_NAME[properties.name] ?? null;
  const [locale = ''] = Intl.getCanonicalLocales(`und-${id.padStart(3, '0')}`);
  return /^und-([A-Z]{2})$/.exec(locale)?.[1] ?? null;
}

/** TopoJSON: whole numbers, each the difference from the one before. */
function unpacked(arc: readonly Point[], { scale, translate }: Atlas['transform']): Point[] {
  let [x, y] = [0, 0];
  return arc.map(([dx, dy]) => {
    [x, y] = [x + dx, y + dy];
    return [x * scale[0] + translate[0], y * scale[1] + translate[1]];
  });
}

/** A negative number means the arc of its complement, backwards. Neighbouring arcs share a point. */
function joinedRing(ring: Arcs, arcs: readonly Point[][]): Point[] {
  return ring.flatMap((index) => {
    const points = index < 0 ? (arcs[~index] ?? []).toReversed() : (arcs[index] ?? []);
    return points.slice(0, -1);
  });
}

/** A ring over the 180th meridian goes on beyond it, on the side where most of it lies, instead of once around the world. */
function unwrapped(ring: readonly Point[]): Point[] {
  let before = ring[0]?.[0] ?? 0;
  const whole = ring.map(([longitude, latitude]): Point => {
    before = longitude + 360 * Math.round((before - longitude) / 360);
    return [before, latitude];
  });
  const middle = whole.reduce((sum, [longitude]) => sum + longitude, 0) / whole.length;
  const shift = 360 * Math.round(middle / 360);
  return whole.map(([longitude, latitude]) => [longitude - shift, latitude]);
}

/** The Natural Earth projection (Šavrič, Jenny, Patterson, Petrovič, Hurni, 2011), x to the right, y down. */
function naturalEarth([longitude, latitude]: Point): Point {
  const [lambda, phi] = [(longitude * Math.PI) / 180, (latitude * Math.PI) / 180];
  const [p2, p4] = [phi ** 2, phi ** 4];
  return [
    lambda * (0.8707 - 0.131979 * p2 + p4 * (-0.013791 + p4 * (0.003971 * p2 - 0.001529 * p4))),
    -phi * (1.007226 + p2 * (0.015085 + p4 * (-0.044475 + 0.028874 * p2 - 0.005916 * p4))),
  ];
}

const SCALE = WIDTH / (2 * naturalEarth([180, 0])[0]);
const TOP = naturalEarth([0, NORTH])[1];
const HEIGHT = Math.ceil((naturalEarth([0, SOUTH])[1] - TOP) * SCALE);

function projected([longitude, latitude]: Point): Point {
  const [x, y] = naturalEarth([longitude, latitude]);
  return [Math.round(x * SCALE + WIDTH / 2), Math.round((y - TOP) * SCALE)];
}

/** A ring as relative moves, without those that stay where they are; nothing where no area is left. */
function pathOf(ring: readonly Point[]): string {
  const corners = ring.filter(([x, y], at) => x !== ring[at - 1]?.[0] || y !== ring[at - 1]?.[1]);
  const [first] = corners;
  if (first === undefined || corners.length < 3) return '';
  const moves = corners.slice(1).map(([x, y], at) => `${x - (corners[at]?.[0] ?? 0)} ${y - (corners[at]?.[1] ?? 0)}`);
  return `M${first[0]} ${first[1]}l${moves.join(' ').replaceAll(' -', '-')}z`;
}

/** The middle of the box around the largest ring. */
function middleOf(rings: readonly Point[][]): Point {
  const boxes = rings.map((ring) => {
    const [xs, ys] = [ring.map(([x]) => x), ring.map(([, y]) => y)];
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    return { area: (right - left) * (bottom - top), middle: [(left + right) / 2, (top + bottom) / 2] as const };
  });
  const [largest] = boxes.sort((a, b) => b.area - a.area);
  return largest === undefined ? [0, 0] : [Math.round(largest.middle[0]), Math.round(largest.middle[1])];
}

if (import.meta.main) writeFileSync(new URL('../src/report/world-map.json', import.meta.url), worldMap());
