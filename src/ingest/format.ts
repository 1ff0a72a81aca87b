import { isBlank, Malformed, skipValue } from './scan.ts';

/**
 * What a file of events may hold: a document a line (`ndjson`: elastic-agent, winlogbeat and any other ECS), action and
 * document lines (`bulk`), an exported hit a line (`hits`: `{"_index","_id","_source"}`), or one answer of `_search` or an
 * array of hits or documents (`search`).
 */
export const FORMATS = ['ndjson', 'bulk', 'hits', 'search'] as const;
export type Format = (typeof FORMATS)[number];

/** A document inside of a buffer, with the index and the id it had, where it had them. */
export interface Document {
  readonly start: number;
  readonly end: number;
  readonly index: string | null;
  readonly id: string | null;
}

/** A key of an object, and where its value stands. */
interface Member {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

const BULK_ACTIONS = ['index', 'create', 'update', 'delete'];

/** The format of a file by its first line that is not blank. */
export function recogniseFormat(bytes: Buffer, start: number, end: number): Format {
  const at = skipBlank(bytes, start, end);
  if (bytes[at] === 0x5b) return 'search';
  try {
    const keys = membersOf(bytes, at, end).map(({ key }) => key);
    if (keys.length === 1 && BULK_ACTIONS.includes(keys[0] ?? '')) return 'bulk';
    if (keys.includes('hits') && keys.includes('took')) return 'search';
    return keys.includes('_source') && keys.includes('_index') ? 'hits' : 'ndjson';
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    // An object that goes on over many lines: an answer of `_search` that was made pretty.
    return /^\{\s*("took"\s*:.*)?$/.test(bytes.toString('utf8', at, Math.min(end, at + 200))) ? 'search' : 'ndjson';
  }
}

/** The document of one exported hit. */
export function readHit(bytes: Buffer, start: number, end: number): Document {
  const members = membersOf(bytes, start, end);
  const source = members.find(({ key }) => key === '_source');
  if (source === undefined) throw new Malformed('the hit has no "_source"', 0);
  return {
    start: source.start,
    end: source.end,
    index: textOf(bytes, members, '_index'),
    id: textOf(bytes, members, '_id'),
  };
}

/** An action of a bulk body; null for `delete`, which no document follows. */
export function readAction(bytes: Buffer, start: number, end: number): Omit<Document, 'start' | 'end'> | null {
  const [action, ...more] = membersOf(bytes, start, end);
  if (action === undefined || more.length > 0 || !BULK_ACTIONS.includes(action.key)) {
    throw new Malformed('an action such as {"create":{}} is missing', 0);
  }
  if (action.key === 'update') throw new Malformed('an update holds no whole document', 0);
  if (action.key === 'delete') return null;
  const meta = membersOf(bytes, action.start, action.end);
  return { index: textOf(bytes, meta, '_index'), id: textOf(bytes, meta, '_id') };
}

/** The documents of an answer of `_search`, or of an array of hits or of documents. */
export function readSearch(bytes: Buffer): Document[] {
  const start = skipBlank(bytes, 0, bytes.length);
  const hits = bytes[start] === 0x5b ? { start, end: bytes.length } : hitsOf(bytes, start);
  return elementsOf(bytes, hits.start, hits.end).map((element) => {
    const isHit = membersOf(bytes, element.start, element.end).some(({ key }) => key === '_source');
    return isHit ? readHit(bytes, element.start, element.end) : { ...element, index: null, id: null };
  });
}

function hitsOf(bytes: Buffer, start: number): { start: number; end: number } {
  const outer = membersOf(bytes, start, bytes.length).find(({ key }) => key === 'hits');
  const inner = outer && membersOf(bytes, outer.start, outer.end).find(({ key }) => key === 'hits');
  if (inner === undefined || bytes[inner.start] !== 0x5b) throw new Malformed('the answer has no "hits.hits"', start);
  return inner;
}

/** The members of the object at `start`; what its values hold is not judged here. */
export function membersOf(bytes: Buffer, start: number, end: number): Member[] {
  const members: Member[] = [];
  let at = skipBlank(bytes, start, end);
  if (bytes[at] !== 0x7b) throw new Malformed('an object is missing', at - start);
  at = skipBlank(bytes, at + 1, end);
  while (at < end && bytes[at] !== 0x7d) {
    const keyEnd = skipValue(bytes, at, end);
    const colon = skipBlank(bytes, keyEnd, end);
    if (bytes[at] !== 0x22 || bytes[colon] !== 0x3a) throw new Malformed('a key is missing', at - start);
    const valueStart = skipBlank(bytes, colon + 1, end);
    const valueEnd = skipValue(bytes, valueStart, end);
    members.push({ key: decode(bytes, at, keyEnd), start: valueStart, end: valueEnd });
    at = nextMember(bytes, valueEnd, end, 0x7d);
  }
  if (at >= end) throw new Malformed('the line ends too early', end - start);
  return members;
}

function elementsOf(bytes: Buffer, start: number, end: number): { start: number; end: number }[] {
  const elements: { start: number; end: number }[] = [];
  let at = skipBlank(bytes, start + 1, end);
  while (at < end && bytes[at] !== 0x5d) {
    const elementEnd = skipValue(bytes, at, end);
    elements.push({ start: at, end: elementEnd });
    at = nextMember(bytes, elementEnd, end, 0x5d);
  }
  if (at >= end) throw new Malformed('the text ends too early', end);
  return elements;
}

/** Past a comma, or at the bracket that closes. */
function nextMember(bytes: Buffer, from: number, end: number, closing: number): number {
  const at = skipBlank(bytes, from, end);
  if (bytes[at] === closing) return at;
  if (at < end && bytes[at] !== 0x2c) throw new Malformed('"," is missing', at);
  return skipBlank(bytes, at + 1, end);
}

function textOf(bytes: Buffer, members: readonly Member[], key: string): string | null {
  const member = members.find((each) => each.key === key);
  return member === undefined || bytes[member.start] !== 0x22 ? null : decode(bytes, member.start, member.end);
}

function decode(bytes: Buffer, start: number, end: number): string {
  try {
    return String(JSON.parse(bytes.toString('utf8', start, end)));
  } catch (error) {
    throw error instanceof SyntaxError ? new Malformed('a text is none of JSON', start) : error;
  }
}

function skipBlank(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isBlank(bytes[at]!)) at++;
  return at;
}
