import type { TextSpan } from './ast.ts';
import type { SyntaxFault } from './fault.ts';

/**
 * `word`: a bare name or keyword. `name`: in backticks. `pattern`: a part of a name with wildcards, bare and quoted
 * pieces glued. `source`: bare text of FROM, ENRICH and LOOKUP JOIN. `end`: where the stage ends, empty.
 */
export type TokenKind =
  'word' | 'name' | 'string' | 'integer' | 'decimal' | 'param' | 'symbol' | 'pattern' | 'source' | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly span: TextSpan;
  /** As it stands in the text. */
  readonly text: string;
  /** What it means: a string without quotes and escapes, a name without backticks, else the text. */
  readonly value: string;
}

/** The tokens between two pipes, closed by `end`. With faults among its characters a stage is not parsed. */
export interface StageTokens {
  readonly tokens: readonly Token[];
  readonly faults: readonly SyntaxFault[];
}

/** What a scanner found at a place: where it ends, its token (none for blanks) and its fault. */
export interface Scanned {
  readonly end: number;
  readonly token?: Token;
  readonly fault?: SyntaxFault;
}
