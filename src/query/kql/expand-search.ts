import { parseCidr } from '../../core/cidr.ts';
import type { Call, Expr } from '../syntax/ast.ts';
import { convert } from '../values/convert.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../core/time.ts';
import { addDuration, parseDateMs } from '../values/dates.ts';
import type { ScalarFunction } from '../functions/define.ts';
import type { Placed, Resolution } from '../resolve/resolution.ts';
import { constantNode, typedNode } from '../resolve/typed-node.ts';
import type { KnownColumn, MeaningFault, Typed } from '../resolve/typed.ts';
import { isString } from '../values/types.ts';
import { textIn } from '../values/values.ts';
import type { RefScalar, ValueType } from '../values/values.ts';
import { parseKql } from './parse-kql.ts';
import type { Kql, RangeOp } from './parse-kql.ts';
import { ANY_COMPARE, ANY_LIKE, ANY_PHRASE } from './predicates.ts';

/** The fields of the sources, whatever the commands before have dropped: search reads the index. */
export type FieldLookup = (name: string) => KnownColumn | undefined;

/** Full-text functions that are taken apart here. */
const SEARCHES = new Set(['KQL', 'MATCH', 'MATCH_PHRASE']);

/** Whether a function is one that is written out here. */
export function isSearch(name: string): boolean {
  return SEARCHES.has(name);
}

/** A resolved query whose KQL, MATCH and MATCH_PHRASE are written out, as `expandSearch` does with each expression. */
export function expandSearches(resolution: Resolution, field: FieldLookup): Resolution {
  const faults: MeaningFault[] = [];
  const expressions = resolution.expressions.map((placed): Placed => {
    const expanded = expandSearch(placed.typed, field);
    faults.push(...expanded.faults);
    return { ...placed, typed: expanded.typed };
  });
  return { ...resolution, expressions, faults: [...resolution.faults, ...faults] };
}

/**
 * The same tree with KQL, MATCH and MATCH_PHRASE written out as predicates that any value of a field may fulfil, so that
 * rows can answer them. What is not supported is a fault at the place of the call.
 */
export function expandSearch(
  typed: Typed,
  field: FieldLookup,
): { readonly typed: Typed; readonly faults: readonly MeaningFault[] } {
  const faults: MeaningFault[] = [];
  const expand = (node: Typed): Typed => {
    if (!SEARCHES.has(node.entry?.name ?? '')) return { ...node, operands: node.operands.map(expand) };
    const written = searchNode(node, field);
    if (typeof written !== 'string') return written;
    faults.push(unsupported(node, written));
    return node;
  };
  return { typed: expand(typed), faults };
}

function unsupported({ expr, entry }: Typed, what: string): MeaningFault {
  const message = `${entry?.name ?? ''} is not supported here with ${what}`;
  const hint = 'Write it as comparisons, LIKE, or field : "value"';
  return { rule: 'search-not-supported', severity: 'error', message, hint, span: expr.span };
}

function searchNode(node: Typed, field: FieldLookup): Typed | string {
  const [first, query] = node.operands;
  const call = node.expr as Call;
  if (call.args.some((arg) => arg.kind === 'map')) return 'options';
  const text = textIn(first?.constant?.value);
  if (node.entry?.name === 'KQL') {
    const tree = parseKql(text);
    return typeof tree === 'string' ? tree : kqlNode(tree, call, field);
  }
  const column = first?.column;
  if (column === null || column === undefined || column.origin !== 'field') return 'a computed column';
  const value = query?.constant?.value;
  if (first === undefined || query === undefined || value === null || value === undefined)
    return 'a query that is no constant';
  return node.entry?.name === 'MATCH_PHRASE' && column.type === 'text'
    ? predicate(ANY_PHRASE, call, first, [query])
    : matchNode(call, first, query);
}

/** One of the tree's conditions at a time; the span is that of the whole call. */
function kqlNode(tree: Kql, call: Call, field: FieldLookup): Typed | string {
  if (tree.kind === 'not') {
    const part = kqlNode(tree.part, call, field);
    return typeof part === 'string' ? part : logical({ kind: 'not', operand: part.expr, span: call.span }, [part]);
  }
  if (tree.kind === 'and' || tree.kind === 'or') {
    const parts: Typed[] = [];
    for (const inner of tree.parts) {
      const part = kqlNode(inner, call, field);
      if (typeof part === 'string') return part;
      parts.push(part);
    }
    return logical({ kind: tree.kind, operands: parts.map((part) => part.expr), span: call.span }, parts);
  }
  const column = field(tree.field);
  // A field that is not mapped matches nothing [measured on 8.19.21].
  return column === undefined ? truth(call, false) : fieldNode(tree, call, columnNode(call, column));
}

