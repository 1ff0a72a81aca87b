import type { NodeRule } from './lint-rules.ts';
import type { MeaningFault, Typed } from '../resolve/typed.ts';
import { elementsOf } from '../values/values.ts';

/** What a function that changes the case leaves, and the word for what it never gives. */
const CASES: ReadonlyMap<string, { readonly change: (text: string) => string; readonly never: string }> = new Map([
  ['TO_LOWER', { change: (text: string) => text.toLowerCase(), never: 'upper' }],
  ['TO_UPPER', { change: (text: string) => text.toUpperCase(), never: 'lower' }],
]);

/** `TO_LOWER(x) == "Cmd.exe"` holds for no row, and its NOT for all. */
export const caseNever: NodeRule = (node) => {
  for (const side of node.operands) {
    const cased = side.constant === null ? CASES.get(side.entry?.name ?? '') : undefined;
    if (cased === undefined) continue;
    const text = textsBeside(node, side).find((each) => cased.change(each) !== each);
    if (text === undefined) continue;
    return neverFault(node, side.entry?.name ?? '', cased.never, cased.change(text));
  }
  return null;
};

/** The texts that a node compares one of its operands with. */
function textsBeside({ expr, entry, operands }: Typed, side: Typed): readonly string[] {
  if (expr.kind === 'like') return expr.patterns.map(({ value }) => String(value));
  // In a regular expression `\D` and `[A-Z]` are no letters of the text.
  if (expr.kind === 'rlike') return expr.patterns.map(({ value }) => String(value).replace(/\\.|\[[^\]]*\]/g, ''));
  const compares =
    (expr.kind === 'compare' && (expr.op === '==' || expr.op === '!=')) ||
    (expr.kind === 'in' && side === operands[0]) ||
    ((entry?.name === 'STARTS_WITH' || entry?.name === 'ENDS_WITH') && side === operands[0]);
  if (!compares) return [];
  const others = operands.filter((operand) => operand !== side);
  return others.flatMap(({ constant }) =>
    elementsOf(constant?.value ?? null).filter((value) => typeof value === 'string'),
  );
}

function neverFault({ expr }: Typed, name: string, never: string, instead: string): MeaningFault {
  return {
    rule: 'case-never',
    severity: 'error',
    message: `${name} gives no ${never} case, so this holds for no row`,
    hint: `Write "${instead.slice(0, 80)}"`,
    span: expr.span,
  };
}
