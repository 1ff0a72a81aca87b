import { unreachable } from '../core/error.ts';
import { type DocumentBlock, type PlacedDocument, type Refusal, refusal } from './document-block.ts';
import type { EcsDocument } from './ecs-document.ts';
import type { LogContext, LogFormat } from './input-format.ts';
import type { Line, LineBlock } from './lines.ts';
import { PfirewallReader } from './pfirewall.ts';
import { Malformed } from './scan.ts';
import { WallClock } from './wall-clock.ts';
import { readWindowsJson } from './windows/windows-json.ts';
import { readWindowsXml } from './windows/windows-xml.ts';
import { windowsDocument } from './windows/windows.ts';
import { ZeekTsvReader } from './zeek/zeek-tsv.ts';
import { readZeekJson } from './zeek/zeek.ts';

/** Turns the lines of one file, or its `<Event>` elements, into documents. */
export interface Converter {
  /** Null for a line that holds none (a header). Throws Malformed. */
  readonly convert: (text: string) => EcsDocument | null;
  /** What had to be assumed so far, for people. */
  readonly notes: () => readonly string[];
}

/** The converter of one file: a header counts for the lines below it. */
export function converterOf(format: LogFormat, { timezone, host }: LogContext): Converter {
  const clock = new WallClock(timezone ?? 'UTC');
  let hostless = false;
  const readLine = lineReaderOf(format, clock, timezone !== null);
  return {
    convert(text) {
      const document = readLine(text);
      if (document === null || document.get('host.name') !== undefined) return document;
      hostless ||= host === null;
      const short = host?.split('.')[0];
      return document.set('host.name', short?.toLowerCase()).set('host.hostname', short);
    },
    notes: () => [
      ...(clock.isUsed && timezone === null ? ['times without a zone were taken as UTC; --timezone names theirs'] : []),
      ...(hostless && format === 'pfirewall' ? ['the log does not name its host; --host does'] : []),
    ],
  };
}

function lineReaderOf(format: LogFormat, clock: WallClock, zoned: boolean): Converter['convert'] {
  switch (format) {
    case 'windows-json':
      return (text) => windowsDocument(readWindowsJson(text, clock, zoned));
    case 'windows-xml':
      return (text) => windowsDocument(readWindowsXml(text));
    case 'pfirewall': {
      const reader = new PfirewallReader(clock);
      return (text) => reader.line(text);
    }
    case 'zeek': {
      const reader = new ZeekTsvReader();
      return (text) => reader.line(text);
    }
    case 'zeek-json':
      return readZeekJson;
    default:
      return unreachable(format);
  }
}

/** The documents of a block of lines, as JSON in a buffer of its own. */
export function convertBlock(converter: Converter, { bytes, lines }: LineBlock): DocumentBlock {
  const texts: string[] = [];
  const documents: PlacedDocument[] = [];
  const refusals: Refusal[] = [];
  let end = 0;
  for (const line of lines) {
    const made = convertLine(converter, bytes, line);
    if (made === null) continue;
    if (typeof made !== 'string') {
      refusals.push(made);
      continue;
    }
    const start = end;
    end += Buffer.byteLength(made);
    texts.push(made);
    documents.push({ start, end, index: null, id: null, line: line.number });
  }
  return { bytes: Buffer.from(texts.join('')), documents, refusals, notes: converter.notes() };
}

function convertLine({ convert }: Converter, bytes: Buffer, line: Line): string | Refusal | null {
  try {
    if (line.fault !== null) throw new Malformed(line.fault, 0);
    return convert(bytes.toString('utf8', line.start, line.end))?.json() ?? null;
  } catch (error) {
    return refusal(bytes, { ...line, line: line.number }, error);
  }
}
