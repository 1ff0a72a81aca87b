import { elementWise, eachElement, INTEGER, scalar, single, STRING, takes, wholeList } from './define.ts';
import type { ScalarFunction } from './define.ts';
import type { Operand } from '../types.ts';
import { elementsOf, valueOf } from '../values.ts';
import type { RefScalar } from '../values.ts';
import { javaReplacement, javaRegex } from './java-regex.ts';

/** Elasticsearch refuses to build longer strings (CONCAT, REPEAT, SPACE): 1 MiB. */
export const BUILT_MAX = 1_048_576;

const str = (value: RefScalar | undefined): string => (typeof value === 'string' ? value : '');
const int = (value: RefScalar | undefined): number => (typeof value === 'number' ? value : 0);
const built = (text: string): string | null => (text.length <= BUILT_MAX ? text : null);

const string = takes({ takes: [STRING] }, 'keyword');
const twoStringsToBoolean = takes({ takes: [STRING, STRING] }, 'boolean');
const stringAndLength = takes({ takes: [STRING, INTEGER] }, 'keyword');

/** Functions of strings. Positions and lengths count code points; case folding is that of the root locale. */
export const TEXT_FUNCTIONS: readonly ScalarFunction[] = [
  elementWise(
    'TO_LOWER',
    'TO_LOWER(string)',
    string,
    eachElement((text) => str(text).toLowerCase()),
  ),
  elementWise(
    'TO_UPPER',
    'TO_UPPER(string)',
    string,
    eachElement((text) => str(text).toUpperCase()),
  ),
  scalar(
    'LENGTH',
    'LENGTH(string)',
    takes({ takes: [STRING] }, 'integer'),
    single(([text]) => codePoints(str(text))),
  ),
  scalar(
    'BYTE_LENGTH',
    'BYTE_LENGTH(string)',
    takes({ takes: [STRING] }, 'integer'),
    single(([text]) => Buffer.byteLength(str(text))),
  ),
  scalar(
    'CONCAT',
    'CONCAT(string, string, …)',
    takes({ takes: [STRING, STRING], rest: STRING }, 'keyword'),
    single((args) => built(args.map(str).join(''))),
  ),
  scalar(
    'STARTS_WITH',
    'STARTS_WITH(string, prefix)',
    twoStringsToBoolean,
    single(([text, prefix]) => str(text).startsWith(str(prefix))),
  ),
  scalar(
    'ENDS_WITH',
    'ENDS_WITH(string, suffix)',
    twoStringsToBoolean,
    single(([text, suffix]) => str(text).endsWith(str(suffix))),
  ),
  scalar(
    'SUBSTRING',
    'SUBSTRING(string, start, length)',
    takes({ takes: [STRING, INTEGER, INTEGER], optional: 1 }, 'keyword'),
    single(([text, start, length]) => substring(str(text), int(start), length)),
  ),
  scalar(
    'LEFT',
    'LEFT(string, length)',
    stringAndLength,
    single(([text, length]) =>
      points(text)
        .slice(0, Math.max(0, int(length)))
        .join(''),
    ),
  ),
  scalar(
    'RIGHT',
    'RIGHT(string, length)',
    stringAndLength,
    single(([text, length]) => last(points(text), int(length)).join('')),
  ),
  scalar(
    'TRIM',
    'TRIM(string)',
    string,
    single(([text]) => str(text).replace(/^\s+|\s+$/g, '')),
  ),
  scalar(
    'LTRIM',
    'LTRIM(string)',
    string,
    single(([text]) => str(text).replace(/^\s+/, '')),
  ),
  scalar(
    'RTRIM',
    'RTRIM(string)',
    string,
    single(([text]) => str(text).replace(/\s+$/, '')),
  ),
  scalar(
    'REVERSE',
    'REVERSE(string)',
    string,
    single(([text]) => points(text).reverse().join('')),
  ),
  scalar(
    'REPEAT',
    'REPEAT(string, number)',
    stringAndLength,
    single(([text, number]) => repeat(str(text), int(number))),
  ),
  scalar(
    'SPACE',
    'SPACE(number)',
    takes({ takes: [INTEGER] }, 'keyword'),
    single(([number]) => repeat(' ', int(number))),
  ),
  scalar(
    'LOCATE',
    'LOCATE(string, substring, start)',
    takes({ takes: [STRING, STRING, INTEGER], optional: 1 }, 'integer'),
    single(([text, sought, start]) => locate(str(text), str(sought), int(start ?? 1))),
  ),
  {
    ...scalar(
      'REPLACE',
      'REPLACE(string, regex, replacement)',
      takes({ takes: [STRING, STRING, STRING] }, 'keyword'),
      single(([text, regex, by]) => replace(str(text), str(regex), str(by))),
    ),
    refusedOnRows: ([, regex]) => refusedPattern(regex),
  },
  wholeList(
    'SPLIT',
    'SPLIT(string, delimiter)',
    takes({ takes: [STRING, STRING] }, 'keyword'),
    'several',
    single(([text, delimiter]) => split(str(text), str(delimiter))),
  ),
  wholeList(
    'MV_CONCAT',
    'MV_CONCAT(strings, delimiter)',
    takes({ takes: [STRING, STRING] }, 'keyword'),
    'single',
    ([list = null, delimiter = null]) =>
      list === null || typeof delimiter !== 'string' ? null : built(elementsOf(list).map(str).join(delimiter)),
  ),
  scalar(
    'TO_BASE64',
    'TO_BASE64(string)',
    string,
    single(([text]) => built(Buffer.from(str(text)).toString('base64'))),
  ),
  scalar(
    'FROM_BASE64',
    'FROM_BASE64(string)',
    string,
    single(([text]) => fromBase64(str(text))),
  ),
];

