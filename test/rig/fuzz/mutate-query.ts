// Queries that were right once: words dropped, doubled, swapped, put in, pipelines spliced, literals at their ends,
// nesting and lists beyond measure, brackets left open, characters that have no business in a query.
import { functionNames } from '../../../src/query/functions/registry.ts';
import type { Draw } from './draw.ts';

const TOKEN =
  /\s*(?:"""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*"|`[^`]*`|\/\/[^\n]*|\d+(?:\.\d+)?|\?*[A-Za-z_@][\w@]*(?:\.[\w@]+)*|==|!=|<=|>=|::|\S)/gu;

/** Pieces of a query, each with the blanks before it; joined they are the query. */
export function piecesOf(esql: string): readonly string[] {
  return esql.match(TOKEN) ?? [];
}

const WORDS: readonly string[] = [
  'FROM adv',
  'METADATA _id, _source',
  'ROW',
  'WHERE',
  'EVAL',
  'STATS',
  'BY',
  'KEEP',
  'DROP',
  'RENAME',
  'AS',
  'SORT',
  'LIMIT',
  'MV_EXPAND',
  'DISSECT',
  'GROK',
  'LOOKUP JOIN lookup ON id',
  'ENRICH',
  'INLINESTATS',
  'FORK',
  'CHANGE_POINT',
  'AND',
  'OR',
  'NOT',
  'IN',
  'LIKE',
  'RLIKE',
  'IS NULL',
  'IS NOT NULL',
  'ASC',
  'DESC',
  'NULLS FIRST',
  'ON',
  'WITH',
  '|',
  ',',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  '==',
  '!=',
  '<',
  '=',
  ':',
  '::long',
  '::ip',
  '::datetime',
  '+',
  '-',
  '*',
  '%',
  '/',
  '.',
  '?',
  '??',
  '"',
  '`',
  '"""',
  '//',
  '/*',
  '*/',
  ';',
  '\\',
  '| |',
  '*',
  'adv*',
  '-adv',
  'adv::data',
  'id',
  'kw',
  'message',
  'tags',
  'n',
  'ns',
  'big',
  'd',
  'ds',
  'b',
  'bs',
  'source.ip',
  'host.ip',
  '@timestamp',
  'items.*',
  'file.mtime',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '_source',
  '_score',
  '_index',
  'unknown.field',
];

const LITERALS: readonly string[] = [
  '0',
  '-0',
  '1',
  '-1',
  '2147483648',
  '9223372036854775807',
  '9223372036854775808',
  '-9223372036854775808',
  '18446744073709551615',
  '18446744073709551616',
  '99999999999999999999999999',
  '1e308',
  '1e-320',
  '1e400',
  '-1e400',
  '0.1',
  'null',
  'true',
  '[]',
  '[1, 2]',
  '["a", null]',
  '[null]',
  '1 day',
  '999999999 years',
  '-1 hour',
  '0 seconds',
  '1 eon',
  '""',
  '" "',
  '"%{"',
  '"%{a}"',
  '"%{WORD:a:int}"',
  '"(a+)+$"',
  '"["',
  '"(?<"',
  '"\\\\"',
  '"*"',
  '"?*?*?*"',
  '"^.*$"',
  '"(.*)(.*)(.*)(.*)(.*)x"',
  '"(?i)a|b|(c|d)*e"',
  '"2026-02-30"',
  '"2026-11-01T00:00:00Z"',
  '"+999999-01-01"',
  '"1.2.3.4"',
  '"::ffff:1.2.3.4"',
  '"0.0.0.0/0"',
  '"::/0"',
  '"10.0.0.0/33"',
  '"[[:alpha:]]"',
  '"{{{{"',
  '"]] && [["',
  '"asc"',
  '"UTC"',
  '"yyyy-MM-dd\'T\'HH:mm"',
  '"G"',
  '"x\'"',
  '"Europe/Copenhagen"',
  '"$.a[0]"',
  '"__proto__"',
  '"\\u0000"',
  '"😀"',
  '"é"',
  '?a',
  '??b',
  '?1',
  '*',
  'NOW()',
  '{"a": 1}',
  `"${'a'.repeat(10_000)}"`,
  `"${'%{WORD}'.repeat(300)}"`,
  `"${'a?'.repeat(60)}${'a'.repeat(60)}"`,
  `"${'(a|b'.repeat(400)}"`,
  `"${'*a'.repeat(500)}"`,
  `"a{1,1000}{1,1000}"`,
];

const STRANGE: readonly string[] = [
  '\u0000',
  '\u0001',
  '\u001B[31m',
  '\u007F',
  '\u0085',
  '\u00A0',
  '\u200B',
  '\u2028',
  '\u202E',
  '\uFEFF',
  '\uFFFD',
  '\uD800',
  '\uDC00',
  '😀',
  'é',
  'İ',
  'ß',
  'ﬀ',
  '＝',
  '“',
  '٣',
  'ｋｗ',
  '\r',
  '\t',
  '\n',
  '\\u{110000}',
  '\u{10FFFF}',
];

const WRAPS: readonly (readonly [string, string])[] = [
  ['(', ')'],
  ['NOT (', ')'],
  ['-(', ')'],
  ['[', ']'],
  ['CASE(b, ', ', 1)'],
  ['COALESCE(', ', null)'],
  ['CONCAT(', ', kw)'],
  ['ABS(', ')'],
  ['TO_STRING(', ')'],
  ['TO_LOWER(', ')'],
  ['MV_APPEND(', ', tags)'],
  ['MV_DEDUPE(', ')'],
  ['(1 + ', ')'],
  ['(', '::string)'],
  ['(b AND ', ' OR b)'],
  ['REPLACE(', ', "a", "b")'],
  ['REPEAT(', ', 1000)'],
];
const DEPTHS = [2, 5, 20, 60, 110, 300, 1_000] as const;
const LENGTHS = [3, 30, 300, 3_000] as const;

