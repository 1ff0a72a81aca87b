import type { ColumnType } from '../../core/row.ts';
import { convert } from '../values/convert.ts';
import { eachElement, elementWise, oneOf, queryOnly, takes } from './define.ts';
import type { Accepts, ScalarFunction } from './define.ts';

const NUMBERS = ['integer', 'long', 'unsigned_long', 'double'] as const;
const TEXTS = ['keyword', 'text'] as const;
const DATES = ['date', 'date_nanos'] as const;

/** Each target type, the names of its function, and what it is made from (Elasticsearch's TO_* pages, 8.19). */
const TARGETS: readonly { to: ColumnType; names: readonly string[]; from: readonly ColumnType[] }[] = [
  {
    to: 'keyword',
    names: ['TO_STRING', 'TO_STR'],
    from: [...TEXTS, ...NUMBERS, ...DATES, 'boolean', 'ip', 'version', 'geo_point', 'unsupported'],
  },
  { to: 'integer', names: ['TO_INTEGER', 'TO_INT'], from: [...TEXTS, ...NUMBERS, 'boolean', 'date'] },
  { to: 'long', names: ['TO_LONG'], from: [...TEXTS, ...NUMBERS, ...DATES, 'boolean'] },
  {
    to: 'unsigned_long',
    names: ['TO_UNSIGNED_LONG', 'TO_UL', 'TO_ULONG'],
    from: [...TEXTS, ...NUMBERS, 'boolean', 'date'],
  },
  { to: 'double', names: ['TO_DOUBLE', 'TO_DBL'], from: [...TEXTS, ...NUMBERS, 'boolean', 'date'] },
  { to: 'boolean', names: ['TO_BOOLEAN', 'TO_BOOL'], from: [...TEXTS, ...NUMBERS, 'boolean'] },
  { to: 'date', names: ['TO_DATETIME', 'TO_DT'], from: [...TEXTS, ...NUMBERS, ...DATES] },
  {
    to: 'date_nanos',
    names: ['TO_DATE_NANOS', 'TO_DATENANOS'],
    from: [...TEXTS, 'long', 'double', 'unsigned_long', ...DATES],
  },
  { to: 'ip', names: ['TO_IP'], from: [...TEXTS, 'ip'] },
  { to: 'version', names: ['TO_VERSION', 'TO_VER'], from: [...TEXTS, 'version'] },
  { to: 'geo_point', names: ['TO_GEOPOINT'], from: [...TEXTS, 'geo_point'] },
];

/** TO_<type>: element-wise, null for what has no such form. */
export const CONVERSION_FUNCTIONS: readonly ScalarFunction[] = TARGETS.flatMap(({ to, names, from }) =>
  names.map((name) =>
    (to === 'geo_point' ? unconverted : conversion)(
      name,
      to,
      oneOf(`of type ${from.filter((type) => type !== 'unsupported').join(', ')}`, from),
    ),
  ),
);

/** The function that `::type` stands for, by what may be written behind `::`. */
export const CAST_FUNCTION: ReadonlyMap<string, string> = new Map([
  ['string', 'TO_STRING'],
  ['keyword', 'TO_STRING'],
  ['integer', 'TO_INTEGER'],
  ['int', 'TO_INTEGER'],
  ['long', 'TO_LONG'],
  ['unsigned_long', 'TO_UNSIGNED_LONG'],
  ['double', 'TO_DOUBLE'],
  ['boolean', 'TO_BOOLEAN'],
  ['bool', 'TO_BOOLEAN'],
  ['date', 'TO_DATETIME'],
  ['datetime', 'TO_DATETIME'],
  ['date_nanos', 'TO_DATE_NANOS'],
  ['ip', 'TO_IP'],
  ['version', 'TO_VERSION'],
  ['geo_point', 'TO_GEOPOINT'],
]);

/** Rows hold points as they are written: nothing here reads one. */
function unconverted(name: string, to: ColumnType, accepts: Accepts): ScalarFunction {
  return queryOnly(name, `${name}(value)`, takes({ takes: [accepts] }, to));
}

function conversion(name: string, to: ColumnType, accepts: Accepts): ScalarFunction {
  return elementWise(
    name,
    `${name}(value)`,
    takes({ takes: [accepts] }, to),
    eachElement((value, { takes: [from = to] }) => convert(value, from, to)),
  );
}
