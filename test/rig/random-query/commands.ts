// One further command for columns that are known.
import type { Expr, Field, NamePattern, SortKey } from '../../../src/query/syntax/ast.ts';
import { column, field, limit } from '../../../src/query/syntax/build.ts';
import { printExpr } from '../../../src/query/syntax/print-expression.ts';
import { INEXACT_CALLS } from './calls.ts';
import type { Draw } from './draw.ts';
import { calling, conditionOf, drawnType, expressionOf } from './expression.ts';
import { scopeOf, type MakeCommand, type Standing } from './standing.ts';
import { grouped } from './stats.ts';

const span = { start: 0, end: 0 };
const DEPTH = 3;

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
