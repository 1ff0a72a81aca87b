import { isNumeric } from '../values/types.ts';
import type { Operand, Several, Typing } from '../values/types.ts';
import { aggregate, ANY, constant, INTEGER, NUMERIC, ORDERED, sameAsFirst, STRING, takes } from './define.ts';
import type { Accepts, AggregateFunction } from './define.ts';

/** Elasticsearch 8.19 computes with no unsigned_long; COUNT alone takes one. */
const signed = (accepts: Accepts): Accepts => ({
  ...accepts,
  label: `${accepts.label} other than an unsigned_long`,
  fits: (type) => accepts.fits(type) && type !== 'unsigned_long',
});
const NUMBER = signed(NUMERIC);
const VALUE = signed(ANY);
const SORTABLE = signed(ORDERED);

const oneNumberToDouble = takes({ takes: [NUMBER] }, 'double');

/** Aggregates of STATS. Results are single but for lists of values. */
export const AGGREGATE_FUNCTIONS: readonly AggregateFunction[] = [
  aggregate('COUNT', 'COUNT(*) or COUNT(field)', takes({ takes: [ANY], optional: 1 }, 'long')),
  aggregate(
    'COUNT_DISTINCT',
    'COUNT_DISTINCT(field, precision)',
    takes({ takes: [VALUE, constant(INTEGER)], optional: 1 }, 'long'),
  ),
  aggregate(
    'SUM',
    'SUM(number)',
    takes({ takes: [NUMBER] }, (types) => (types[0] === 'double' || types[0] === 'null' ? 'double' : 'long')),
  ),
  aggregate('AVG', 'AVG(number)', oneNumberToDouble),
  aggregate('MIN', 'MIN(field)', takes({ takes: [SORTABLE] }, sameAsFirst)),
  aggregate('MAX', 'MAX(field)', takes({ takes: [SORTABLE] }, sameAsFirst)),
  aggregate('MEDIAN', 'MEDIAN(number)', oneNumberToDouble),
  aggregate('MEDIAN_ABSOLUTE_DEVIATION', 'MEDIAN_ABSOLUTE_DEVIATION(number)', oneNumberToDouble),
  aggregate('PERCENTILE', 'PERCENTILE(number, percentile)', takes({ takes: [NUMBER, constant(NUMERIC)] }, 'double')),
  aggregate('STD_DEV', 'STD_DEV(number)', oneNumberToDouble),
  aggregate('WEIGHTED_AVG', 'WEIGHTED_AVG(number, weight)', weightedTyping),
  aggregate('VALUES', 'VALUES(field)', takes({ takes: [VALUE] }, sameAsFirst), 'several'),
  aggregate('TOP', 'TOP(field, limit, order)', topTyping, severalOfCount),
  aggregate(
    'SAMPLE',
    'SAMPLE(field, limit)',
    takes({ takes: [VALUE, constant(INTEGER)] }, sameAsFirst),
    severalOfCount,
  ),
];

function topTyping(operands: readonly Operand[]): Typing {
  const typing = takes({ takes: [SORTABLE, constant(INTEGER), constant(STRING)] }, sameAsFirst)(operands);
  const [field, , order] = operands;
  const direction = order?.constant?.value;
  if (typeof direction === 'string' && !['asc', 'desc'].includes(direction.toLowerCase())) {
    return { fault: `argument 3 must be "asc" or "desc", not "${direction}"` };
  }
  const orderable =
    field !== undefined &&
    (isNumeric(field.type) || ['date', 'keyword', 'text', 'ip', 'boolean', 'null'].includes(field.type));
  return orderable || field === undefined ? typing : { fault: `argument 1 cannot be ${field.type}` };
}

/** A constant weight must weigh something. */
function weightedTyping(operands: readonly Operand[]): Typing {
  const weight = operands[1]?.constant?.value;
  const nothing = weight === null || weight === 0 || weight === 0n;
  return nothing
    ? { fault: 'the weight must not be null or 0' }
    : takes({ takes: [NUMBER, NUMBER] }, 'double')(operands);
}

function severalOfCount([, count]: readonly Operand[]): Several {
  return count?.constant?.value === 1 ? 'single' : 'several';
}
