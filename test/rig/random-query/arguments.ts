// Arguments that a function takes only in certain forms: units, formats, blocks, patterns, numbers that must be small.
import type { DurationLiteral, Literal } from '../../../src/query/syntax/ast.ts';
import { number, text } from '../../../src/query/syntax/build.ts';
import { durationOf } from './constants.ts';
import type { Draw } from './draw.ts';

export type FixedArgument = (draw: Draw) => Literal | DurationLiteral;

const oneText =
  (...values: readonly string[]): FixedArgument =>
  (draw) =>
    text(draw.pick(values));
const oneNumber =
  (...values: readonly number[]): FixedArgument =>
  (draw) =>
    number(draw.pick(values));

const unit = oneText('year', 'quarter', 'month', 'week', 'day', 'hour', 'mi', 'seconds', 'ms', 'dd', 'YEAR');
const part = oneText(
  'year',
  'month_of_year',
  'day_of_month',
  'day_of_week',
  'day_of_year',
  'hour_of_day',
  'minute_of_hour',
  'second_of_day',
  'epoch_day',
  'DAY_OF_WEEK',
);
const format = oneText('yyyy-MM-dd', 'yyyy', 'HH:mm:ss', "yyyy-MM-dd'T'HH:mm:ss.SSS", 'dd.MM.yy', 'EEE', 'MMMM', 'D');
const block = oneText(
  '10.0.0.0/8',
  '0.0.0.0/0',
  '::/0',
  '10.0.0.1',
  '203.0.113.0/24',
  'fe80::/10',
  '2001:db8::/32',
  '192.168.1.77/16',
  '255.255.255.255/32',
);
const regex = oneText(
  'a',
  '[aeiou]',
  '\\s+',
  '(\\w+)\\.(\\w+)',
  '^.',
  '$',
  '(?i)A',
  'a|b',
  '\\d{2,}',
  '\\.',
  '[^a-z]',
  '.*',
);
const replacement = oneText('', 'X', '$0', '-', '$0$0', '\\$');
const decimals = oneNumber(0, 1, 2, -1, 3);
const small = oneNumber(0, 1, 2, 5, 100, -1, -3);

/** By function and position. A position that is not named takes any expression of its type. */
const FIXED_ARGUMENTS: Readonly<Record<string, Readonly<Record<number, FixedArgument>>>> = {
  DATE_TRUNC: { 0: (draw) => durationOf(draw) },
  DATE_DIFF: { 0: unit },
  DATE_EXTRACT: { 0: part },
  DATE_FORMAT: { 0: format },
  MV_SORT: { 1: oneText('asc', 'desc', 'ASC') },
  SPLIT: { 1: oneText(',', ' ', '.', '=', 'a', '\\', '\n') },
  CIDR_MATCH: { 1: block, 2: block },
  IP_PREFIX: { 1: oneNumber(0, 1, 8, 24, 31, 32), 2: oneNumber(0, 1, 32, 64, 112, 128) },
  REPLACE: { 1: regex, 2: replacement },
  REPEAT: { 1: oneNumber(0, 1, 2, 3) },
  SPACE: { 0: oneNumber(0, 1, 3) },
  MV_SLICE: { 1: oneNumber(0, 1, 2), 2: oneNumber(2, 3, 100) },
  LEFT: { 1: small },
  RIGHT: { 1: small },
  SUBSTRING: { 1: small, 2: oneNumber(0, 1, 3, 100) },
  LOCATE: { 2: small },
  ROUND: { 1: decimals },
  TOP: { 1: oneNumber(1, 2, 3, 10), 2: oneText('asc', 'desc') },
  PERCENTILE: { 1: oneNumber(0, 50, 90, 99, 100) },
};

/** What an argument is known by before it is drawn. */
export function fixedArgument(name: string, at: number): FixedArgument | undefined {
  return FIXED_ARGUMENTS[name]?.[at];
}
