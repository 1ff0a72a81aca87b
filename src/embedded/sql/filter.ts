import { addressSet, minimalBlocks, parseCidr } from '../../core/cidr.ts';
import type { Block } from '../../core/cidr.ts';
import { HuntError } from '../../core/error.ts';
import type { Span } from '../../core/time.ts';
import type { SqlContext, SqlValue } from './functions/port.ts';
import { plain } from './sql-types.ts';

/** Documents whose time lies in `span`, by the first present field of any of the chains. */
interface TimeFilter {
  readonly clocks: readonly (readonly string[])[];
  readonly span: Span;
}

/** Addresses and blocks of one field. */
interface AddressFilter {
  readonly field: string;
  readonly blocks: readonly string[];
  readonly addresses: readonly string[];
}

/** What narrows the documents of a scan besides the query's text. */
export interface ScanFilter {
  readonly time: TimeFilter | null;
  /** A document goes when any value of the field lies in one; null stays. */
  readonly excluded: readonly AddressFilter[];
  /** A document stays only when a value of the field lies in one. */
  readonly only: readonly AddressFilter[];
}

/** A field of the segment under scan, undefined where it has none. */
type FieldOf = (name: string) => SqlValue | undefined;

/** More blocks than this are searched by halves, in JavaScript, instead of one after the other. */
const LISTED_MAX = 100;

/** The conditions of a filter on one segment; all of them hold for a document that stays. */
export function filterSql(
  { time, excluded, only }: ScanFilter,
  field: FieldOf,
  context: SqlContext,
): readonly string[] {
  return [
    ...(time === null ? [] : [anyOf(time.clocks.map((chain) => chainSql(chain, time.span, field, context)))]),
    ...excluded.filter(hasAddresses).map((addresses) => `(NOT ${addressesSql(addresses, field, context)})`),
    ...only.map((addresses) => addressesSql(addresses, field, context)),
  ];
}

/** The first present field of the chain decides: a later one counts only where all before it are null. */
function chainSql(chain: readonly string[], span: Span, field: FieldOf, context: SqlContext): string {
  const present = chain.flatMap((name) => field(name) ?? []).filter(({ type }) => type === 'date');
  const tests = present.map((value) => anyElement(value, (sql) => withinSql(sql, span, context)));
  return present.length < 2
    ? anyOf(tests)
    : `(CASE ${present.map(({ sql }, at) => `WHEN ${sql} IS NOT NULL THEN ${tests[at]}`).join(' ')} ELSE false END)`;
}

function withinSql(sql: string, { start, end }: Span, context: SqlContext): string {
  return `(${sql} >= ${context.param(start, 'date')} AND ${sql} < ${context.param(end, 'date')})`;
}

/** True or false, never null. */
function addressesSql({ field: name, blocks, addresses }: AddressFilter, field: FieldOf, context: SqlContext): string {
  const value = field(name);
  const texts = [...blocks, ...addresses];
  if (value === undefined || texts.length === 0) return 'false';
  if (value.type !== 'ip')
    return `coalesce(${anyElement(value, (sql) => `${sql} IN (${texts.map((text) => context.param(text, 'keyword')).join(', ')})`)}, false)`;
  const ranges = minimalBlocks(texts.map(blockOf));
  return `coalesce(${anyElement(value, (sql) => insideSql(ranges, sql, context))}, false)`;
}

function insideSql(ranges: readonly Block[], sql: string, context: SqlContext): string {
  if (ranges.length <= LISTED_MAX)
    return anyOf(
      ranges.map(
        ({ first, last }) => `(${sql} BETWEEN ${context.param(first, 'ip')} AND ${context.param(last, 'ip')})`,
      ),
    );
  const inside = addressSet(ranges);
  const key = `addresses ${ranges.map(({ first, last }) => `${first.toString(36)}-${last.toString(36)}`).join()}`;
  return context.operator(key, [plain(sql, 'ip')], 'boolean', ([ip]) => typeof ip === 'bigint' && inside(ip)).sql;
}

function blockOf(text: string): Block {
  const block = parseCidr(text);
  if (block !== null) return block;
  throw new HuntError('QUERY_REJECTED', `Cannot filter by "${text.slice(0, 60)}": it is no address and no block`, {
    remedy: 'Write 10.0.0.0/8, 2001:db8::/32 or one address',
  });
}

function anyElement(value: SqlValue, test: (sql: string) => string): string {
  return value.several ? `(len(list_filter(${value.sql}, lambda x: ${test('x')})) > 0)` : test(value.sql);
}

function anyOf(tests: readonly string[]): string {
  return tests.length === 0 ? 'false' : tests.length === 1 ? (tests[0] ?? 'false') : `(${tests.join(' OR ')})`;
}

function hasAddresses({ blocks, addresses }: AddressFilter): boolean {
  return blocks.length + addresses.length > 0;
}
