/**
 * Words that ES|QL reserves in expressions (8.19 and 9.x): as a column they need backticks, in every part of a name.
 * `first` and `last` may still be called as functions (9.x).
 */
const RESERVED: ReadonlySet<string> = new Set(
  'AND ASC BY DESC FALSE FIRST IN IS LAST LIKE NOT NULL NULLS ON OR RLIKE TRUE WHERE WITH'.split(' '),
);

/** Words that are reserved in one kind of stage only; a printed name quotes them to be safe everywhere. */
const RESERVED_SOMEWHERE: ReadonlySet<string> = new Set([...RESERVED, 'AS', 'METADATA']);

/** Whether a bare word cannot be a column in an expression. */
export function isReserved(word: string): boolean {
  return RESERVED.has(word.toUpperCase());
}

/** Whether a bare word cannot be a name in some kind of stage. */
export function isReservedSomewhere(word: string): boolean {
  return RESERVED_SOMEWHERE.has(word.toUpperCase());
}
