// One further command for columns that are known.
import type { Aggregate, Call, Command, Expr, Field, Literal, NamePattern, SortKey } from '../../../src/query/ast.ts';
import { aggregate, bare, call, column, countAll, field, limit } from '../../../src/query/build.ts';
import { printExpr } from '../../../src/query/print-expression.ts';
import type { KnownColumn } from '../../../src/query/typed.ts';
import { columnsOf } from '../../../src/query/walk.ts';
import { AGGREGATE_CALLS, INEXACT_CALLS, type CallShape } from './calls.ts';
import { DRAWN_TYPES, durationOf } from './constants.ts';
import type { Draw } from './draw.ts';
import { calling, conditionOf, drawnType, expressionOf, type Scope } from './expression.ts';

/** What is known before a command. */
export interface Standing {
  readonly columns: readonly KnownColumn[];
  /** Columns that may be shown but not computed with: their order or their last digits are left open. */
  readonly shownOnly: ReadonlySet<string>;
  readonly searchable: boolean;
  /** A column that has another value in each row; null where there is none. */
  readonly unique: string | null;
  readonly lookup: { readonly index: string; readonly key: string } | null;
}

const span = { start: 0, end: 0 };
const DEPTH = 3;

/** A command, and the columns it makes that may only be shown. Null where the columns do not allow it. */
export type MakeCommand = (
  draw: Draw,
  standing: Standing,
) => { readonly commands: readonly Command[]; readonly shownOnly?: readonly string[] } | null;

const MAKERS: readonly (readonly [weight: number, make: MakeCommand])[] = [
  [
    5,
    (draw, standing) => ({
      commands: [{ kind: 'where', condition: conditionOf(draw, scopeOf(standing, true), DEPTH), span }],
    }),
  ],
  [6, evaluated],
  [4, grouped],
  [2, kept],
  [1, dropped],
  [1, renamed],
  [2, sorted],
  [1, limited],
  [1, expanded],
  [1, dissected],
  [1, grokked],
  [1, joined],
];
const WEIGHTED = MAKERS.flatMap(([weight, make]) => Array.from({ length: weight }, () => make));

export const anyCommand: MakeCommand = (draw, standing) => draw.pick(WEIGHTED)(draw, standing);

function scopeOf({ columns, shownOnly, searchable }: Standing, inWhere = false): Scope {
  const usable = columns.filter(
    ({ name, type }) => !shownOnly.has(name) && (type === 'text' || DRAWN_TYPES.includes(type)),
  );
  return { columns: usable, searchable: searchable && inWhere };
}

const NAMES = ['x', 'y', 'z', 'x.y', 'odd name', 'Kw', 'from', 'KW'] as const;

/** A new name, or now and then one that is taken. */
function nameOf(draw: Draw, { columns }: Standing): string {
  const taken = columns.map(({ name }) => name);
  return taken.length > 0 && draw.chance(0.15) ? draw.pick(taken) : draw.pick(NAMES);
}

function evaluated(draw: Draw, standing: Standing): ReturnType<MakeCommand> {
  const scope = scopeOf(standing);
  if (draw.chance(0.1)) {
    const name = nameOf(draw, standing);
    const inexact = calling(draw, draw.pick(INEXACT_CALLS), scope, 2);
    return { commands: [{ kind: 'eval', fields: [field(name, inexact)], span }], shownOnly: [name] };
  }
  const fields = draw.times(1, 2, () => {
    const expr = expressionOf(draw, drawnType(draw, scope), scope, DEPTH);
    return draw.chance(0.1) ? unnamed(expr) : field(nameOf(draw, standing), expr);
  });
  return { commands: [{ kind: 'eval', fields, span }] };
}

function unnamed(expr: Expr): Field {
  return { name: expr.kind === 'column' ? expr.name : printExpr(expr), named: false, expr, span };
}

/** Aggregates whose result is a set, an estimate, or a sum that the order of its parts changes. */
const OPEN: ReadonlySet<string> = new Set([
  'VALUES',
  'MEDIAN',
  'MEDIAN_ABSOLUTE_DEVIATION',
  'PERCENTILE',
  'STD_DEV',
  'AVG',
  'WEIGHTED_AVG',
  'SUM',
]);
export const SUMS: ReadonlySet<string> = new Set([
  'SUM',
  'AVG',
  'STD_DEV',
  'WEIGHTED_AVG',
  'MEDIAN_ABSOLUTE_DEVIATION',
]);
const BY_AGGREGATE = [...Map.groupBy(AGGREGATE_CALLS, ({ name }) => name).values()];

