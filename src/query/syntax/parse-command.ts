// One stage, by its command.
import type { Command, Dissect, Grok, Limit, Rename, Sample, Sort, SortKey, Stats } from './ast.ts';
import { refusalOf } from './command-words.ts';
import type { Cursor } from './cursor.ts';
import { parseConstant, parseValueParam } from './parse-constant.ts';
import { parseExpr, parsePrimary } from './parse-expression.ts';
import { parseAggregate, parseField, parseGroupKey } from './parse-field.ts';
import { parsePattern, parsePlainName } from './parse-name.ts';
import { parseEnrich, parseFrom, parseLookupJoin } from './parse-source.ts';

/** Reads what follows the command's word; `start` is where that word stands. */
type ReadStage = (cursor: Cursor, start: number) => Command;

/** By the first word of the stage, in upper case. */
const READERS: ReadonlyMap<string, ReadStage> = new Map<string, ReadStage>([
  ['FROM', parseFrom],
  ['ROW', (cursor, start) => ({ kind: 'row', fields: cursor.list(parseField), span: cursor.spanFrom(start) })],
  ['WHERE', (cursor, start) => ({ kind: 'where', condition: parseExpr(cursor), span: cursor.spanFrom(start) })],
  ['EVAL', (cursor, start) => ({ kind: 'eval', fields: cursor.list(parseField), span: cursor.spanFrom(start) })],
  ['STATS', parseStats],
  ['KEEP', (cursor, start) => ({ kind: 'keep', patterns: cursor.list(parsePattern), span: cursor.spanFrom(start) })],
  ['DROP', (cursor, start) => ({ kind: 'drop', patterns: cursor.list(parsePattern), span: cursor.spanFrom(start) })],
  ['RENAME', parseRename],
  ['SORT', parseSort],
  ['LIMIT', parseLimit],
  ['DISSECT', parseDissect],
  ['GROK', parseGrok],
  ['MV_EXPAND', parseMvExpand],
  ['LOOKUP', parseLookupJoin],
  ['SAMPLE', parseSample],
  ['ENRICH', parseEnrich],
]);

const SOURCE_COMMANDS = ['from', 'row'];

/** The command of one stage; `first` says whether it begins the query, where rows come from. */
export function parseCommand(cursor: Cursor, first: boolean): Command {
  const { kind, text, span } = cursor.current;
  if (kind === 'end') throw emptyStage(cursor, first);
  if (kind !== 'word') throw cursor.unexpected('a command');
  const read = READERS.get(text.toUpperCase());
  if (read === undefined) throw refused(cursor);
  checkPosition(cursor, first);
  cursor.take();
  const command = read(cursor, span.start);
  cursor.expectEnd();
  return command;
}

/** Whether a stage may begin with this word. */
export function isCommand(word: string): boolean {
  return READERS.has(word.toUpperCase());
}

function refused(cursor: Cursor): Error {
  const { rule, message, hint } = refusalOf(cursor.current.text.toUpperCase());
  return cursor.stop(rule, message, hint);
}

function checkPosition(cursor: Cursor, first: boolean): void {
  const { text } = cursor.current;
  const isSource = SOURCE_COMMANDS.includes(text.toLowerCase());
  if (isSource && !first) {
    throw cursor.stop(
      'misplaced-source',
      `${text.toUpperCase()} stands inside a query`,
      'It can only come first; name several indices with commas',
    );
  }
  if (!isSource && first) {
    throw cursor.stop(
      'missing-source',
      `The query starts with ${text.toUpperCase()}, which has no rows to work on`,
      'Start with FROM index',
    );
  }
}

function emptyStage(cursor: Cursor, first: boolean): Error {
  return first && cursor.text.trim() === ''
    ? cursor.stop('empty-query', 'The query is empty', 'Start with FROM index')
    : cursor.stop('empty-stage', 'A stage is empty', 'Write a command here, or remove the |');
}

/** `STATS aggregate, … BY key, …`; one half may be absent. */
function parseStats(cursor: Cursor, start: number): Stats {
  const aggregates = cursor.isWord('BY') || cursor.atEnd ? [] : cursor.list(parseAggregate);
  const by = cursor.acceptWord('BY') ? cursor.list(parseGroupKey) : [];
  if (aggregates.length + by.length === 0) throw cursor.unexpected('an aggregate or BY');
  return { kind: 'stats', aggregates, by, span: cursor.spanFrom(start) };
}

function parseRename(cursor: Cursor, start: number): Rename {
  return { kind: 'rename', renames: cursor.list(parseRenaming), span: cursor.spanFrom(start) };
}