type Mutation = (pieces: readonly string[], draw: Draw, other: readonly string[]) => readonly string[];

const FUNCTIONS = [...functionNames()];

/** `count` pieces from `at` in place of which stand others. */
function replaced(pieces: readonly string[], at: number, count: number, ...others: readonly string[]): string[] {
  return [...pieces.slice(0, at), ...others, ...pieces.slice(at + count)];
}

function isLiteral(piece: string): boolean {
  return /^\s*(?:"|\d|null|true|false)/i.test(piece);
}

function somewhere(pieces: readonly string[], draw: Draw, wanted: (piece: string) => boolean): number {
  const places = pieces.flatMap((piece, at) => (wanted(piece) ? [at] : []));
  return places.length === 0 ? draw.below(pieces.length) : draw.pick(places);
}

function run(draw: Draw, left: number): number {
  return Math.min(left, draw.chance(0.7) ? 1 : 1 + draw.below(6));
}

function inserted(draw: Draw): string {
  const kind = draw.below(4);
  if (kind === 0) return ` ${draw.pick(FUNCTIONS)}(`;
  return kind === 1 ? ` ${draw.pick(LITERALS)}` : ` ${draw.pick(WORDS)}`;
}

/** Elements of a list as long as asked, all different. */
function longList(piece: string, length: number): string {
  const text = /^\s*"/.test(piece);
  return Array.from({ length }, (_, at) => (text ? `"a${at}"` : `${at}`)).join(', ');
}

function stagesOf(pieces: readonly string[]): string[] {
  return pieces.join('').split('|');
}

function otherLiteral(pieces: readonly string[], draw: Draw): readonly string[] {
  return replaced(pieces, somewhere(pieces, draw, isLiteral), 1, ` ${draw.pick(LITERALS)}`);
}

const MUTATIONS: readonly Mutation[] = [
  (pieces, draw) => {
    const at = draw.below(pieces.length);
    return replaced(pieces, at, run(draw, pieces.length - at));
  },
  (pieces, draw) => {
    const at = draw.below(pieces.length);
    const some = pieces.slice(at, at + run(draw, pieces.length - at));
    return replaced(pieces, at, 0, ...some);
  },
  (pieces, draw) => {
    const [a, b] = [draw.below(pieces.length), draw.below(pieces.length)];
    return replaced(replaced(pieces, a, 1, pieces[b]!), b, 1, pieces[a]!);
  },
  (pieces, draw) => replaced(pieces, draw.below(pieces.length), draw.below(2), inserted(draw)),
  otherLiteral,
  (pieces, draw, other) => {
    const [head, tail] = [stagesOf(pieces), stagesOf(other)];
    const stages = [...head.slice(0, 1 + draw.below(head.length)), ...tail.slice(draw.chance(0.8) ? 1 : 0)];
    return piecesOf(stages.join('|'));
  },
  (pieces, draw, other) => [...pieces.slice(0, draw.below(pieces.length)), ...other.slice(draw.below(other.length))],
  (pieces, draw) => {
    const stages = stagesOf(pieces);
    const stage = 1 + draw.below(Math.max(1, stages.length - 1));
    const again = Array.from({ length: draw.pick([2, 10, 60]) }, () => stages[stage] ?? ' LIMIT 5');
    return piecesOf([...stages.slice(0, stage), ...again, ...stages.slice(stage)].join('|'));
  },
  (pieces, draw) => {
    const [[open, close], depth, at] = [draw.pick(WRAPS), draw.pick(DEPTHS), draw.below(pieces.length)];
    const last = draw.chance(0.1) ? depth - 1 : depth;
    return replaced(pieces, at, 1, ` ${open.repeat(depth)}${pieces[at]}${close.repeat(last)}`);
  },
  (pieces, draw) => {
    const at = somewhere(pieces, draw, isLiteral);
    return replaced(pieces, at, 1, ` ${longList(pieces[at]!, draw.pick(LENGTHS))}`);
  },
  (pieces, draw) => {
    const at = somewhere(pieces, draw, (piece) => /[()[\]"]$/.test(piece));
    return draw.chance(0.5) ? replaced(pieces, at, 1) : replaced(pieces, at, 1, pieces[at]!.slice(0, -1));
  },
  (pieces, draw) => {
    const at = draw.below(pieces.length);
    const [piece, cut] = [pieces[at]!, draw.below(pieces[at]!.length + 1)];
    return replaced(pieces, at, 1, piece.slice(0, cut) + draw.pick(STRANGE) + piece.slice(cut));
  },
];

/** One query of another, by one to five mutations; `other` is what splices take from. */
export function mutateQuery(esql: string, other: string, draw: Draw): string {
  let pieces = piecesOf(esql);
  if (draw.chance(0.3)) return otherLiteral(pieces, draw).join('');
  const others = piecesOf(other);
  for (let times = draw.pick([1, 1, 1, 2, 2, 3, 5]); times > 0 && pieces.length > 0; times--)
    pieces = draw.pick(MUTATIONS)(pieces, draw, others);
  return pieces.join('');
}
