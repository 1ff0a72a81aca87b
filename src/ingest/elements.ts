import { isUtf8 } from 'node:buffer';
import type { Line, LineBlock } from './lines.ts';

/** The longest event that is read; Windows itself ends at 64 KB of data. */
const EVENT_MAX = 16 * 1_048_576;
const KEPT_OF_LONG = 1_024;
const NEWLINE = 0x0a;
const OPENING = '<Event';
const CLOSING = Buffer.from('</Event>');
const CUT = 'the event ends too early';

/**
 * The `<Event>` elements of an export, one after the other, wherever its lines end; each counts by the line on which it
 * begins. What stands between them (`<Events>`, a declaration) holds nothing. An event without its end is a fault.
 */
export async function* readElements(input: AsyncIterable<Buffer>): AsyncGenerator<LineBlock> {
  let rest: Buffer = Buffer.alloc(0);
  let [line, read, skipping] = [1, 0, 0];
  for await (const piece of input) {
    read += piece.length;
    const bytes = Buffer.concat([rest, piece]);
    const found: Line[] = [];
    let start = 0;
    for (;;) {
      // An end that was cut by the last piece lies within what was kept.
      const end = bytes.indexOf(CLOSING, Math.max(start, start === 0 ? rest.length - CLOSING.length : 0));
      if (end < 0) break;
      const after = end + CLOSING.length;
      if (skipping === 0) found.push(...elementsIn(bytes, start, after, line));
      if (skipping > 0) found.push(tooLong(bytes, start, line, skipping + after - start));
      line += newlines(bytes, start, after);
      [start, skipping] = [after, 0];
    }
    rest = Buffer.from(bytes.subarray(start));
    if (rest.length > EVENT_MAX) {
      [skipping, line] = [skipping + rest.length - KEPT_OF_LONG, line + newlines(rest, KEPT_OF_LONG, rest.length)];
      rest = rest.subarray(0, KEPT_OF_LONG);
    }
    if (found.length > 0) yield { bytes, lines: found, read };
  }
  const last = elementsIn(rest, 0, rest.length, line).map((each) => ({ ...each, fault: CUT }));
  if (last.length > 0) yield { bytes: rest, lines: last, read };
}

/** The element that ends at `end`; those that began before it and have no end, since no event stands in another. */
function elementsIn(bytes: Buffer, start: number, end: number, line: number): Line[] {
  const openings: number[] = [];
  for (let at = bytes.indexOf(OPENING, start); at >= 0 && at < end; at = bytes.indexOf(OPENING, at + 1)) {
    if (isOpening(bytes, at)) openings.push(at);
  }
  return openings.map((at, index): Line => {
    const next = openings[index + 1];
    const utf8 = isUtf8(bytes.subarray(at, end)) ? null : 'the event is no UTF-8';
    return {
      number: line + newlines(bytes, start, at),
      start: at,
      end: next ?? end,
      fault: next === undefined ? utf8 : CUT,
    };
  });
}

/** `<Event>` or `<Event …`, but not `<Events>` or `<EventData>`. */
function isOpening(bytes: Buffer, at: number): boolean {
  const next = bytes[at + OPENING.length] ?? 0;
  return next === 0x3e || next <= 0x20;
}

function tooLong(bytes: Buffer, start: number, number: number, length: number): Line {
  const end = Math.min(start + KEPT_OF_LONG, bytes.length);
  return { number, start, end, fault: `the event has ${length} bytes, more than ${EVENT_MAX}` };
}

function newlines(bytes: Buffer, start: number, end: number): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE, start); at >= 0 && at < end; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}