/** `old AS new` or `new = old`. */
function parseRenaming(cursor: Cursor): Rename['renames'][number] {
  const { start } = cursor.current.span;
  const first = parsePlainName(cursor).name;
  const assigns = cursor.acceptSymbol('=');
  if (!assigns) cursor.expectWord('AS');
  const second = parsePlainName(cursor).name;
  const span = cursor.spanFrom(start);
  return assigns ? { from: second, to: first, span } : { from: first, to: second, span };
}

function parseSort(cursor: Cursor, start: number): Sort {
  return { kind: 'sort', keys: cursor.list(parseSortKey), span: cursor.spanFrom(start) };
}

/** `expression ASC|DESC NULLS FIRST|LAST`. */
function parseSortKey(cursor: Cursor): SortKey {
  const { start } = cursor.current.span;
  const expr = parseExpr(cursor);
  const descends = cursor.acceptWord('DESC');
  if (!descends) cursor.acceptWord('ASC');
  const nulls = cursor.acceptWord('NULLS') ? parseNulls(cursor) : null;
  return { expr, direction: descends ? 'desc' : 'asc', nulls, span: cursor.spanFrom(start) };
}

function parseNulls(cursor: Cursor): 'first' | 'last' {
  if (cursor.acceptWord('FIRST')) return 'first';
  cursor.expectWord('LAST');
  return 'last';
}

/** `LIMIT n`: a whole number that fits an integer, or a parameter. */
function parseLimit(cursor: Cursor, start: number): Limit {
  const at = cursor.current.span;
  const count = parseValueParam(cursor) ?? parseConstant(cursor);
  const isCount =
    count?.kind === 'param' || (count?.kind === 'literal' && count.type === 'integer' && Number(count.value) >= 0);
  if (!isCount)
    throw cursor.stop('bad-limit', 'LIMIT takes a whole number of rows', 'Write LIMIT 100', count?.span ?? at);
  if (cursor.isWord('BY')) {
    const hint = 'Use STATS … BY with TOP';
    throw cursor.stop(
      'needs-newer-version',
      'LIMIT … BY needs Elasticsearch 9.4, and stored hunts run on 8.19 too',
      hint,
    );
  }
  return { kind: 'limit', count, span: cursor.spanFrom(start) };
}

function parseSample(cursor: Cursor, start: number): Sample {
  const at = cursor.current.span;
  const probability = parseValueParam(cursor) ?? parseConstant(cursor);
  const isShare =
    probability?.kind === 'param' || (probability?.kind === 'literal' && isBetween0And1(probability.value));
  if (!isShare) {
    throw cursor.stop(
      'bad-sample',
      'SAMPLE takes a number between 0 and 1, without either',
      'Write SAMPLE 0.1',
      probability?.span ?? at,
    );
  }
  return { kind: 'sample', probability, span: cursor.spanFrom(start) };
}

function isBetween0And1(value: unknown): boolean {
  return typeof value === 'number' && value > 0 && value < 1;
}

/** `DISSECT input "pattern" APPEND_SEPARATOR="text"`. */
function parseDissect(cursor: Cursor, start: number): Dissect {
  const input = parsePrimary(cursor);
  const pattern = cursor.expect('string', 'a pattern in double quotes').value;
  const appendSeparator = cursor.acceptWord('APPEND_SEPARATOR') ? parseSeparator(cursor) : null;
  return { kind: 'dissect', input, pattern, appendSeparator, span: cursor.spanFrom(start) };
}

function parseSeparator(cursor: Cursor): string {
  cursor.expectSymbol('=');
  return cursor.expect('string', 'a separator in double quotes').value;
}

function parseGrok(cursor: Cursor, start: number): Grok {
  const input = parsePrimary(cursor);
  const pattern = cursor.expect('string', 'a pattern in double quotes').value;
  if (cursor.isSymbol(',')) {
    const hint = 'Write one pattern with (?:a|b), or several hunts';
    throw cursor.stop(
      'needs-newer-version',
      'GROK with several patterns needs Elasticsearch 9, and stored hunts run on 8.19 too',
      hint,
    );
  }
  return { kind: 'grok', input, patterns: [pattern], span: cursor.spanFrom(start) };
}

function parseMvExpand(cursor: Cursor, start: number): Command {
  const { name, span } = parsePlainName(cursor);
  return { kind: 'mv_expand', column: { kind: 'column', name, span }, span: cursor.spanFrom(start) };
}
