import { isUtf8 } from 'node:buffer';
import { type Document, type Format, readAction, readHit, readSearch, recogniseFormat } from './format.ts';
import { type Line, type LineBlock, readLines } from './lines.ts';
import { Malformed } from './scan.ts';

/** A document with the line it stands on, counted from 1; of `_search`, its place among the hits. */
export interface PlacedDocument extends Document {
  readonly line: number;
}

/** A line that is no document, why, and how it begins. */
export interface Refusal {
  readonly line: number;
  readonly reason: string;
  readonly text: string;
}

/** What one piece of a file holds: documents as ranges of its bytes, and lines that were refused. */
export interface DocumentBlock {
  readonly bytes: Buffer;
  readonly documents: readonly PlacedDocument[];
  readonly refusals: readonly Refusal[];
}

/** Longest answer of `_search` that is read: it has to be in memory whole. Elasticsearch sends at most 100 MB by default. */
const SEARCH_MAX = 512 * 1_048_576;
/** How much of a refused line is kept. */
const TEXT_MAX = 65_536;

/** The documents of a file, in its format or the one it is recognised as. */
export async function* readDocuments(
  input: AsyncIterable<Buffer>,
  as: Format | null,
  longest?: number,
): AsyncGenerator<DocumentBlock> {
  let reader: LineReader | null = null;
  const whole: Buffer[] = [];
  let format = as;
  for await (const block of readLines(input, format === 'search' ? SEARCH_MAX : longest)) {
    const [first] = block.lines;
    format ??= first === undefined ? 'ndjson' : recogniseFormat(block.bytes, first.start, first.end);
    if (format !== 'search') yield readBlock((reader ??= readerOf(format)), block);
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

/** What is told of a line that was refused; anything but Malformed is no fault of the line and goes on. */
export function refusal(
  bytes: Buffer,
  { line, start, end }: Pick<PlacedDocument, 'line' | 'start' | 'end'>,
  error: unknown,
): Refusal {
  if (!(error instanceof Malformed)) throw error;
  const reason = error.at === 0 ? error.message : `${error.message}, at byte ${error.at + 1}`;
  return { line, reason, text: bytes.toString('utf8', start, Math.min(end, start + TEXT_MAX)) };
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