function grouped(draw: Draw, standing: Standing): ReturnType<MakeCommand> {
  const scope = scopeOf(standing);
  const by = draw.chance(0.75) ? draw.times(1, 2, () => keyOf(draw, scope)) : [];
  const made = draw.times(1, 3, () => aggregated(draw, scope));
  const taken = new Set(by.map(({ name }) => name));
  const aggregates = made.map(({ item }, at) => ({ ...item, name: taken.has(`a${at}`) ? `b${at}` : `a${at}` }));
  const shownOnly = aggregates.filter((_, at) => made[at]?.open).map(({ name }) => name);
  return { commands: [{ kind: 'stats', aggregates, by, span }], shownOnly };
}

function aggregated(draw: Draw, scope: Scope): { readonly item: Aggregate; readonly open: boolean } {
  const where = draw.chance(0.2) ? conditionOf(draw, scope, 2) : null;
  if (draw.chance(0.2)) return { item: aggregate('', countAll(), where), open: false };
  const shape: CallShape = draw.pick(draw.pick(BY_AGGREGATE));
  const call = tamed(calling(draw, shape, scope, draw.chance(0.6) ? 1 : 2), shape);
  if (columnsOf(call).size === 0) return { item: aggregate('', countAll(), where), open: false };
  const open = OPEN.has(shape.name);
  return { item: aggregate('', open || draw.chance(0.7) ? call : wrapped(draw, call, shape), where), open };
}

/** Sums of doubles that are far apart depend on the order of the rows: `x % 1000.0` are not. */
function tamed(aggregated: Call, { name, takes }: CallShape): Call {
  if (!SUMS.has(name)) return aggregated;
  const args = aggregated.args.map((arg, at): Expr => {
    const thousand: Literal = { kind: 'literal', type: 'double', value: 1_000, span };
    return takes[at] === 'double' ? { kind: 'arithmetic', operands: [arg, thousand], ops: ['%'], span } : arg;
  });
  return { ...aggregated, args };
}

/** Whether an argument of a sum is bounded. */
export const isTamed = (node: Expr): boolean => node.kind === 'arithmetic' && node.ops.at(-1) === '%';

/** What may stand around an aggregate: a comparison with nothing, a text of it, a count of its values. */
function wrapped(draw: Draw, expr: Expr, { result }: CallShape): Expr {
  if (draw.chance(0.3)) return call('MV_COUNT', expr);
  if (draw.chance(0.5)) return { kind: 'is_null', negated: draw.chance(0.5), value: expr, span };
  return result === 'version' || result === 'date_nanos' ? call('COALESCE', expr, expr) : call('TO_STRING', expr);
}

function keyOf(draw: Draw, scope: Scope): Field {
  const dates = scope.columns.filter(({ type }) => type === 'date');
  if (dates.length > 0 && draw.chance(0.15))
    return field('k1', call('BUCKET', column(draw.pick(dates).name), durationOf(draw)));
  const numbers = scope.columns.filter(({ type }) => type === 'long' || type === 'integer');
  if (numbers.length > 0 && draw.chance(0.1))
    return field(
      'k2',
      call('BUCKET', column(draw.pick(numbers).name), {
        kind: 'literal',
        type: 'double',
        value: draw.pick([1, 10, 0.5]),
        span,
      }),
    );
  if (scope.columns.length > 0 && draw.chance(0.7)) return bare(draw.pick(scope.columns).name);
  return field('k', expressionOf(draw, drawnType(draw, scope), scope, 2));
}

function kept(draw: Draw, { columns }: Standing): ReturnType<MakeCommand> {
  if (columns.length === 0) return null;
  const names = draw.some(
    columns.map(({ name }) => name),
    1,
    6,
  );
  const patterns = names.map((name) => (draw.chance(0.15) ? wild(draw, name) : exactly(name)));
  return { commands: [{ kind: 'keep', patterns: draw.chance(0.1) ? [...patterns, wild(draw, '')] : patterns, span }] };
}

function dropped(draw: Draw, { columns }: Standing): ReturnType<MakeCommand> {
  if (columns.length < 2) return null;
  const names = draw.some(
    columns.map(({ name }) => name),
    1,
    Math.min(3, columns.length - 1),
  );
  return {
    commands: [
      {
        kind: 'drop',
        patterns: names.map((name) => (draw.chance(0.1) && name.length > 1 ? wild(draw, name) : exactly(name))),
        span,
      },
    ],
  };
}

const exactly = (name: string): NamePattern => ({ pieces: [name], name, wild: false, span });

/** A pattern that the name fits: it, cut somewhere. */
function wild(draw: Draw, name: string): NamePattern {
  const pieces = [name.slice(0, draw.int(name.length)), draw.chance(0.5) ? '' : name.slice(name.length - 1)];
  return { pieces, name: pieces.join('*'), wild: true, span };
}

