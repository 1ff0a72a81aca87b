import { redact } from '../core/error.ts';

/** Longest text in a line; the rest is counted. What log shippers cut by themselves begins at 16 KiB a line. */
const TEXT_MAX = 2_000;
/** More of a text than is shown is looked through for credentials, so that the cut cannot hide where one begins. */
const REDACTED_MAX = 2 * TEXT_MAX;
/** Most texts of one list. */
const LIST_MAX = 20;

/** What a line may hold; null and undefined are left out. */
type FieldValue = string | number | boolean | null | undefined | readonly string[];
export type Fields = Readonly<Record<string, FieldValue>>;

/** From most to least said. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What one line says; not yet made plain. */
export interface Line {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Fields;
}

/** A text without credentials, and not longer than a line can bear. */
export function plain(text: string): string {
  const shown = redact(text.slice(0, REDACTED_MAX)).slice(0, TEXT_MAX);
  return text.length > TEXT_MAX ? `${shown}… (${text.length - TEXT_MAX} more characters)` : shown;
}

/** The fields that hold something, their texts made plain. */
export function plainFields(fields: Fields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      value === null || value === undefined ? [] : [[name, plainValue(value)] as const],
    ),
  );
}

function plainValue(value: NonNullable<FieldValue>): unknown {
  if (typeof value === 'string') return plain(value);
  return typeof value === 'object' ? value.slice(0, LIST_MAX).map(plain) : value;
}
