// Arbitrary ES|QL trees as the parser can make them: every node kind and every command. Their places are all zero, so
// compare with `sameTree` or `withoutSpans`.
import * as fc from 'fast-check';
import type {
  Aggregate,
  ArrayLiteral,
  Command,
  Expr,
  Field,
  Literal,
  NamePattern,
  Query,
} from '../../src/query/syntax/ast.ts';
import { printExpr } from '../../src/query/syntax/print-expression.ts';

const span = { start: 0, end: 0 };

/** Any well-formed text, with what quoting must get right more often than chance would give it. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.string({
    unit: fc.constantFrom('"', '\\', '\n', '\r', '\t', '`', '*', '.', '/', '|', 'a', '?', ' '),
    maxLength: 8,
  }),
);

const columnName = fc.oneof(
  fc.constantFrom(
    'a',
    'host.name',
    '@timestamp',
    'source.as.number',
    'first',
    'Esql.@timestamp.min',
    'count(*)',
    '_id',
    'x..y',
    'null',
  ),
  anyText.filter((name) => name !== ''),
);
const identifier = fc.stringMatching(/^[a-z][a-z0-9_]{0,6}$/);

const keyword = anyText.map((value): Literal => ({ kind: 'literal', type: 'keyword', value, span }));
const bool = fc.boolean().map((value): Literal => ({ kind: 'literal', type: 'boolean', value, span }));
const nothing = fc.constant<Literal>({ kind: 'literal', type: 'null', value: null, span });

function whole(type: 'integer' | 'long' | 'unsigned_long', min: bigint, max: bigint): fc.Arbitrary<Literal> {
  return fc.bigInt({ min, max }).map((value) => ({ kind: 'literal', type, value: exact(value), span }));
}

function exact(value: bigint): number | bigint {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

const double = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .map((value): Literal => ({ kind: 'literal', type: 'double', value, span }));
const number = fc.oneof(
  whole('integer', -(2n ** 31n), 2n ** 31n - 1n),
  whole('long', 2n ** 31n, 2n ** 63n - 1n),
  whole('long', -(2n ** 63n), -(2n ** 31n) - 1n),
  whole('unsigned_long', 2n ** 63n, 2n ** 64n - 1n),
  double,
);
const literal = fc.oneof(keyword, bool, number);

const duration = fc.record({
  kind: fc.constant('duration' as const),
  amount: fc.integer({ min: -1000, max: 1000 }),
  unit: fc.constantFrom('millisecond', 'second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'),
  span: fc.constant(span),
});
const array = fc
  .oneof(...[keyword, bool, number].map((item) => fc.array(item, { minLength: 1, maxLength: 3 })))
  .map((items): ArrayLiteral => ({ kind: 'array', items, span }));
const map = fc.record({
  kind: fc.constant('map' as const),
  entries: fc.uniqueArray(
    fc.record({ key: anyText.filter((key) => key.trim() !== ''), value: fc.oneof(literal, array) }),
    {
      selector: ({ key }) => key,
      minLength: 1,
      maxLength: 3,
    },
  ),
  span: fc.constant(span),
});
const param = fc.record({
  kind: fc.constant('param' as const),
  name: fc.oneof(fc.constant(''), identifier, fc.nat({ max: 9 }).map(String)),
  style: fc.constantFrom('value', 'identifier'),
  span: fc.constant(span),
});
const valueParam = param.map((node) => ({ ...node, style: 'value' as const }));
const column = columnName.map((name) => ({ kind: 'column' as const, name, span }));
const negated = fc.boolean();

function operandsOf(expr: fc.Arbitrary<Expr>): fc.Arbitrary<Expr[]> {
  return fc.array(expr, { minLength: 2, maxLength: 4 });
}

function logicalOf(expr: fc.Arbitrary<Expr>): fc.Arbitrary<Expr> {
  return fc
    .constantFrom('and' as const, 'or' as const)
    .chain((kind) =>
      operandsOf(expr.filter((operand) => operand.kind !== kind)).map((operands): Expr => ({ kind, operands, span })),
    );
}

function arithmeticOf(expr: fc.Arbitrary<Expr>): fc.Arbitrary<Expr> {
  const level = fc.constantFrom(['+', '-'] as const, ['*', '/', '%'] as const);
  return fc
    .tuple(operandsOf(expr), level)
    .chain(([operands, symbols]) =>
      fc
        .array(fc.constantFrom(...symbols), { minLength: operands.length - 1, maxLength: operands.length - 1 })
        .map((ops): Expr => ({ kind: 'arithmetic', operands, ops, span })),
    );
}

function compareOf(expr: fc.Arbitrary<Expr>): fc.Arbitrary<Expr> {
  const side = expr.filter((node) => node.kind !== 'literal' || node.type !== 'null');
  const op = fc.constantFrom('==' as const, '!=' as const, '<' as const, '<=' as const, '>' as const, '>=' as const);
  return fc.tuple(op, side, side).map(([op, left, right]) => ({ kind: 'compare', op, left, right, span }));
}

function callOf(expr: fc.Arbitrary<Expr>): fc.Arbitrary<Expr> {
  const name = fc.constantFrom('COUNT', 'CASE', 'TO_LOWER', 'FIRST', 'LAST', 'CIDR_MATCH');
  const star = fc.constant<Expr[]>([{ kind: 'star', span }]);
  const plain = fc.array(expr, { maxLength: 3 });
  const withOptions = fc
    .tuple(fc.array(expr, { minLength: 1, maxLength: 2 }), map)
    .map(([args, options]): Expr[] => [...args, options]);
  return fc.tuple(name, fc.oneof(plain, star, withOptions)).map(([name, args]) => ({ kind: 'call', name, args, span }));
}

function likeOf(expr: fc.Arbitrary<Expr>): fc.Arbitrary<Expr> {
  const like = fc.record({
    kind: fc.constant('like' as const),
    patterns: fc.array(keyword, { minLength: 1, maxLength: 3 }),
  });
  const rlike = fc.record({ kind: fc.constant('rlike' as const), patterns: keyword.map((pattern) => [pattern]) });
  return fc
    .tuple(fc.oneof(like, rlike), negated, expr)
    .map(([like, negated, value]) => ({ ...like, negated, value, span }));
}

/** An expression of every kind; `star` and `map` only where the grammar has them. */
export const arbitraryExpr: fc.Arbitrary<Expr> = fc.letrec<{ expr: Expr }>((tie) => {
  const expr = tie('expr');
  const leaves = [literal, nothing, duration, array, param, column] as const;
  return {
    expr: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.oneof<fc.Arbitrary<Expr>[]>(...leaves),
      fc
        .tuple(fc.constantFrom('-' as const, '+' as const), expr)
        .map(([op, operand]): Expr => ({ kind: 'sign', op, operand, span })),
      arithmeticOf(expr),
      compareOf(expr),
      logicalOf(expr),
      expr.map((operand): Expr => ({ kind: 'not', operand, span })),
      fc
        .tuple(negated, expr, fc.array(expr, { minLength: 1, maxLength: 3 }))
        .filter(([, , [only, ...others]]) => others.length > 0 || only?.kind !== 'literal' || only.type !== 'null')
        .map(([negated, value, list]): Expr => ({ kind: 'in', negated, value, list, span })),
      likeOf(expr),
      fc.tuple(negated, expr).map(([negated, value]): Expr => ({ kind: 'is_null', negated, value, span })),
      fc
        .tuple(column, fc.oneof(literal, nothing, valueParam))
        .map(([field, query]): Expr => ({ kind: 'match', field, query, span })),
      fc.tuple(expr, identifier).map(([value, type]): Expr => ({ kind: 'cast', value, type, span })),
      callOf(expr),
    ),
  };
}).expr;

