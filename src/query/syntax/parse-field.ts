// Named expressions of ROW, EVAL, STATS and BY, and aggregates with their own WHERE.
import type { Aggregate, Field } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseExpr } from './parse-expression.ts';
import { lengthOfName, paramAsName, parseColumn } from './parse-name.ts';

/** `name = expression`, or an expression that its own text names. */
export function parseField(cursor: Cursor): Field {
  const { start } = cursor.current.span;
  const given = parseGivenName(cursor);
  const expr = parseExpr(cursor);
  const span = cursor.spanFrom(start);
  return { name: given ?? cursor.text.slice(span.start, span.end), named: given !== null, expr, span };
}

/** A key of BY: a column keeps its name, whatever quotes and parentheses stand around it. */
export function parseGroupKey(cursor: Cursor): Field {
  const field = parseField(cursor);
  return !field.named && field.expr.kind === 'column' ? { ...field, name: field.expr.name } : field;
}

/** `name = aggregate WHERE condition`; without a name all of its text names it, the condition's too. */
export function parseAggregate(cursor: Cursor): Aggregate {
  const field = parseField(cursor);
  const where = cursor.acceptWord('WHERE') ? parseExpr(cursor) : null;
  const span = cursor.spanFrom(field.span.start);
  return { ...field, name: field.named ? field.name : cursor.text.slice(span.start, span.end), where, span };
}

/** The name before a `=`, or null. */
function parseGivenName(cursor: Cursor): string | null {
  if (cursor.current.kind === 'param' && cursor.ahead(1).text === '=') throw paramAsName(cursor);
  const length = lengthOfName(cursor);
  const sign = cursor.ahead(length);
  if (length === 0 || sign.kind !== 'symbol' || sign.text !== '=') return null;
  const { name } = parseColumn(cursor);
  cursor.expectSymbol('=');
  return name;
}
