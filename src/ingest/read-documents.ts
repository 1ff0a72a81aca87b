import { isUtf8 } from 'node:buffer';
import { convertBlock, type Converter, converterOf } from './convert.ts';
import { type DocumentBlock, type PlacedDocument, type Refusal, refusal } from './document-block.ts';
import { readElements } from './elements.ts';
import { type Document, type Format, readAction, readHit, readSearch } from './format.ts';
import { type InputFormat, isLogFormat, type LogContext, NO_CONTEXT } from './input-format.ts';
import { type Line, type LineBlock, readLines } from './lines.ts';
import { recogniseBeginning, recogniseLine } from './recognise.ts';
import { Malformed } from './scan.ts';
import { asUtf8, utf16Of } from './utf16.ts';

/** Longest answer of `_search` that is read: it has to be in memory whole. Elasticsearch sends at most 100 MB by default. */
const SEARCH_MAX = 512 * 1_048_576;
/** How a file is read: as what (null: recognised by how it begins), and what it does not say of itself. */
export interface ReadOptions {
  readonly as: InputFormat | null;
  readonly context?: LogContext;
  /** Longest line, in bytes. */
  readonly longest?: number;
}

/** The documents of a file. Rejects with USAGE for a form that cannot be read at all. */
export async function* readDocuments(
  input: AsyncIterable<Buffer>,
  { as, context = NO_CONTEXT, longest }: ReadOptions,
): AsyncGenerator<DocumentBlock> {
  const pieces = input[Symbol.asyncIterator]();
  const head = await pieces.next();
  if (head.done === true) return;
  const encoding = utf16Of(head.value);
  if (encoding !== null) {
    yield* readDocuments(asUtf8(rejoined(head.value, pieces), encoding), { as, context });
    return;
  }
  const format = as ?? recogniseBeginning(head.value);
  const all = rejoined(head.value, pieces);
  if (format === 'windows-xml') {
    const converter = converterOf(format, context);
    for await (const block of readElements(all)) yield convertBlock(converter, block);
  } else yield* readLineDocuments(all, format, context, longest);
}

async function* rejoined(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* { [Symbol.asyncIterator]: () => rest };
}

async function* readLineDocuments(
  input: AsyncIterable<Buffer>,
  as: InputFormat | null,
  context: LogContext,
  longest: number | undefined,
): AsyncGenerator<DocumentBlock> {
  let reader: LineReader | null = null;
  let converter: Converter | null = null;
  const whole: Buffer[] = [];
  let format = as;
  for await (const block of readLines(input, format === 'search' ? SEARCH_MAX : longest)) {
    const [first] = block.lines;
    format ??= first === undefined ? 'ndjson' : recogniseLine(block.bytes, first.start, first.end);
    if (isLogFormat(format)) yield convertBlock((converter ??= converterOf(format, context)), block);
    else if (format !== 'search') yield readBlock((reader ??= readerOf(format)), block);
    else if (block.read <= SEARCH_MAX) whole.push(Buffer.from(block.bytes));
    else {
      whole.length = 0;
      yield tooLong(block);
      break;
    }
  }
  if (whole.length > 0) yield searchBlock(Buffer.concat(whole));
}

/** Reads the document of one line; null where it has none of its own (an action). */
type LineReader = (bytes: Buffer, line: Line) => PlacedDocument | null;

function readBlock(reader: LineReader, { bytes, lines }: LineBlock): DocumentBlock {
  const documents: PlacedDocument[] = [];
  const refusals: Refusal[] = [];
  for (const line of lines) {
    try {
      if (line.fault !== null) throw new Malformed(line.fault, 0);
      const document = reader(bytes, line);
      if (document !== null) documents.push(document);
    } catch (error) {
      refusals.push(refusal(bytes, { ...line, line: line.number }, error));
    }
  }
  return { bytes, documents, refusals };
}

function readerOf(format: Exclude<Format, 'search'>): LineReader {
  if (format === 'ndjson') return (_, { start, end, number }) => ({ start, end, index: null, id: null, line: number });
  if (format === 'hits') return (bytes, { start, end, number }) => ({ ...readHit(bytes, start, end), line: number });
  return bulkReader();
}

/** Actions and documents take turns. After an action that cannot be read a document is taken as it stands. */
function bulkReader(): LineReader {
  let action: Pick<Document, 'index' | 'id'> | null = null;
  let unsure = false;
  return (bytes, { start, end, number }) => {
    if (action !== null) {
      const document = { start, end, ...action, line: number };
      action = null;
      return document;
    }
    try {
      action = readAction(bytes, start, end);
      unsure = false;
      return null;
    } catch (error) {
      if (unsure) {
        unsure = false;
        return { start, end, index: null, id: null, line: number };
      }
      unsure = true;
      throw error;
    }
  };
}

function tooLong({ bytes }: LineBlock): DocumentBlock {
  const reason = `an answer of _search is read up to ${SEARCH_MAX} bytes: export smaller ones, or a hit a line`;
  return { bytes, documents: [], refusals: [{ line: 1, reason, text: '' }] };
}

function searchBlock(bytes: Buffer): DocumentBlock {
  try {
    if (!isUtf8(bytes)) throw new Malformed('the answer is no UTF-8', 0);
    const documents = readSearch(bytes).map((document, at) => ({ ...document, line: at + 1 }));
    return { bytes, documents, refusals: [] };
  } catch (error) {
    return { bytes, documents: [], refusals: [refusal(bytes, { line: 1, start: 0, end: bytes.length }, error)] };
  }
}
