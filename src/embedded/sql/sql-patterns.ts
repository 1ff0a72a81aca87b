import type { Like } from '../../query/syntax/ast.ts';
import { likePieces } from '../../query/values/like.ts';
import type { LikePiece } from '../../query/values/like.ts';
import { matcherOf } from '../../query/evaluate/read-typed.ts';
import { parseRlike } from '../../query/values/rlike.ts';
import type { RegexNode } from '../../query/values/rlike.ts';
import type { SqlContext, SqlValue } from './functions/port.ts';
import { toRe2 } from './re2.ts';
import { plain } from './sql-types.ts';

/**
 * LIKE and RLIKE on a plain text. One pattern that matches anything is IS NOT NULL in Elasticsearch, so that its NOT
 * selects nulls.
 */
export function patternSql(expr: Like, whole: SqlValue, value: SqlValue, context: SqlContext): SqlValue {
  const patterns = expr.patterns.map((pattern) => String(pattern.value));
  const [only = ''] = patterns;
  if (patterns.length === 1 && matcherOf(expr.kind, only).total)
    return plain(`(${whole.sql} IS ${expr.negated ? '' : 'NOT '}NULL)`, 'boolean');
  const tests = patterns.map((pattern) =>
    expr.kind === 'like' ? likeSql(pattern, value.sql, context) : rlikeSql(pattern, value.sql, context),
  );
  const any = tests.length === 1 ? (tests[0] ?? '') : `(${tests.join(' OR ')})`;
  return plain(expr.negated ? `(NOT ${any})` : any, 'boolean');
}

/** Any one character. */
const ANY: RegexNode = { kind: 'chars', ranges: [[0, 0x10ffff]] };

/** By `=` and by prefix, suffix or inner text where that is all there is: those are searched faster than a pattern. */
function likeSql(pattern: string, sql: string, context: SqlContext): string {
  const pieces = likePieces(pattern) ?? [];
  const text = (part: readonly LikePiece[]) =>
    part.map((piece) => (typeof piece === 'object' ? piece.char : '')).join('');
  const param = (part: readonly LikePiece[]) => context.param(text(part), 'keyword');
  const isRun = (at: number) => pieces.at(at) === 'run';
  const inner = pieces.slice(isRun(0) ? 1 : 0, isRun(-1) && pieces.length > 1 ? -1 : undefined);
  if (pieces.length === 0) return `(CASE WHEN ${sql} IS NOT NULL THEN false END)`;
  if (pieces.filter((piece) => piece === 'run').length > 1 && inner.includes('run'))
    return likeRegexSql(pattern, pieces, sql, context);
  if (inner.some((piece) => typeof piece === 'string'))
    return `(${sql} LIKE ${context.param(likePattern(pieces), 'keyword')} ESCAPE '\\')`;
  if (isRun(0)) return isRun(-1) ? `contains(${sql}, ${param(inner)})` : `ends_with(${sql}, ${param(inner)})`;
  return isRun(-1) ? `starts_with(${sql}, ${param(inner)})` : `(${sql} = ${param(inner)})`;
}

/**
 * With several runs DuckDB's LIKE tries each place for each of them: `*a*b*` over 30,000 letters takes a second, 20 runs
 * for ever, and no interrupt ends it. RE2 and our automaton are done after one pass.
 */
function likeRegexSql(pattern: string, pieces: readonly LikePiece[], sql: string, context: SqlContext): string {
  const re2 = toRe2({ kind: 'concat', parts: pieces.map(nodeOf) });
  if (re2 === null) return context.textTest(`like ${pattern}`, matcherOf('like', pattern).matches, sql);
  return `regexp_full_match(${sql}, ${context.param(re2, 'keyword')}, 's')`;
}

function nodeOf(piece: LikePiece): RegexNode {
  if (piece === 'run') return { kind: 'repeat', part: ANY, min: 0, max: null };
  const point = piece === 'one' ? 0 : (piece.char.codePointAt(0) ?? 0);
  return piece === 'one' ? ANY : { kind: 'chars', ranges: [[point, point]] };
}

function likePattern(pieces: readonly LikePiece[]): string {
  return pieces
    .map((piece) => (piece === 'run' ? '%' : piece === 'one' ? '_' : piece.char.replace(/[%_\\]/, '\\$&')))
    .join('');
}

/** RE2 where it has the pattern, which is 10 times faster, else our own automaton. */
function rlikeSql(pattern: string, sql: string, context: SqlContext): string {
  const tree = parseRlike(pattern);
  const re2 = typeof tree === 'string' ? null : toRe2(tree);
  if (re2 !== null) return `regexp_full_match(${sql}, ${context.param(re2, 'keyword')}, 's')`;
  return context.textTest(`rlike ${pattern}`, matcherOf('rlike', pattern).matches, sql);
}
