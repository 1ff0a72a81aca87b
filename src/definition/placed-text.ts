import type { Scalar } from 'yaml';
import type { Joint, Place, PlacedText } from '../core/place.ts';

type PlaceOf = (offset: number) => Place;

/**
 * The text of a YAML scalar with its way back into the file. A literal block (`|`) keeps its lines, so one margin tells
 * all places; a folded block, a quoted or a plain scalar changes them, so each piece that came through unchanged is
 * a joint.
 */
export function placedTextOf(node: Scalar.Parsed, text: string, source: string, placeOf: PlaceOf): PlacedText {
  const [start, end] = node.range;
  if (node.type === 'BLOCK_LITERAL') return literalText(text, source, start, placeOf);
  const joints = jointsOf(text, piecesOf(source, start, end, node.type), placeOf);
  const place = joints[0]?.at === 0 ? joints[0].place : placeOf(start);
  return joints.length === 1 && joints[0]?.at === 0 ? { text, place, margin: 0 } : { text, place, margin: 0, joints };
}

/** The line after the header is the first line of the text; its margin is what the file has before it. */
function literalText(text: string, source: string, start: number, placeOf: PlaceOf): PlacedText {
  const first = source.indexOf('\n', start) + 1;
  if (first === 0) return { text, place: placeOf(start), margin: 0 };
  const lines = text.split('\n');
  const filled = lines.findIndex((line) => line.trim() !== '');
  const written = (source.slice(first).split('\n', filled + 1)[filled] ?? '').replace(/\r$/, '');
  const margin = filled < 0 ? 0 : Math.max(0, written.length - (lines[filled] ?? '').length);
  const place = placeOf(first);
  return { text, place: { ...place, column: margin + 1 }, margin };
}

/** A stretch of the source, and how many characters of text stand before the next one beyond line folding. */
interface Piece {
  readonly offset: number;
  readonly raw: string;
  /** Characters of text that an escape after this piece makes; 0 when a line ends here. */
  readonly escaped: number;
}

const ESCAPES: Readonly<Record<string, RegExp>> = {
  QUOTE_DOUBLE: /\\(?:x[\dA-Fa-f]{2}|u[\dA-Fa-f]{4}|U[\dA-Fa-f]{8}|\r?\n[ \t]*|[^\n])|\r?\n/g,
  QUOTE_SINGLE: /''|\r?\n/g,
};
const LINE_ENDS = /\r?\n/g;

function piecesOf(source: string, start: number, end: number, type: string | null | undefined): Piece[] {
  const quoted = type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE';
  const from = quoted ? start + 1 : type === 'BLOCK_FOLDED' ? source.indexOf('\n', start) + 1 : start;
  const body = source.slice(from, quoted ? end - 1 : end);
  const breaks = [...body.matchAll(ESCAPES[type ?? ''] ?? LINE_ENDS)];
  return [...breaks, null].map((match, index) => {
    const before = breaks[index - 1];
    const begin = before === undefined ? 0 : before.index + before[0].length;
    return {
      offset: from + begin,
      raw: body.slice(begin, match?.index ?? body.length),
      escaped: match === null ? 0 : escapedLength(match[0]),
    };
  });
}

function escapedLength(match: string): number {
  if (match.includes('\n')) return 0;
  return /^\\U(?!0000)/.test(match) ? 2 : 1;
}

/** Finds each piece in the text in order; a piece is what stays when folding has trimmed it. */
function jointsOf(text: string, pieces: readonly Piece[], placeOf: PlaceOf): Joint[] {
  const joints: Joint[] = [];
  let cursor = 0;
  for (const { offset, raw, escaped } of pieces) {
    const kept = raw.trim();
    const at = kept === '' ? -1 : text.indexOf(kept, cursor);
    if (at >= 0) joints.push({ at, place: placeOf(offset + raw.indexOf(kept)) });
    cursor = (at >= 0 ? at + kept.length : cursor) + escaped;
  }
  return joints;
}
