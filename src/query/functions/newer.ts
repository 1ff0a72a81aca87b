import { isFault } from '../values/types.ts';
import type { Operand, Typing } from '../values/types.ts';
import { elementsOf, textIn, valueOf } from '../values/values.ts';
import { aggregate, ANY, ORDERED, sameAsFirst, scalar, single, STRING, takes, wholeList } from './define.ts';
import type { EsqlFunction } from './define.ts';
import { extractJson } from './json-path.ts';

/** A function that 8.19 lacks. */
export interface NewerFunction {
  /** The first version that has it, as its documentation says. */
  readonly since: string;
  /** What does it on both; null where nothing does. */
  readonly instead: string | null;
  /** What the embedded engine evaluates by the documentation of 9.x; absent where it does not. */
  readonly entry?: EsqlFunction;
}

const string = takes({ takes: [STRING] }, 'keyword');

const CONTAINS = scalar(
  'CONTAINS',
  'CONTAINS(string, substring)',
  takes({ takes: [STRING, STRING] }, 'boolean'),
  single(([text, sought]) => textIn(text).includes(textIn(sought))),
);

/** Null is the empty set on either side. */
const MV_CONTAINS = wholeList(
  'MV_CONTAINS',
  'MV_CONTAINS(values, sought)',
  ofOneType('boolean'),
  'single',
  ([all = null, sought = null]) => {
    const known = new Set(elementsOf(all));
    return elementsOf(sought).every((element) => known.has(element));
  },
);

/** In the order of the first list, each once; null when nothing is in both. */
const MV_INTERSECTION = wholeList(
  'MV_INTERSECTION',
  'MV_INTERSECTION(values, values)',
  ofOneType(null),
  ([first, second]) => (first?.several === 'single' || second?.several === 'single' ? 'single' : 'unknown'),
  ([left = null, right = null]) => {
    const known = new Set(elementsOf(right));
    return valueOf([...new Set(elementsOf(left))].filter((element) => known.has(element)));
  },
);

const JSON_EXTRACT = scalar(
  'JSON_EXTRACT',
  'JSON_EXTRACT(json, path)',
  takes({ takes: [STRING, STRING] }, 'keyword'),
  single(([json, path]) => extractJson(textIn(json), textIn(path))),
);

const URL_DECODE = scalar(
  'URL_DECODE',
  'URL_DECODE(string)',
  string,
  single(([text]) => urlDecode(textIn(text))),
);

/** As the RFC 3986 encoding of Java's URLEncoder: a space is `+`. */
const URL_ENCODE = scalar(
  'URL_ENCODE',
  'URL_ENCODE(string)',
  string,
  single(([text]) => urlEncode(textIn(text))),
);

const FIRST = aggregate('FIRST', 'FIRST(field, order)', takes({ takes: [ANY, ORDERED] }, sameAsFirst));
const LAST = aggregate('LAST', 'LAST(field, order)', takes({ takes: [ANY, ORDERED] }, sameAsFirst));

/** By upper-case name. */
export const NEWER_FUNCTIONS: ReadonlyMap<string, NewerFunction> = new Map<string, NewerFunction>([
  ['CONTAINS', { since: '9.2', instead: 'LIKE "*text*", or LOCATE(string, text) > 0', entry: CONTAINS }],
  ['MV_CONTAINS', { since: '9.2', instead: 'field : "value" before STATS', entry: MV_CONTAINS }],
  ['MV_INTERSECTION', { since: '9.3', instead: null, entry: MV_INTERSECTION }],
  ['MV_INTERSECTS', { since: '9.4', instead: null }],
  ['MV_UNION', { since: '9.4', instead: 'MV_DEDUPE(MV_APPEND(a, b))' }],
  ['MV_DIFFERENCE', { since: '9.4', instead: null }],
  ['JSON_EXTRACT', { since: '9.4', instead: null, entry: JSON_EXTRACT }],
  ['URL_DECODE', { since: '9.1', instead: null, entry: URL_DECODE }],
  ['URL_ENCODE', { since: '9.1', instead: null, entry: URL_ENCODE }],
  ['CLAMP', { since: '9.3', instead: 'GREATEST(low, LEAST(high, value))' }],
  ['TRANGE', { since: '9.3', instead: null }],
  ['NETWORK_DIRECTION', { since: '9.3', instead: null }],
  ['DAY_NAME', { since: '9.2', instead: 'DATE_EXTRACT("day_of_week", date)' }],
  ['MONTH_NAME', { since: '9.2', instead: 'DATE_EXTRACT("month_of_year", date)' }],
  ['FIRST', { since: '9.3', instead: 'MIN of the date, or TOP(value, 1, "asc")', entry: FIRST }],
  ['LAST', { since: '9.3', instead: 'MAX of the date, or TOP(value, 1, "desc")', entry: LAST }],
  ['VARIANCE', { since: '9.1', instead: 'POW(STD_DEV(x), 2)' }],
  ['ABSENT', { since: '9.2', instead: 'COUNT(x) == 0' }],
  ['PRESENT', { since: '9.2', instead: 'COUNT(x) > 0' }],
  ['SPARKLINE', { since: '9.4', instead: null }],
  ['IP_LOCATION', { since: '9.5', instead: 'enrich.geoip of the hunt' }],
]);

/** Two lists of one type; null goes with any. `result` null: that type. */
function ofOneType(result: 'boolean' | null): (operands: readonly Operand[]) => Typing {
  return (operands) => {
    const typing = takes({ takes: [ANY, ANY] }, 'null')(operands);
    if (isFault(typing)) return typing;
    const types = [...new Set(typing.takes.map((type) => (type === 'text' ? 'keyword' : type)))].filter(
      (type) => type !== 'null',
    );
    const [type = 'null'] = types;
    return types.length > 1
      ? { fault: `its arguments must have one type, not ${types.join(' and ')}` }
      : { takes: [type, type], result: result ?? type };
  };
}

/** `+` is a space; null for a `%` without two hexadecimal digits. Bytes that are no UTF-8 become U+FFFD, as in Java. */
function urlDecode(text: string): string | null {
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return null;
  return text
    .replaceAll('+', ' ')
    .replace(/(?:%[0-9a-fA-F]{2})+/g, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));
}

function urlEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}
