import { statSync } from 'node:fs';
import { type Duck, boundsSql } from './duck.ts';
import type { WrittenSegment } from './manifest.ts';
import { BOUNDED_FIELDS, type Bounds, type MappedField, type SegmentInfo, type Shape } from './snapshot.ts';

/**
 * What the manifest keeps of a segment, read from its table `<alias>.events`; its size is told once it is closed.
 * `fields`: the columns that are fields of an index, also of indices that the segment has no document of after all.
 */
export async function describeSegment(
  duck: Duck,
  alias: string,
  id: string,
  { columns, fields }: Pick<SegmentInfo, 'columns' | 'fields'>,
  mapping: ReadonlyMap<string, Pick<MappedField, 'id'>>,
): Promise<Omit<WrittenSegment, 'bytes'>> {
  const counts = await duck.rows(
    `SELECT _index AS name, count(*)::DOUBLE AS n FROM ${alias}.events GROUP BY 1 ORDER BY 1`,
  );
  const indices = new Map(counts.map(({ name, n }) => [String(name), Number(n)]));
  const rows = [...indices.values()].reduce((sum, count) => sum + count, 0);
  const own = new Map([...fields].filter(([name]) => indices.has(name)));
  return { id, rows, indices, columns, fields: own, bounds: await boundsOf(duck, alias, columns, mapping) };
}

export function sizeOf(file: string): number {
  return statSync(file).size;
}

async function boundsOf(
  duck: Duck,
  alias: string,
  columns: ReadonlyMap<number, Shape>,
  mapping: ReadonlyMap<string, Pick<MappedField, 'id'>>,
): Promise<Map<string, Bounds>> {
  const bounds = new Map<string, Bounds>();
  for (const name of BOUNDED_FIELDS) {
    const id = mapping.get(name)?.id;
    const shape = id === undefined ? undefined : columns.get(id);
    if (id === undefined || shape === undefined) continue;
    const [row] = await duck.rows(`SELECT ${boundsSql(id, shape === 'several')} FROM ${alias}.events`);
    const [min, max] = [row?.[`low${id}`], row?.[`high${id}`]];
    if (min !== null && max !== null) bounds.set(name, { min: Number(min), max: Number(max) });
  }
  return bounds;
}
