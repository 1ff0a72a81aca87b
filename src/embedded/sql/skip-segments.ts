import { parseDateMs } from '../../query/values/dates.ts';
import type { ScanFilter } from './filter.ts';
import type { Bound, StageOf } from '../plan/plan.ts';
import { BOUNDED_FIELDS } from '../segments/snapshot.ts';
import type { SegmentInfo } from '../segments/snapshot.ts';

const BOUNDED: ReadonlySet<string> = new Set(BOUNDED_FIELDS);

/** Whether any document of a segment can pass: false only where its bounds say that none does. */
export function mayMatch(segment: SegmentInfo, { where, fields }: StageOf<'scan'>, { time }: ScanFilter): boolean {
  if (time !== null && !time.clocks.some((chain) => chainMeets(segment, chain, time.span.start, time.span.end - 1)))
    return false;
  return where.every((condition) => {
    const range = rangeOf(condition);
    const field = fields.find(({ slot }) => slot === range?.slot);
    if (range === null || field === undefined || !BOUNDED.has(field.name)) return true;
    return meets(segment, field.name, range.min, range.max);
  });
}

/** Any field of a chain may be the one that is present. One that is not bounded says nothing. */
function chainMeets(segment: SegmentInfo, chain: readonly string[], min: number, max: number): boolean {
  return chain.some((name) => !BOUNDED.has(name) || meets(segment, name, min, max));
}

/** Several values count each, so bounds that meet the range are all that can be said. */
function meets(segment: SegmentInfo, name: string, min: number, max: number): boolean {
  const bounds = segment.bounds.get(name);
  return bounds !== undefined && bounds.min <= max && bounds.max >= min;
}

const FLIPPED: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '==': '==' };

/** The instants that `column op constant` lets through; null for any other condition. */
function rangeOf({
  typed,
  names,
}: Bound): { readonly slot: unknown; readonly min: number; readonly max: number } | null {
  const [left, right] = typed.operands;
  if (typed.expr.kind !== 'compare' || left === undefined || right === undefined || typed.takes[0] !== 'date')
    return null;
  const [column, constant, op] =
    left.column === null ? [right, left, FLIPPED[typed.expr.op]] : [left, right, typed.expr.op];
  const value = instantOf(constant.constant?.value);
  const slot = column.column === null ? undefined : names.get(column.column.name);
  if (slot === undefined || value === null) return null;
  if (op === '==') return { slot, min: value, max: value };
  if (op === '<' || op === '<=') return { slot, min: Number.NEGATIVE_INFINITY, max: value };
  return op === '>' || op === '>=' ? { slot, min: value, max: Number.POSITIVE_INFINITY } : null;
}

function instantOf(value: unknown): number | null {
  const ms = typeof value === 'string' ? parseDateMs(value) : value;
  return typeof ms === 'number' ? ms : null;
}
