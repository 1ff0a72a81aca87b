import { alone } from '../sql-share.ts';
import { asList, columnType, list, plain } from '../sql-types.ts';
import type { ScalarSql, SqlValue } from './port.ts';

/** All as LISTs where one is. */
function levelled(values: readonly SqlValue[]): readonly SqlValue[] {
  return values.some((value) => value.several) ? values.map(asList) : values;
}

const coalesce: ScalarSql = (args, { result }) => {
  const values = levelled(args);
  const sql = `coalesce(${values.map((value) => value.sql).join(', ')})`;
  return values[0]?.several === true ? list(sql, result) : plain(sql, result);
};

/** Conditions that are not true, null and several values among them, are passed over; without a last value it is null. */
const caseWhen: ScalarSql = (args, { result }) => {
  const pairs = Math.floor(args.length / 2);
  const conditions = Array.from({ length: pairs }, (_, at) => alone(args[at * 2] as SqlValue).sql);
  const values = levelled([
    ...Array.from({ length: pairs }, (_, at) => args[at * 2 + 1] as SqlValue),
    ...(args.length % 2 === 1 ? [args.at(-1) as SqlValue] : []),
  ]);
  const several = values.some((value) => value.several);
  const type = columnType({ type: result, several });
  const branches = conditions.map((condition, at) => `WHEN ${condition} THEN CAST(${values[at]?.sql} AS ${type})`);
  const otherwise = values[pairs] === undefined ? 'NULL' : `CAST(${values[pairs].sql} AS ${type})`;
  const sql = `(CASE ${branches.join(' ')} ELSE ${otherwise} END)`;
  return several ? list(sql, result) : plain(sql, result);
};

export const CONDITIONAL_FORMS: ReadonlyMap<string, ScalarSql> = new Map([
  ['COALESCE', coalesce],
  ['CASE', caseWhen],
]);
