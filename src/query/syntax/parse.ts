// ES|QL text to trees: the commands and expressions that 8.19 and 9.x share. What stands in the way comes back as faults.
import type { Aggregate, Command, Expr, Field, Query } from './ast.ts';
import { expressionsOf } from './commands.ts';
import { Cursor, DEPTH_MAX, tooDeep } from './cursor.ts';
import { caught } from './fault.ts';
import type { Parsed, SyntaxFault } from './fault.ts';
import { isCommand, parseCommand } from './parse-command.ts';
import { parseExpr } from './parse-expression.ts';
import { parseAggregate, parseField } from './parse-field.ts';
import type { StageTokens } from './token.ts';
import { tokenizeExpression, tokenizeQuery } from './tokenize.ts';
import { depthOf } from './walk.ts';

/** Most characters of a query, and of its stages; both measured on 8.19 (esql.md, section 4). */
export const CHARACTERS_MAX = 1_000_000;
const STAGES_MAX = 500;

/** A whole query. A fault ends its stage only, so that several stages give theirs at once. */
export function parseQuery(text: string): Parsed<Query> {
  const unreadable = faultOfText(text);
  if (unreadable !== null) return { ok: false, faults: [unreadable] };
  const stages = tokenizeQuery(text);
  if (stages.length > STAGES_MAX) return { ok: false, faults: [tooManyStages(stages)] };
  const parsed = stages.map((stage, index) =>
    parseStage(text, withRefusalFirst(stage), (cursor) => checkedCommand(cursor, index === 0)),
  );
  const faults = parsed.flatMap((result) => (result.ok ? [] : result.faults));
  if (faults.length > 0) return { ok: false, faults };
  const commands = parsed.flatMap((result) => (result.ok ? [result.value] : []));
  return {
    ok: true,
    value: { commands, span: { start: commands[0]?.span.start ?? 0, end: commands.at(-1)?.span.end ?? 0 } },
  };
}

/** One expression alone, as `where`, `when` and `keep` hold it. */
export function parseExpression(text: string): Parsed<Expr> {
  return parseAlone(text, (cursor) => checkedDepth(parseExpr(cursor)));
}

/** One item of EVAL, ROW or BY alone. */
export function parseFieldText(text: string): Parsed<Field> {
  return parseAlone(text, parseField);
}

/** One item of STATS alone. */
export function parseAggregateText(text: string): Parsed<Aggregate> {
  return parseAlone(text, parseAggregate);
}

function parseAlone<T>(text: string, read: (cursor: Cursor) => T): Parsed<T> {
  const unreadable = faultOfText(text);
  if (unreadable !== null) return { ok: false, faults: [unreadable] };
  return parseStage(text, tokenizeExpression(text), (cursor) => {
    const value = read(cursor);
    cursor.expectEnd();
    return value;
  });
}

/** Faults among the characters come alone: the tokens around them mean little, but for the name of a command. */
function parseStage<T>(text: string, { tokens, faults }: StageTokens, read: (cursor: Cursor) => T): Parsed<T> {
  return faults.length > 0 ? { ok: false, faults } : caught(() => read(new Cursor(text, tokens)));
}

/** A stage of another language says enough by its first word; faults among its characters would only distract. */
function withRefusalFirst(stage: StageTokens): StageTokens {
  const word = stage.tokens[0];
  return word?.kind === 'word' && !isCommand(word.text) ? { ...stage, faults: [] } : stage;
}

function checkedCommand(cursor: Cursor, first: boolean): Command {
  const command = parseCommand(cursor, first);
  for (const expr of expressionsOf(command)) checkedDepth(expr);
  return command;
}

/** The parser bounds what it recurses for; a chain of casts is read in a loop and bounded here. */
function checkedDepth(expr: Expr): Expr {
  if (depthOf(expr) > DEPTH_MAX) throw tooDeep(expr.span);
  return expr;
}

function faultOfText(text: string): SyntaxFault | null {
  const hint = 'Use lists in IN and CIDR_MATCH, or a value list of the hunt';
  if (text.length > CHARACTERS_MAX) {
    const message = `The text has ${text.length} characters, and Elasticsearch takes ${CHARACTERS_MAX}`;
    return { rule: 'too-long', message, hint, span: { start: CHARACTERS_MAX, end: text.length } };
  }
  if (text.isWellFormed()) return null;
  const at = text.search(/\p{Surrogate}/u);
  return {
    rule: 'broken-character',
    message: 'The text holds half of a surrogate pair',
    hint: 'Remove it',
    span: { start: at, end: at + 1 },
  };
}

function tooManyStages(stages: readonly StageTokens[]): SyntaxFault {
  const { start, end } = stages[STAGES_MAX]?.tokens[0]?.span ?? { start: 0, end: 0 };
  const message = `The query has ${stages.length} stages, and Elasticsearch takes ${STAGES_MAX}`;
  return { rule: 'too-many-stages', message, hint: 'Join EVAL and WHERE stages', span: { start, end } };
}
