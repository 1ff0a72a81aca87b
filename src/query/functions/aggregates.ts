import { isDate, isNumeric } from '../types.ts';
import type { Operand, Several, Typing } from '../types.ts';
import { aggregate, ANY, constant, INTEGER, NUMERIC, ORDERED, sameAsFirst, STRING, takes } from './define.ts';
import type { AggregateFunction } from './define.ts';

const oneNumberToDouble = takes({ takes: [NUMERIC] }, 'double');

/** Aggregates of STATS. Results are single but for lists of values. */
export const AGGREGATE_FUNCTIONS: readonly AggregateFunction[] = [
  aggregate('COUNT', 'COUNT(*) or COUNT(field)', takes({ takes: [ANY], optional: 1 }, 'long')),
  aggregate(
    'COUNT_DISTINCT',
    'COUNT_DISTINCT(field, precision)',
    takes({ takes: [ANY, constant(INTEGER)], optional: 1 }, 'long'),
  ),
  aggregate(
    'SUM',
    'SUM(number)',
    takes({ takes: [NUMERIC] }, (types) => (types[0] === 'double' || types[0] === 'null' ? 'double' : 'long')),
  ),
  aggregate('AVG', 'AVG(number)', oneNumberToDouble),
  aggregate('MIN', 'MIN(field)', takes({ takes: [ORDERED] }, sameAsFirst)),
  aggregate('MAX', 'MAX(field)', takes({ takes: [ORDERED] }, sameAsFirst)),
  aggregate('MEDIAN', 'MEDIAN(number)', oneNumberToDouble),
  aggregate('MEDIAN_ABSOLUTE_DEVIATION', 'MEDIAN_ABSOLUTE_DEVIATION(number)', oneNumberToDouble),
  aggregate('PERCENTILE', 'PERCENTILE(number, percentile)', takes({ takes: [NUMERIC, constant(NUMERIC)] }, 'double')),
  aggregate('STD_DEV', 'STD_DEV(number)', oneNumberToDouble),
  aggregate('WEIGHTED_AVG', 'WEIGHTED_AVG(number, weight)', takes({ takes: [NUMERIC, NUMERIC] }, 'double')),
  aggregate('VALUES', 'VALUES(field)', takes({ takes: [ANY] }, sameAsFirst), 'several'),
  aggregate('TOP', 'TOP(field, limit, order)', topTyping, severalOfCount),
  aggregate('SAMPLE', 'SAMPLE(field, limit)', takes({ takes: [ANY, constant(INTEGER)] }, sameAsFirst), severalOfCount),
];

function topTyping(operands: readonly Operand[]): Typing {
  const typing = takes({ takes: [ORDERED, constant(INTEGER), constant(STRING)] }, sameAsFirst)(operands);
  const [field, , order] = operands;
  const direction = order?.constant?.value;
  if (typeof direction === 'string' && !['asc', 'desc'].includes(direction.toLowerCase())) {
    return { fault: `argument 3 must be "asc" or "desc", not "${direction}"` };
  }
  const orderable =
    field !== undefined &&
    (isNumeric(field.type) || isDate(field.type) || ['keyword', 'text', 'ip', 'boolean', 'null'].includes(field.type));
  return orderable || field === undefined ? typing : { fault: `argument 1 cannot be ${field.type}` };
}

function severalOfCount([, count]: readonly Operand[]): Several {
  return count?.constant?.value === 1 ? 'single' : 'several';
}
