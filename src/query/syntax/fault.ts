import type { TextSpan } from './ast.ts';

/** What is wrong with a piece of ES|QL, where, and how to mend it. */
export interface SyntaxFault {
  /** Kebab-case name, stable. */
  readonly rule: string;
  /** What is wrong, in one sentence without a full stop. */
  readonly message: string;
  readonly hint: string;
  readonly span: TextSpan;
}

/** A tree, or every fault that stands in its way, in reading order (one for each stage at the most, but for characters). */
export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly faults: readonly SyntaxFault[] };

/** Ends the reading of one stage; thrown and caught inside the parser only. */
export class SyntaxStop extends Error {
  readonly fault: SyntaxFault;

  constructor(fault: SyntaxFault) {
    super(fault.message);
    this.name = 'SyntaxStop';
    this.fault = fault;
  }
}

/** The value of `read`, or the fault that stopped it; any other error passes. */
export function caught<T>(read: () => T): Parsed<T> {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    if (error instanceof SyntaxStop) return { ok: false, faults: [error.fault] };
    throw error;
  }
}

/** At most `max` characters of a text for a message, without line breaks and control characters. */
export function excerpt(text: string, max = 40): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ');
  return plain.length <= max ? plain : `${plain.slice(0, max)}…`;
}
