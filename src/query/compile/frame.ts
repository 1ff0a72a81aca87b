import type { ColumnType } from '../../core/row.ts';
import { CLOCK_COLUMN } from '../../core/source.ts';
import type { Command, Expr, Field } from '../syntax/ast.ts';
import { and, call, column, compare, evaluate, field, from, or, param, typedNull, where } from '../syntax/build.ts';

/** A source as a query reads it: patterns that match something, its predicate, and the clock fields that exist. */
export interface FrameSource {
  readonly patterns: readonly string[];
  readonly where: Expr | null;
  readonly clock: readonly string[];
}

/** What every compiled query of one run begins with. */
export interface Frame {
  readonly sources: readonly FrameSource[];
  /** Fields that the query reads and that are mapped nowhere, with the type their null gets. */
  readonly missing: ReadonlyMap<string, ColumnType>;
  /** Fields whose type differs between indices, with the type they are converted to. */
  readonly conflicting: ReadonlyMap<string, ColumnType>;
  /** Clock fields that are no plain `date` and are converted. */
  readonly oddClocks: ReadonlySet<string>;
}

/** Parameters that every compiled query may use; ISO 8601 with milliseconds. */
export const TILE_START = '_tile_start';
/** Tile start less look-back: what came later is this run's own. */
export const FRESH_START = '_fresh_start';
export const RANGE_START = '_range_start';
export const RANGE_END = '_range_end';

/** FROM, then typed nulls, conversions and the clock, then the predicates that recognise the sources. */
export function head(frame: Frame, metadata: readonly string[] = []): Command[] {
  return [
    from([...new Set(frame.sources.flatMap((source) => source.patterns))], metadata),
    ...prelude(frame),
    ...where(recognise(frame.sources)),
  ];
}

/**
 * What stands right after FROM: 8.19 refuses a field that no index maps, so it becomes a typed null; a field of several
 * types is converted once; `hunt.clock` is the time of each document.
 */
export function prelude(frame: Frame): Command[] {
  const nulls = [...frame.missing].map(([name, type]) => field(name, typedNull(castName(type))));
  const casts = [...frame.conflicting].map(([name, type]) => field(name, convert(column(name), type)));
  return [...evaluate([...nulls, ...casts, clockField(frame)]), ...where(withinRange(frame))];
}

/** The clock chains that the request filter needs: one for each different chain among the sources. */
export function clockChains(frame: Frame): string[][] {
  const chains = new Map(frame.sources.map((source) => [source.clock.join('\n'), [...source.clock]]));
  return [...chains.values()];
}

/** The disjunction of the sources' predicates; null when one of them takes every document. */
function recognise(sources: readonly FrameSource[]): Expr | null {
  const predicates = sources.map((source) => source.where);
  return predicates.includes(null) ? null : or(predicates.filter((predicate) => predicate !== null));
}

function clockField(frame: Frame): Field {
  const [only, ...others] = clockChains(frame);
  if (others.length === 0) return field(CLOCK_COLUMN, firstPresent(only ?? [], frame.oddClocks));
  const branches = frame.sources.flatMap((source) => [
    ...(source.where === null ? [] : [source.where]),
    firstPresent(source.clock, frame.oddClocks),
  ]);
  return field(CLOCK_COLUMN, call('CASE', ...branches));
}

/** The first of the date fields that a document has; those of `odd` are no plain `date` and are converted. */
export function firstPresent(fields: readonly string[], odd: ReadonlySet<string>): Expr {
  const dates = fields.map((name) => (odd.has(name) ? call('TO_DATETIME', column(name)) : column(name)));
  return dates.length === 1 && dates[0] ? dates[0] : call('COALESCE', ...dates);
}

/** With several chains the request filter lets a document pass on any of them, so the query decides by its own. */
function withinRange(frame: Frame): Expr | null {
  if (clockChains(frame).length < 2) return null;
  const clock = column(CLOCK_COLUMN);
  return and([compare(clock, '>=', param(RANGE_START)), compare(clock, '<', param(RANGE_END))]);
}

const CONVERSIONS: Readonly<Partial<Record<ColumnType, string>>> = {
  ip: 'TO_IP',
  long: 'TO_LONG',
  integer: 'TO_INTEGER',
  double: 'TO_DOUBLE',
  boolean: 'TO_BOOLEAN',
  date: 'TO_DATETIME',
};

function convert(expr: Expr, type: ColumnType): Expr {
  return call(CONVERSIONS[type] ?? 'TO_STRING', expr);
}

/** The name that `::` takes. */
function castName(type: ColumnType): string {
  return type === 'date' ? 'datetime' : type === 'text' || type === 'null' || type === 'unsupported' ? 'keyword' : type;
}
