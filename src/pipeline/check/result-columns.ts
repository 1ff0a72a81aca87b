import type { Hunt } from '../../core/hunt.ts';
import type { ColumnType } from '../../core/row.ts';
import { geoColumns } from '../../findings/enrich.ts';
import { entityType } from '../../query/compile/entity.ts';
import { ecsField } from '../../query/ecs.ts';
import type { Several } from '../../query/values/types.ts';

/** A column of the rows that become findings. */
interface ResultColumn {
  readonly type: ColumnType;
  readonly several: Several;
}

export type ResultColumns = ReadonlyMap<string, ResultColumn>;

/** The columns of a declarative hunt's rows, by name (design.md, "Columns of every prevalence and first_seen row"). */
export function entityColumns(of: readonly string[], collect: readonly string[]): ResultColumns {
  const collected = collect.map(
    (name) => [name, { type: ecsField(name)?.type ?? 'keyword', several: 'several' }] as const,
  );
  return new Map<string, ResultColumn>([
    ...collected,
    ...of.map((name) => [name, { type: entityType(name), several: 'single' }] as const),
    ['count', { type: 'long', several: 'single' }],
    ['hosts', { type: 'long', several: 'single' }],
    ['population', { type: 'long', several: 'single' }],
    ['first_seen', { type: 'date', several: 'single' }],
    ['last_seen', { type: 'date', several: 'single' }],
    ['across', { type: 'keyword', several: 'several' }],
  ]);
}

/** The columns of the rows with those that GeoIP adds: as several-valued as the address they come from. */
export function withGeo(columns: ResultColumns, hunt: Pick<Hunt, 'geoip'>): ResultColumns {
  const added = hunt.geoip.flatMap((field) => {
    const several = columns.get(field)?.several ?? 'unknown';
    return geoColumns(field).map(({ name, type }) => [name, { type, several }] as const);
  });
  return new Map<string, ResultColumn>([...columns, ...added]);
}