/** A field with a name, or one that its own text names. */
const field = fc
  .tuple(arbitraryExpr, fc.option(columnName))
  .map(([expr, name]): Field => ({ expr, name: name ?? printExpr(expr), named: name !== null, span }));

const groupKey = field.map((key): Field =>
  !key.named && key.expr.kind === 'column' ? { ...key, name: key.expr.name } : key,
);

const aggregate = fc.tuple(field, fc.option(arbitraryExpr)).map(([field, where]): Aggregate => {
  const text = where === null ? printExpr(field.expr) : `${printExpr(field.expr)} WHERE ${printExpr(where)}`;
  return { ...field, where, name: field.named ? field.name : text };
});

const pattern = fc
  .oneof(
    columnName.map((name) => [name]),
    fc.array(fc.oneof(anyText, fc.constantFrom('', 'Esql.', '.x', 'a')), { minLength: 2, maxLength: 3 }),
  )
  .map((pieces): NamePattern => ({ pieces, name: pieces.join('*'), wild: pieces.length > 1, span }));

const indexName = fc.stringMatching(/^[a-z][a-z0-9._-]{0,8}$/).filter((name) => !/^(?:on|with|metadata)$/.test(name));
const source = fc
  .oneof(
    indexName,
    fc.constantFrom('logs-*', '-logs-old', 'eu:logs-*', '<logs-{now/d}>', 'metadata', 'a,b', 'x::failures'),
    anyText,
  )
  .filter((name) => name.trim() !== '')
  .map((pattern) => ({ pattern, span }));

