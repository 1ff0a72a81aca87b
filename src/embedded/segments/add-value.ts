import { parseIp, V4_FIRST } from '../../core/ip.ts';
import { doubleOrNull, integerOrNull, longOrNull } from '../../query/values/bounds.ts';
import { formatDate, parseDateMs } from '../../query/values/dates.ts';
import type { Column } from './column.ts';
import { InstantReader, isShortWhole, quadOf } from './fast-values.ts';

/** What became of a value: it stands as it is, its fraction was cut off, or the field's type cannot hold it. */
export type Fit = 'whole' | 'cut' | 'unfit';

const V4_OFFSET = Number(V4_FIRST);
/** Digits that fit into 32 and 64 bits whatever they are, a minus included. */
const INTEGER_DIGITS = 9;
const LONG_DIGITS = 18;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const NUMBER_MAX = 400;

const instants = new InstantReader();
const addresses = new Map<string, string | null>();
const ADDRESSES_MAX = 10_000;

/** Adds a text of a document as its column's type, as Elasticsearch does with `coerce` and `ignore_malformed`. */
export function addBytes(column: Column, row: number, bytes: Buffer, start: number, end: number): Fit {
  const { type } = column;
  if (type === 'keyword' || type === 'text' || type === 'version') {
    column.add(row, bytes, start, end);
    return 'whole';
  }
  const number = type === 'date' ? instants.read(bytes, start, end) : type === 'ip' ? quadOf(bytes, start, end) : -1;
  if (number < 0) return addText(column, row, bytes.toString('utf8', start, end));
  column.addNumber(row, type === 'ip' ? V4_OFFSET + number : number);
  return 'whole';
}

/** As `addBytes`, from decoded text. */
export function addText(column: Column, row: number, text: string): Fit {
  const { type } = column;
  if (type === 'keyword' || type === 'text' || type === 'version') return added(column, row, text);
  if (type === 'date') return added(column, row, instantOf(text));
  if (type === 'ip') return added(column, row, addressOf(text));
  if (type === 'boolean') return added(column, row, truthOf(text));
  // Java reads a double with spaces around it, a whole number without.
  const number = type === 'double' ? text.trim() : text;
  return NUMBER.test(number) ? addNumberText(column, row, number) : 'unfit';
}

/** The texts that Elasticsearch takes for a boolean; the empty one is false. */
function truthOf(text: string): string | null {
  return text === 'true' ? text : text === 'false' || text === '' ? 'false' : null;
}

/** Adds a number of a document; text fields hold it as it is written. */
export function addNumber(column: Column, row: number, bytes: Buffer, start: number, end: number): Fit {
  const { type } = column;
  const plain =
    type === 'keyword' ||
    type === 'text' ||
    (type === 'long' && isShortWhole(bytes, start, end, LONG_DIGITS)) ||
    (type === 'integer' && isShortWhole(bytes, start, end, INTEGER_DIGITS)) ||
    (type === 'double' && isShortWhole(bytes, start, end, LONG_DIGITS));
  if (!plain) return addNumberText(column, row, bytes.toString('latin1', start, end));
  column.add(row, bytes, start, end);
  return 'whole';
}

export function addBoolean(column: Column, row: number, value: boolean): Fit {
  const fits = column.type === 'boolean' || column.type === 'keyword' || column.type === 'text';
  return added(column, row, fits ? String(value) : null);
}

function addNumberText(column: Column, row: number, text: string): Fit {
  const { type } = column;
  if (text.length > NUMBER_MAX) return 'unfit';
  if (type === 'double') return added(column, row, doubleOrNull(Number(text))?.toString() ?? null);
  if (type === 'long' || type === 'integer') return addWhole(column, row, text);
  if (type === 'date') return added(column, row, instantOf(text));
  return type === 'version' ? added(column, row, text) : 'unfit';
}

/** A fraction is cut off, as `coerce` does. */
function addWhole(column: Column, row: number, text: string): Fit {
  const exact = /^[+-]?\d+$/.test(text);
  const number = exact ? 0 : Number(text);
  if (!Number.isFinite(number)) return 'unfit';
  const whole = exact ? BigInt(text.replace('+', '')) : BigInt(Math.trunc(number));
  const held = column.type === 'long' ? longOrNull(whole) : integerOrNull(Number(whole));
  const fit = added(column, row, held?.toString() ?? null);
  return fit === 'whole' && !exact && !Number.isInteger(number) ? 'cut' : fit;
}

/** The number of an address of any form, in decimal. Hosts repeat theirs, and reading one takes a microsecond. */
function addressOf(text: string): string | null {
  const known = addresses.get(text);
  if (known !== undefined) return known;
  const number = parseIp(text)?.toString() ?? null;
  if (addresses.size >= ADDRESSES_MAX) addresses.clear();
  addresses.set(text, number);
  return number;
}

/** Elasticsearch's default formats of a date: `strict_date_optional_time`, else ms since 1970. */
function instantOf(text: string): string | null {
  const ms = parseDateMs(text) ?? (/^-?\d{1,16}(?:\.\d+)?$/.test(text) ? Math.floor(Number(text)) : null);
  return ms === null || formatDate(ms) === null ? null : String(ms);
}

function added(column: Column, row: number, text: string | null): Fit {
  if (text === null) return 'unfit';
  column.addText(row, text);
  return 'whole';
}
