import type { Expr } from '../syntax/ast.ts';
import { convert } from '../values/convert.ts';
import type { TypedConstant } from './type-constants.ts';
import type { Typed, TypingScope } from './typed.ts';
import { isFault } from '../values/types.ts';
import type { Typing } from '../values/types.ts';
import { elementsOf, isSeveral } from '../values/values.ts';
import type { RefScalar, ValueType } from '../values/values.ts';

/** A node of a typed tree; what `more` leaves out is that of an expression without operands. */
export function typedNode(expr: Expr, type: ValueType, more: Partial<Typed> = {}): Typed {
  return {
    expr,
    type,
    several: 'single',
    constant: null,
    operands: [],
    takes: [],
    column: null,
    entry: null,
    steps: [],
    ...more,
  };
}

export function constantNode(expr: Expr, { type, value }: TypedConstant, param: boolean): Typed {
  return typedNode(expr, type, { several: isSeveral(value) ? 'several' : 'single', constant: { value, param } });
}

/** A node by its typing: text constants among the operands are checked against the types they become. */
export function appliedNode(expr: Expr, operands: readonly Typed[], typing: Typing, scope: TypingScope): Typed {
  if (isFault(typing)) return refusedNode(expr, operands, typing, scope);
  checkConstants(operands, typing.takes, scope);
  return typedNode(expr, typing.result, { operands, takes: typing.takes });
}

/** Reports why there is no typing. */
export function refusedNode(
  expr: Expr,
  operands: readonly Typed[],
  { fault, hint = 'Convert one side, with ::string for instance' }: { readonly fault: string; readonly hint?: string },
  scope: TypingScope,
): Typed {
  const rule = expr.kind === 'call' || expr.kind === 'cast' ? 'argument-type' : 'operand-type';
  return { ...faultyNode(expr, scope, rule, fault, hint), operands };
}

/** Reports a fault and stands as a null, which fits everywhere, so that one fault does not make others. */
export function faultyNode(expr: Expr, scope: TypingScope, rule: string, message: string, hint: string): Typed {
  scope.report({ rule, severity: 'error', message, hint, span: expr.span });
  return typedNode(expr, 'null', { several: 'unknown' });
}

/** Reports text constants that have no form of the type they become. */
export function checkConstants(operands: readonly Typed[], takes: readonly ValueType[], scope: TypingScope): void {
  for (const [at, operand] of operands.entries()) {
    const to = takes[at] ?? operand.type;
    if (operand.type !== 'keyword' || operand.constant === null || to === 'keyword' || to === 'text') continue;
    for (const value of elementsOf(operand.constant.value)) {
      if (convert(value, 'keyword', to) === null) badLiteral(operand.expr, value, to, scope);
    }
  }
}

const LITERAL_FORMS: ReadonlyMap<ValueType, string> = new Map([
  ['date', 'Write ISO 8601: "2026-11-01" or "2026-11-01T10:00:00.000Z"'],
  ['ip', 'Write one address; blocks go into CIDR_MATCH(field, "10.0.0.0/8")'],
  ['duration', 'Write an amount and a unit: "1 hour"'],
]);

export function badLiteral(expr: Expr, value: RefScalar, to: ValueType, scope: TypingScope): void {
  const shown =
    typeof value === 'string'
      ? JSON.stringify(value.slice(0, 80))
      : typeof value === 'object'
        ? 'a duration'
        : String(value);
  const hint = LITERAL_FORMS.get(to) ?? `Write a value of type ${to}`;
  faultyNode(expr, scope, 'bad-literal', `${shown} is no ${to}`, hint);
}
