// ES|QL is read in modes: the first word of a stage decides how the characters after it are taken (esql.md, section 4).
import type { SyntaxFault } from './fault.ts';
import { excerpt } from './fault.ts';
import { matchAt, scanBackticked, scanBlank, scanSingleQuoted, scanString, token } from './scan-text.ts';
import type { Scanned, StageTokens, Token, TokenKind } from './token.ts';

type Mode = 'expression' | 'source' | 'pattern';

/** How a stage is read after its first word; a later word may change the mode. */
interface StageMode {
  readonly mode: Mode;
  readonly until?: { readonly words: readonly string[]; readonly mode: Mode };
}

const STAGE_MODES: ReadonlyMap<string, StageMode> = new Map<string, StageMode>([
  ['from', { mode: 'source' }],
  ['lookup', { mode: 'source', until: { words: ['on'], mode: 'expression' } }],
  ['enrich', { mode: 'source', until: { words: ['on', 'with'], mode: 'pattern' } }],
  ['keep', { mode: 'pattern' }],
  ['drop', { mode: 'pattern' }],
  ['rename', { mode: 'pattern' }],
  ['mv_expand', { mode: 'pattern' }],
]);

/** Binary data would give a fault for each character. */
const FAULTS_PER_STAGE_MAX = 5;

