import { closest } from '../../core/suggest.ts';
import type { TextSpan } from './ast.ts';
import { excerpt, SyntaxStop } from './fault.ts';
import type { Token } from './token.ts';

/** Elasticsearch 8.19 refuses deeper expressions (esql.md, section 4). */
export const DEPTH_MAX = 300;

/** A place among the tokens of one stage, which only moves forward. */
export class Cursor {
  /** The whole text, which the spans of tokens refer to. */
  readonly text: string;
  private readonly tokens: readonly Token[];
  private at = 0;
  private depth = 0;

  /** `tokens` ends with an `end` token. */
  constructor(text: string, tokens: readonly Token[]) {
    this.text = text;
    this.tokens = tokens;
  }

  get current(): Token {
    return this.ahead(0);
  }

  /** The token `count` places further on; past the end, the end. */
  ahead(count: number): Token {
    const token = this.tokens[Math.min(this.at + count, this.tokens.length - 1)];
    if (token === undefined) throw new TypeError('A stage has an end token');
    return token;
  }

  /** Goes past the current token and gives it. */
  take(): Token {
    const token = this.current;
    if (token.kind !== 'end') this.at++;
    return token;
  }

  get atEnd(): boolean {
    return this.current.kind === 'end';
  }

  isSymbol(...symbols: readonly string[]): boolean {
    return this.current.kind === 'symbol' && symbols.includes(this.current.text);
  }

  /** Whether a bare keyword (given in upper case) stands `count` tokens on. */
  isWord(word: string, count = 0): boolean {
    const { kind, text } = this.ahead(count);
    return (
      (kind === 'word' || kind === 'source' || kind === 'pattern') &&
      text.length === word.length &&
      text.toUpperCase() === word
    );
  }

  acceptSymbol(symbol: string): boolean {
    const found = this.isSymbol(symbol);
    if (found) this.take();
    return found;
  }

  acceptWord(word: string): boolean {
    const found = this.isWord(word);
    if (found) this.take();
    return found;
  }

  expectSymbol(symbol: string): void {
    if (!this.acceptSymbol(symbol)) throw this.unexpected(`"${symbol}"`);
  }

  expectWord(word: string): void {
    if (!this.acceptWord(word)) throw this.unexpected(word);
  }

  /** The current token, which must be of this kind; `wanted` says so to a person. */
  expect(kind: Token['kind'], wanted: string): Token {
    if (this.current.kind !== kind) throw this.unexpected(wanted);
    return this.take();
  }

  /** Refuses whatever follows a whole expression or stage. */
  expectEnd(): void {
    if (this.atEnd) return;
    const { text } = this.current;
    const known = MISTAKES.get(text.toUpperCase());
    if (known !== undefined) throw this.stop(known.rule, known.message, known.hint);
    const near = closest(text, CONTINUATIONS);
    const hint =
      near === null || near === text.toUpperCase()
        ? 'Put an operator or a comma before it, or remove it'
        : `Did you mean ${near}?`;
    throw this.stop('unexpected-token', `"${excerpt(text)}" does not continue what stands before it`, hint);
  }

  /** One or more of what `read` reads, with commas between. */
  list<T>(read: (cursor: Cursor) => T): T[] {
    const items = [read(this)];
    while (this.acceptSymbol(',')) items.push(read(this));
    return items;
  }

  /** Reads one level deeper. */
  nested<T>(read: () => T): T {
    if (this.depth === DEPTH_MAX) throw tooDeep(this.current.span);
    this.depth++;
    const value = read();
    this.depth--;
    return value;
  }

  /** From a place to the end of the token that was taken last. */
  spanFrom(start: number): TextSpan {
    return { start, end: this.at === 0 ? start : Math.max(start, this.tokens[this.at - 1]?.span.end ?? start) };
  }

  /** Whether the token that was taken last is this symbol. */
  isAfter(symbol: string): boolean {
    const last = this.tokens[this.at - 1];
    return last?.kind === 'symbol' && last.text === symbol;
  }

  stop(rule: string, message: string, hint: string, span: TextSpan = this.current.span): SyntaxStop {
    return new SyntaxStop({ rule, message, hint, span });
  }

  /** What is wrong with the current token where something else is wanted. */
  unexpected(wanted: string): SyntaxStop {
    const { kind, text } = this.current;
    if (kind === 'end')
      return this.stop('unexpected-end', `The text ends where ${wanted} is expected`, `Write ${wanted} here`);
    const known = MISTAKES.get(text.toUpperCase());
    if (known !== undefined) return this.stop(known.rule, known.message, known.hint);
    return this.stop(
      'unexpected-token',
      `"${excerpt(text)}" stands where ${wanted} is expected`,
      `Write ${wanted} before it, or remove it`,
    );
  }
}

/** The fault of an expression that is nested too deep. */
export function tooDeep(span: TextSpan): SyntaxStop {
  const message = `This expression is nested more than ${DEPTH_MAX} levels deep`;
  return new SyntaxStop({ rule: 'too-deep', message, hint: 'Split it into several EVAL or WHERE stages', span });
}

/** Words that may follow a value, for "did you mean". */
const CONTINUATIONS = [
  'AND',
  'OR',
  'NOT',
  'IN',
  'LIKE',
  'RLIKE',
  'IS',
  'BY',
  'WHERE',
  'ASC',
  'DESC',
  'NULLS',
  'METADATA',
  'WITH',
];

/** What people write who know another language, by the token (upper case) that gives it away. */
const MISTAKES: ReadonlyMap<string, { readonly rule: string; readonly message: string; readonly hint: string }> =
  new Map([
    [
      'WHEN',
      { rule: 'sql-case', message: 'CASE is a function in ES|QL', hint: 'Write CASE(condition, value, …, default)' },
    ],
    [
      '[',
      { rule: 'brackets', message: 'Brackets hold constants only: [1, 2]', hint: 'Remove them; METADATA takes none' },
    ],
    ['=', { rule: 'single-equals', message: 'A single = compares nothing', hint: 'Use == to compare' }],
    ['BETWEEN', { rule: 'no-between', message: 'ES|QL has no BETWEEN', hint: 'Write x >= low AND x <= high' }],
    ['AS', { rule: 'no-as', message: 'AS gives no name here', hint: 'Write name = expression; only RENAME has AS' }],
    [
      'ILIKE',
      {
        rule: 'no-ilike',
        message: 'ES|QL has no ILIKE',
        hint: 'Write TO_LOWER(x) LIKE "…" with a pattern in lower case',
      },
    ],
    [
      'DISTINCT',
      {
        rule: 'no-distinct',
        message: 'ES|QL has no DISTINCT',
        hint: 'Use COUNT_DISTINCT(x), or STATS BY x for the values',
      },
    ],
  ]);
