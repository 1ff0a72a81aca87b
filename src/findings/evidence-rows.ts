import type { EnrichmentAnswer } from '../core/enrichment.ts';
import { cellOf, type Row, type Scalar, type Value, valuesOf } from '../core/row.ts';

/** Longest text and list of a cell, and longest JSON of all rows, that a finding keeps of one enrichment. */
const TEXT_CHARS = 1_000;
const LIST_MAX = 20;
const JSON_CHARS = 20_000;

/** Rows as a finding keeps them; whatever is cut, `more` says so. */
export function evidenceRows(rows: readonly Row[], truncated: boolean): Pick<EnrichmentAnswer, 'rows' | 'more'> {
  const kept: Record<string, Value>[] = [];
  let more = truncated;
  let left = JSON_CHARS;
  for (const row of rows) {
    const cells = Object.fromEntries(
      [...row].filter(([, value]) => value !== null).map(([name, value]) => [name, cut(value)]),
    );
    left -= JSON.stringify(cells).length;
    if (left < 0) return { rows: kept, more: true };
    more ||= [...row].some(([, value]) => isLong(value));
    kept.push(cells);
  }
  return { rows: kept, more };
}

function cut(value: Value): Value {
  return cellOf(valuesOf(value).slice(0, LIST_MAX).map(cutText));
}

function cutText(value: Scalar): Scalar {
  return typeof value === 'string' ? value.slice(0, TEXT_CHARS) : value;
}

function isLong(value: Value): boolean {
  const values = valuesOf(value);
  return values.length > LIST_MAX || values.some((each) => typeof each === 'string' && each.length > TEXT_CHARS);
}