const list = <T>(item: fc.Arbitrary<T>, minLength = 1): fc.Arbitrary<T[]> =>
  fc.array(item, { minLength, maxLength: 3 });
const kind = <K extends Command['kind']>(name: K): fc.Arbitrary<K> => fc.constant(name);
const here = fc.constant(span);

const from = fc.record({
  kind: kind('from'),
  sources: list(source),
  metadata: fc.uniqueArray(fc.constantFrom('_id', '_index', '_source')),
  span: here,
});
const row = fc.record({ kind: kind('row'), fields: list(field), span: here });

const stats = fc
  .record({ kind: kind('stats'), aggregates: list(aggregate, 0), by: list(groupKey, 0), span: here })
  .filter(({ aggregates, by }) => aggregates.length + by.length > 0);

const sortKey = fc.record({
  expr: arbitraryExpr,
  direction: fc.constantFrom('asc' as const, 'desc' as const),
  nulls: fc.constantFrom('first' as const, 'last' as const, null),
  span: here,
});

const count = fc.nat().map((value): Literal => ({ kind: 'literal', type: 'integer', value, span }));
const share = fc
  .constantFrom(0.5, 0.001, 0.999)
  .map((value): Literal => ({ kind: 'literal', type: 'double', value, span }));

/** A stage that may follow the first. */
export const arbitraryCommand: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ kind: kind('where'), condition: arbitraryExpr, span: here }),
  fc.record({ kind: kind('eval'), fields: list(field), span: here }),
  stats,
  fc.record({ kind: kind('keep'), patterns: list(pattern), span: here }),
  fc.record({ kind: kind('drop'), patterns: list(pattern), span: here }),
  fc.record({
    kind: kind('rename'),
    renames: list(fc.record({ from: columnName, to: columnName, span: here })),
    span: here,
  }),
  fc.record({ kind: kind('sort'), keys: list(sortKey), span: here }),
  fc.record({ kind: kind('limit'), count: fc.oneof(count, valueParam), span: here }),
  fc.record({
    kind: kind('dissect'),
    input: arbitraryExpr,
    pattern: anyText,
    appendSeparator: fc.option(anyText),
    span: here,
  }),
  fc.record({ kind: kind('grok'), input: arbitraryExpr, patterns: anyText.map((text) => [text]), span: here }),
  fc.record({ kind: kind('mv_expand'), column, span: here }),
  fc.record({ kind: kind('lookup_join'), index: indexName, on: list(column), span: here }),
  fc.record({ kind: kind('sample'), probability: fc.oneof(share, valueParam), span: here }),
  fc.record({
    kind: kind('enrich'),
    policy: indexName,
    on: fc.option(columnName),
    with: list(fc.record({ name: fc.option(columnName), field: columnName }), 0),
    span: here,
  }),
);

/** A whole query: FROM or ROW, and up to five stages. */
export const arbitraryQuery: fc.Arbitrary<Query> = fc
  .tuple(fc.oneof(from, row), fc.array(arbitraryCommand, { maxLength: 5 }))
  .map(([first, rest]) => ({ commands: [first, ...rest], span }));
