import type { AggregateSql } from './port.ts';

/** COUNT(*) counts rows, COUNT(field) values. */
const count: AggregateSql = ([value], { result: type }, _context, over) => {
  const plain = value === undefined ? over('count(*)') : over(`count(${value.sql})`);
  const sql = value?.several === true ? `CAST(coalesce(${over(`sum(len(${value.sql}))`)}, 0) AS BIGINT)` : plain;
  return { sql, type, several: false, constant: undefined };
};

export const AGGREGATE_FORMS: ReadonlyMap<string, AggregateSql> = new Map([['COUNT', count]]);