function renamed(draw: Draw, standing: Standing): ReturnType<MakeCommand> {
  const free = standing.columns.filter(({ name }) => !standing.shownOnly.has(name));
  if (free.length === 0) return null;
  const renames = draw.some(free, 1, 2).map(({ name }) => ({ from: name, to: nameOf(draw, standing), span }));
  return { commands: [{ kind: 'rename', renames, span }] };
}

const key = (draw: Draw, expr: Expr): SortKey => ({
  expr,
  direction: draw.pick(['asc', 'desc'] as const),
  nulls: draw.pick(['first', 'last', null, null] as const),
  span,
});

function keysOf(draw: Draw, standing: Standing): readonly SortKey[] {
  const scope = scopeOf(standing);
  const sortable = scope.columns;
  return draw.times(1, 2, () =>
    key(
      draw,
      sortable.length > 0 && draw.chance(0.8)
        ? column(draw.pick(sortable).name)
        : expressionOf(draw, drawnType(draw, scope), scope, 2),
    ),
  );
}

function sorted(draw: Draw, standing: Standing): ReturnType<MakeCommand> {
  return { commands: [{ kind: 'sort', keys: keysOf(draw, standing), span }] };
}

/**
 * Rows that SORT does not tell apart come in any order, so a LIMIT follows a SORT that tells all apart. Not by longs: a
 * null and the smallest or largest of them tie on 8.19.21 where a LIMIT follows (known.txt).
 */
function limited(draw: Draw, standing: Standing): ReturnType<MakeCommand> {
  if (standing.unique === null) return null;
  const columns = scopeOf(standing).columns.filter(({ type }) => type !== 'long');
  const others = draw.some(columns, 0, 2).map(({ name }) => key(draw, column(name)));
  const keys = [...others, key(draw, column(standing.unique))];
  return { commands: [{ kind: 'sort', keys, span }, limit(draw.pick([0, 1, 3, 10, 50]))] };
}

function expanded(draw: Draw, { columns }: Standing): ReturnType<MakeCommand> {
  const several = columns.filter(({ several: known }) => known !== 'single');
  const choice = several.length > 0 && draw.chance(0.8) ? several : columns;
  if (choice.length === 0) return null;
  return { commands: [{ kind: 'mv_expand', column: { kind: 'column', name: draw.pick(choice).name, span }, span }] };
}

function textIn(draw: Draw, standing: Standing): Expr | null {
  const texts = scopeOf(standing).columns.filter(({ type }) => type === 'keyword' || type === 'text');
  return texts.length === 0 ? null : column(draw.pick(texts).name);
}

const DISSECTS = [
  '%{d1} %{d2}',
  '%{d1}=%{d2}&%{d3}',
  '%{d1}.%{d2}',
  '%{} %{d2}',
  '%{?no},%{d1}',
  '%{+d1} %{+d1}',
  '%{d1->} %{d2}',
  '%{d1}',
  'x%{d1}',
  '%{+d1/2} %{+d1/1}',
  '%{d1}:%{d.2}',
] as const;

function dissected(draw: Draw, standing: Standing): ReturnType<MakeCommand> {
  const input = textIn(draw, standing);
  if (input === null) return null;
  const pattern = draw.pick(DISSECTS);
  const appendSeparator = pattern.includes('+') && draw.chance(0.5) ? draw.pick(['-', '', ', ']) : null;
  return { commands: [{ kind: 'dissect', input, pattern, appendSeparator, span }] };
}

const GROKS = [
  '%{WORD:g1}',
  '%{INT:g1}',
  '%{NOTSPACE:g1} %{NOTSPACE:g2}',
  '%{IP:g1}',
  '%{DATA:g1}=%{GREEDYDATA:g2}',
  '(?<g1>[a-z]+)',
  '%{WORD:g1} %{WORD:g1}',
  '%{WORD} %{WORD:g2}',
  '%{TIMESTAMP_ISO8601:g1}',
  '%{USERNAME:g1}@%{HOSTNAME:g2}',
  '\\[%{DATA:g1}\\]',
  '^%{GREEDYDATA:g1}$',
  '%{LOGLEVEL:g1}',
  '%{IPORHOST:g1}',
] as const;

function grokked(draw: Draw, standing: Standing): ReturnType<MakeCommand> {
  const input = textIn(draw, standing);
  return input === null ? null : { commands: [{ kind: 'grok', input, patterns: draw.some(GROKS, 1, 2), span }] };
}

function joined(_draw: Draw, { lookup, columns }: Standing): ReturnType<MakeCommand> {
  const fits = columns.some(({ name, type }) => name === lookup?.key && (type === 'keyword' || type === 'text'));
  if (lookup === null || !fits) return null;
  return {
    commands: [{ kind: 'lookup_join', index: lookup.index, on: [{ kind: 'column', name: lookup.key, span }], span }],
  };
}