const WORD = /(?:[A-Za-z]|[_@](?=[A-Za-z0-9_]))[A-Za-z0-9_]*/y;
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const PARAM = /\?\??(?:[A-Za-z_][A-Za-z0-9_]*|\d+)?/y;
const SYMBOL = /==|!=|<=|>=|::|[=<>+\-*/%()[\]{},.:]/y;
const PATTERN = /(?:[A-Za-z0-9_@*]+|`(?!`(?!`))[^`]*(?:``[^`]*)*`)+/y;
const PATTERN_SYMBOL = /[=,.]/y;
/** Ends at a comment as well: see `scanSource`. */
const SOURCE = /(?:[^"=|,[\]()\s/]+|\/(?![/*]))+/y;
const SOURCE_SYMBOL = /[=,[\]()]/y;

/** Operators of other languages, with what ES|QL has instead. */
const FOREIGN = /===|\|\||&&|<>|=~|!~|!(?!=)|;/y;
const FOREIGN_HINTS: Readonly<Record<string, string>> = {
  '===': 'Use == to compare',
  '||': 'Use OR between conditions, CONCAT for strings',
  '&&': 'Use AND between conditions',
  '<>': 'Use != to compare',
  '=~': 'Use RLIKE for a regular expression, or TO_LOWER(x) == "…" to ignore case',
  '!~': 'Use NOT … RLIKE for a regular expression',
  '!': 'Use NOT',
  ';': 'Remove it: a query is one pipeline, and its stages are separated by |',
};

/** The stages of a query, with the tokens of each. There is always one stage at least. */
export function tokenizeQuery(text: string): readonly StageTokens[] {
  const stages: StageTokens[] = [];
  for (let at = 0, more = true; more;) {
    const { stage, end } = tokenizeStage(text, at, null);
    stages.push(stage);
    more = text[end] === '|';
    at = end + 1;
  }
  return stages;
}

/** The tokens of a text that is one expression; a pipe in it is a fault. */
export function tokenizeExpression(text: string): StageTokens {
  const { stage, end } = tokenizeStage(text, 0, { mode: 'expression' });
  return end === text.length ? stage : { ...stage, faults: [...stage.faults, pipeFault(end)] };
}

function tokenizeStage(
  text: string,
  start: number,
  given: StageMode | null,
): { readonly stage: StageTokens; readonly end: number } {
  const tokens: Token[] = [];
  const faults: SyntaxFault[] = [];
  const modes = new ModeOfStage(given);
  let at = start;
  const take = ({ token, fault, end }: Scanned): void => {
    if (token !== undefined) tokens.push(token);
    if (fault !== undefined && faults.length < FAULTS_PER_STAGE_MAX) faults.push(fault);
    modes.after(token);
    at = end;
  };
  for (;;) {
    take(scanBlank(text, at));
    if (at >= text.length || isPipe(text, at, modes)) break;
    take(scanToken(text, at, modes.current));
  }
  tokens.push({ kind: 'end', span: { start: at, end: at }, text: '', value: '' });
  return { stage: { tokens, faults }, end: at };
}

/** `||` inside an expression is somebody's OR, anywhere else two pipes. */
function isPipe(text: string, at: number, modes: ModeOfStage): boolean {
  return text[at] === '|' && !(text[at + 1] === '|' && modes.isExpression);
}

/** The mode at each token of one stage. */
class ModeOfStage {
  current: Mode;
  private stage: StageMode | null;

  constructor(given: StageMode | null) {
    this.stage = given;
    this.current = given?.mode ?? 'expression';
  }

  /** Past the first word, in expression mode. */
  get isExpression(): boolean {
    return this.stage !== null && this.current === 'expression';
  }

  after(token: Token | undefined): void {
    if (token === undefined) return;
    const word = token.kind === 'word' || token.kind === 'source' ? token.text.toLowerCase() : '';
    if (this.stage === null) {
      this.stage = STAGE_MODES.get(word) ?? { mode: 'expression' };
      this.current = this.stage.mode;
    } else if (this.stage.until?.words.includes(word) === true) this.current = this.stage.until.mode;
  }
}

function scanToken(text: string, at: number, mode: Mode): Scanned {
  const character = text[at];
  if (character === '"') return scanString(text, at);
  if (character === "'") return scanSingleQuoted(text, at);
  if (mode === 'source') return scanSource(text, at);
  if (mode === 'pattern') return scanPattern(text, at);
  return character === '`' ? scanBackticked(text, at) : scanExpression(text, at);
}

function scanExpression(text: string, at: number): Scanned {
  const foreign = matchAt(FOREIGN, text, at)?.[0];
  if (foreign !== undefined) return { end: at + foreign.length, fault: foreignFault(foreign, at) };
  return (
    scanned('word', WORD, text, at) ??
    scanNumber(text, at) ??
    scanned('param', PARAM, text, at) ??
    scanned('symbol', SYMBOL, text, at) ??
    strange(text, at)
  );
}

function scanNumber(text: string, at: number): Scanned | null {
  const match = matchAt(NUMBER, text, at)?.[0];
  if (match === undefined) return null;
  return token(/^\d+$/.test(match) ? 'integer' : 'decimal', text, at, at + match.length);
}

function scanPattern(text: string, at: number): Scanned {
  const found =
    scanned('pattern', PATTERN, text, at) ??
    scanned('symbol', PATTERN_SYMBOL, text, at) ??
    scanned('param', PARAM, text, at);
  return found ?? (text[at] === '`' ? scanBackticked(text, at) : strange(text, at));
}

function scanSource(text: string, at: number): Scanned {
  return scanned('source', SOURCE, text, at) ?? scanned('symbol', SOURCE_SYMBOL, text, at) ?? strange(text, at);
}

function scanned(kind: TokenKind, pattern: RegExp, text: string, at: number): Scanned | null {
  const match = matchAt(pattern, text, at);
  return match === null ? null : token(kind, text, at, at + match[0].length);
}

/** A character that begins nothing in this mode. */
function strange(text: string, at: number): Scanned {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  const end = at + character.length;
  const shown =
    excerpt(character).trim() === ''
      ? `U+${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0').toUpperCase()}`
      : `"${character}"`;
  const fault = {
    rule: 'unexpected-character',
    message: `The character ${shown} has no meaning here`,
    hint: 'Remove it; a column whose name holds it stands in backticks, a text in double quotes',
    span: { start: at, end },
  };
  return { end, fault };
}

function foreignFault(operator: string, at: number): SyntaxFault {
  return {
    rule: 'foreign-operator',
    message: `ES|QL has no "${operator}"`,
    hint: FOREIGN_HINTS[operator] ?? 'Remove it',
    span: { start: at, end: at + operator.length },
  };
}

function pipeFault(at: number): SyntaxFault {
  return {
    rule: 'pipe-in-expression',
    message: 'A condition is one expression and holds no pipe',
    hint: 'Remove the | and what follows; use OR between conditions',
    span: { start: at, end: at + 1 },
  };
}
