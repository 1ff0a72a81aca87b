import { basename } from 'node:path';
import { HuntError, messageOf } from '../core/error.ts';
import { indexOf } from '../ingest/index-name.ts';
import { type Input, openInput } from '../ingest/open.ts';
import { readDocuments } from '../ingest/read-documents.ts';
import type { TestEvents } from '../pipeline/test-hunt.ts';

type Document = Readonly<Record<string, unknown>>;

/** An event of a test, and where it would lie. */
export interface PlacedEvent {
  readonly index: string;
  /** Null where it does not say. */
  readonly id: string | null;
  readonly document: Document;
}

/**
 * The events of a test, in any form that `hunt ingest` reads. Rejects with NOT_FOUND where there is no such file, with
 * DEFINITION, naming the line, for what is no event: a test whose events are not all there would prove nothing.
 */
export async function readTestEvents(events: TestEvents): Promise<readonly PlacedEvent[]> {
  const { input, stdin } = inputOf(events);
  const reading = openInput(input, stdin);
  const placed: PlacedEvent[] = [];
  for await (const { bytes, documents, refusals } of readDocuments(reading.bytes, { as: null })) {
    const [refused] = refusals;
    if (refused !== undefined) throw unreadableEvents(`${input.name}:${refused.line}`, refused.reason);
    for (const { start, end, line, index, id } of documents) {
      const document = parse(bytes.toString('utf8', start, end), `${input.name}:${line}`);
      placed.push({ index: index ?? indexFor(document), id, document });
    }
  }
  const cut = reading.cut();
  if (cut !== null) throw unreadableEvents(input.name, cut);
  return placed;
}

/** The events of a test as ingest takes them; those that stand in the hunt come as if from standard input. */
export function inputOf(events: TestEvents): { readonly input: Input; readonly stdin: () => AsyncIterable<Buffer> } {
  const [name, path] = 'file' in events ? [basename(events.file), events.file] : ['the hunt', null];
  const documents = 'file' in events ? [] : events.documents;
  return { input: { name, path, size: null }, stdin: () => linesOf(documents) };
}

async function* linesOf(documents: readonly Document[]): AsyncGenerator<Buffer> {
  yield Buffer.from(documents.map((document) => JSON.stringify(document)).join('\n'));
}

function parse(text: string, place: string): Document {
  try {
    const value: unknown = JSON.parse(text);
    if (isDocument(value)) return value;
  } catch (error) {
    throw unreadableEvents(place, messageOf(error));
  }
  throw unreadableEvents(place, 'it is no JSON object');
}

/** What is wrong with the events of a test, and where. */
export function unreadableEvents(place: string, why: string): HuntError {
  return new HuntError('DEFINITION', `Cannot read the events at ${place}: ${why}`, {
    remedy: 'Write one JSON object a line, in UTF-8',
  });
}

function indexFor(document: Document): string {
  return indexOf((field) => {
    const value = valueAt(document, field);
    return typeof value === 'string' ? value : null;
  });
}

/** The value of a field, whether its name is written with dots or as objects. */
function valueAt(document: Document, field: string): unknown {
  if (Object.hasOwn(document, field)) return document[field];
  for (let dot = field.indexOf('.'); dot >= 0; dot = field.indexOf('.', dot + 1)) {
    const head = field.slice(0, dot);
    const inner = Object.hasOwn(document, head) ? document[head] : undefined;
    const value = isDocument(inner) ? valueAt(inner, field.slice(dot + 1)) : undefined;
    if (value !== undefined) return value;
  }
  return undefined;
}

function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
