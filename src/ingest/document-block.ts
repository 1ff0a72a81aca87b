import type { Document } from './format.ts';
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
  /** What had to be assumed of the file so far, for people; none where nothing had. */
  readonly notes?: readonly string[];
}

/** How much of a refused line is kept. */
const TEXT_MAX = 65_536;

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
