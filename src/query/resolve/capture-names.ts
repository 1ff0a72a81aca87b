import type { ColumnType } from '../../core/row.ts';
import { compileDissect } from '../extract/dissect.ts';
import { compileGrok } from '../extract/grok.ts';

/** A column that DISSECT or GROK makes. */
export interface Capture {
  readonly name: string;
  readonly type: ColumnType;
  /** Named more than once: several matches make several values. */
  readonly repeated: boolean;
}

/** The columns of a DISSECT pattern, or why it is none. An appended key is one text, so no column is repeated. */
export function dissectCaptures(pattern: string): readonly Capture[] | string {
  const dissector = compileDissect(pattern, '');
  if (typeof dissector === 'string') return dissector;
  return dissector.names.map((name) => ({ name, type: 'keyword', repeated: false }));
}

/** The columns of GROK patterns, those that library patterns capture by themselves included, or why there are none. */
export function grokCaptures(patterns: readonly string[]): readonly Capture[] | string {
  const grok = compileGrok(patterns);
  return typeof grok === 'string' ? grok : grok.columns;
}
