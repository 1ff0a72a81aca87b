import { checked, elementWise, eachElement, INTEGER, scalar, single, STRING, takes, wholeList } from './define.ts';
import type { ScalarFunction } from './define.ts';
import type { Operand } from '../values/types.ts';
import { elementsOf, valueOf } from '../values/values.ts';
import type { RefScalar } from '../values/values.ts';
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
    single(([text]) => trimmedEnd(trimmedStart(str(text)))),
  ),
  scalar(
    'LTRIM',
    'LTRIM(string)',
    string,
    single(([text]) => trimmedStart(str(text))),
  ),
  scalar(
    'RTRIM',
    'RTRIM(string)',
    string,
    single(([text]) => trimmedEnd(str(text))),
  ),
  scalar(
    'REVERSE',
    'REVERSE(string)',
    string,
    single(([text]) => reversed(str(text))),
  ),
  scalar(
    'REPEAT',
    'REPEAT(string, number)',
    checked(stringAndLength, ([, times]) =>
      typeof times === 'number' && times < 0 ? `the number must not be negative` : null,
    ),
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
    checked(takes({ takes: [STRING, STRING] }, 'keyword'), ([, delimiter]) =>
      typeof delimiter === 'string' && Buffer.byteLength(delimiter) !== 1 ? 'the delimiter must be one byte' : null,
    ),
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

/** What Java calls white space (Character.isWhitespace): no space that forbids a line break. */
export const JAVA_SPACES =
  '\t\n\v\f\r\u001c\u001d\u001e\u001f \u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u2028\u2029\u205f\u3000';

function trimmedStart(text: string): string {
  let at = 0;
  while (at < text.length && JAVA_SPACES.includes(text[at] ?? 'x')) at++;
  return text.slice(at);
}

function trimmedEnd(text: string): string {
  let end = text.length;
  while (end > 0 && JAVA_SPACES.includes(text[end - 1] ?? 'x')) end--;
  return text.slice(0, end);
}

const characters = new Intl.Segmenter('und', { granularity: 'grapheme' });
// eslint-disable-next-line no-control-regex
const ASCII = /^[\0-\x7f]*$/;

/** By what a person calls a character: a letter keeps its accents. ASCII goes unit by unit, \r\n too. */
function reversed(text: string): string {
  if (ASCII.test(text)) return text.split('').reverse().join('');
  return Array.from(characters.segment(text), ({ segment }) => segment)
    .reverse()
    .join('');
}

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

/** 1-based position in code points, 0 where it is absent; a negative start counts from the end. */
function locate(text: string, sought: string, start: number): number {
  const all = start > 1 || start < 0 ? points(text) : [];
  const skipped = start < 0 ? Math.max(0, all.length + start) : start - 1;
  const before = all.slice(0, skipped).join('').length;
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

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Padding may be left out, but not be wrong; bytes that are no UTF-8 have no value. */
function fromBase64(text: string): string | null {
  const [whole, body = '', padding = ''] = /^([A-Za-z0-9+/]*)(={0,2})$/.exec(text) ?? [];
  const rest = body.length % 4;
  if (whole === undefined || rest === 1 || (padding !== '' && rest + padding.length !== 4)) return null;
  try {
    return utf8.decode(Buffer.from(body, 'base64'));
  } catch {
    return null; // No UTF-8: the decoder knows no other fault.
  }
}
