import type { CompareOp } from '../syntax/ast.ts';
import { ANY, constant, ORDERED, STRING, takes, wholeList } from '../functions/define.ts';
import type { ScalarFunction } from '../functions/define.ts';
import { parseLike } from '../values/like.ts';
import type { LikePattern } from '../values/like.ts';
import { compare } from '../values/operators.ts';
import { elementsOf, isSeveral, textIn } from '../values/values.ts';
import type { RefScalar, RefValue } from '../values/values.ts';

/*
 * What full-text search asks of a field: whether any of its values fits. A null fits nothing, so NOT selects it. These
 * are no functions of ES|QL; expand-search.ts puts them in the place of KQL, MATCH and MATCH_PHRASE.
 */

/** Whether any value fits a LIKE pattern. */
export const ANY_LIKE: ScalarFunction = wholeList(
  'ANY_LIKE',
  'ANY_LIKE(strings, pattern)',
  takes({ takes: [STRING, constant(STRING)] }, 'boolean'),
  'single',
  ([list = null, pattern = null]) => {
    const matches = patternOf(textIn(pattern));
    return elementsOf(list).some((element) => matches(textIn(element)));
  },
);

/** Whether any value stands so to a constant of its type. */
export const ANY_COMPARE: ScalarFunction = wholeList(
  'ANY_COMPARE',
  'ANY_COMPARE(values, operator, constant)',
  takes({ takes: [ORDERED, constant(STRING), constant(ANY)] }, 'boolean'),
  'single',
  ([list = null, op = null, bound = null], { takes: [type = 'null'] }) =>
    some(list, bound, (element, value) => compare(textIn(op) as CompareOp, element, value, type)),
);

/** Whether any text has the words of a phrase beside each other, case aside. */
export const ANY_PHRASE: ScalarFunction = wholeList(
  'ANY_PHRASE',
  'ANY_PHRASE(texts, phrase)',
  takes({ takes: [STRING, constant(STRING)] }, 'boolean'),
  'single',
  ([list = null, phrase = null]) =>
    some(list, phrase, (element, wanted) => ` ${words(element)} `.includes(` ${words(wanted)} `)),
);

function some(list: RefValue, bound: RefValue, fits: (element: RefScalar, bound: RefScalar) => boolean): boolean {
  return bound !== null && !isSeveral(bound) && elementsOf(list).some((element) => fits(element, bound));
}

/** What the standard analyzer makes of a text, closely enough for words of letters and digits. */
function words(text: RefScalar): string {
  return (
    textIn(text)
      .toLowerCase()
      .match(/[\p{L}\p{N}_]+/gu) ?? []
  ).join(' ');
}

let latest: { readonly text: string; readonly matches: LikePattern['matches'] } = { text: '', matches: () => false };

/** A pattern is a constant of its query: the last one read is the one that comes next. */
function patternOf(text: string): LikePattern['matches'] {
  if (latest.text !== text) latest = { text, matches: parseLike(text)?.matches ?? (() => false) };
  return latest.matches;
}