function fieldNode(tree: Extract<Kql, { field: string }>, call: Call, field: Typed): Typed | string {
  if (tree.kind === 'exists') return exists(call, field);
  if (tree.kind === 'range') return rangeNode(call, field, tree.op, tree.value);
  if (tree.kind === 'wildcard') {
    if (!isString(field.type)) return `a wildcard on "${tree.field}", which is ${field.type}`;
    if (field.type === 'text') return `a wildcard on "${tree.field}", which is analysed text`;
    const pattern = tree.pieces.map((piece) => piece.replace(/[\\*?]/g, '\\$&')).join('*');
    return predicate(ANY_LIKE, call, field, [text(call, pattern)]);
  }
  if (field.type === 'text' && tree.quoted) return predicate(ANY_PHRASE, call, field, [text(call, tree.value)]);
  if (field.type === 'date') return instantNode(call, field, tree.value);
  const block = field.type === 'ip' && parseCidr(tree.value) !== null;
  const fits = block || convert(tree.value, 'keyword', field.type) !== null;
  return fits ? matchNode(call, field, text(call, tree.value)) : truth(call, false);
}

/** A date stands for all of the unit it ends with: `2026-11-01` for the day. */
function instantNode(call: Call, field: Typed, value: string): Typed | string {
  const from = rangeNode(call, field, '>=', value);
  const to = rangeNode(call, field, '<=', value);
  if (typeof from === 'string') return from;
  if (typeof to === 'string') return to;
  return logical({ kind: 'and', operands: [from.expr, to.expr], span: call.span }, [from, to]);
}

function rangeNode(call: Call, field: Typed, op: RangeOp, value: string): Typed | string {
  if (field.type === 'text' || field.type === 'boolean') return `a range on a field of type ${field.type}`;
  const bound = field.type === 'date' ? dateBound(value, op) : convert(value, 'keyword', field.type);
  if (bound === null) return `"${value.slice(0, 40)}" as a bound of a field of type ${field.type}`;
  return predicate(ANY_COMPARE, call, field, [text(call, op), constant(call, field.type, bound)]);
}

/** `>` and `<=` mean the end of the unit that the text ends with, as in Elasticsearch's ranges. */
function dateBound(value: string, op: RangeOp): number | null {
  const start = parseDateMs(value);
  if (start === null || op === '>=' || op === '<') return start;
  if (/^\d{4}(?:-\d{2})?$/.test(value)) {
    const next = addDuration(start, { amount: 1, unit: value.length === 4 ? 'year' : 'month' });
    return next === null ? null : next - 1;
  }
  const size = /[.,]\d/.test(value)
    ? 1
    : /:\d\d:\d\d/.test(value)
      ? SECOND_MS
      : /T\d\d:\d\d/.test(value)
        ? MINUTE_MS
        : /T\d\d/.test(value)
          ? HOUR_MS
          : DAY_MS;
  return start + size - 1;
}

function matchNode(call: Call, field: Typed, query: Typed): Typed {
  const column = { kind: 'column', name: field.column?.name ?? '', span: call.span } as const;
  const literal = { kind: 'literal', type: 'keyword', value: textIn(query.constant?.value), span: call.span } as const;
  const expr: Expr = { kind: 'match', field: column, query: literal, span: call.span };
  return typedNode(expr, 'boolean', { operands: [field, query], takes: [field.type, query.type] });
}

function predicate(entry: ScalarFunction, call: Call, field: Typed, constants: readonly Typed[]): Typed {
  const operands = [field, ...constants];
  const expr: Expr = { kind: 'call', name: entry.name, args: operands.map((operand) => operand.expr), span: call.span };
  return typedNode(expr, 'boolean', { operands, takes: operands.map((operand) => operand.type), entry });
}

function exists(call: Call, field: Typed): Typed {
  const expr: Expr = { kind: 'is_null', negated: true, value: field.expr, span: call.span };
  return typedNode(expr, 'boolean', { operands: [field], takes: [field.type] });
}

function logical(expr: Expr, operands: readonly Typed[]): Typed {
  return typedNode(expr, 'boolean', { operands, takes: operands.map(() => 'boolean' as const) });
}

function columnNode(call: Call, column: KnownColumn): Typed {
  const expr: Expr = { kind: 'column', name: column.name, span: call.span };
  return typedNode(expr, column.type, { several: column.several, column });
}

function truth(call: Call, value: boolean): Typed {
  const expr: Expr = { kind: 'literal', type: 'boolean', value, span: call.span };
  return constantNode(expr, { type: 'boolean', value }, false);
}

function text(call: Call, value: string): Typed {
  return constant(call, 'keyword', value);
}

function constant(call: Call, type: ValueType, value: RefScalar): Typed {
  const expr: Expr = {
    kind: 'literal',
    type: 'keyword',
    value: typeof value === 'object' ? '' : String(value),
    span: call.span,
  };
  return constantNode(expr, { type, value }, false);
}