function points(text: RefScalar | undefined): string[] {
  return Array.from(str(text));
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** 1-based; 0 behaves as 1; a negative start counts from the end. A negative length has no value. */
function substring(text: string, start: number, length: RefScalar | undefined): string | null {
  if (length !== undefined && int(length) < 0) return null;
  const all = points(text);
  const from = start > 0 ? start - 1 : start < 0 ? Math.max(0, all.length + start) : 0;
  return all.slice(from, length === undefined ? undefined : from + int(length)).join('');
}

function last(all: readonly string[], length: number): readonly string[] {
  return length <= 0 ? [] : all.slice(-length);
}

function repeat(text: string, times: number): string | null {
  return times < 0 || text.length * times > BUILT_MAX ? null : text.repeat(times);
}

/** 1-based position in code points, 0 where it is absent. */
function locate(text: string, sought: string, start: number): number {
  const before =
    start > 1
      ? points(text)
          .slice(0, start - 1)
          .join('').length
      : 0;
  const found = text.indexOf(sought, before);
  return found < 0 ? 0 : codePoints(text.slice(0, found)) + 1;
}

function replace(text: string, regex: string, replacement: string): string | null {
  const pattern = javaRegex(regex);
  const by = javaReplacement(replacement);
  return typeof pattern === 'string' || by === null ? null : built(text.replace(pattern, by));
}

function refusedPattern(regex: Operand | undefined): string | null {
  const pattern = regex?.constant?.value;
  const read = typeof pattern === 'string' ? javaRegex(pattern) : null;
  return typeof read === 'string' ? `REPLACE: ${read}` : null;
}

/** A delimiter of one byte; Elasticsearch refuses a longer one. */
function split(text: string, delimiter: string): RefScalar | readonly RefScalar[] | null {
  return Buffer.byteLength(delimiter) === 1 ? valueOf(text.split(delimiter)) : null;
}

function fromBase64(text: string): string | null {
  return /^[A-Za-z0-9+/_-]*={0,2}$/.test(text) ? Buffer.from(text, 'base64').toString('utf8') : null;
}
