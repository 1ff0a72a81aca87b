import type { Block } from '../core/cidr.ts';
import { addressSet, minimalBlocks, parseCidr } from '../core/cidr.ts';
import { HuntError } from '../core/error.ts';
import { isActive } from '../core/exception.ts';
import type { CidrExclusion } from '../core/hunt.ts';
import { parseIp } from '../core/ip.ts';
import type { HuntRow, Scalar } from '../core/row.ts';
import type { Instant } from '../core/time.ts';
import type { CidrEntry, CidrList } from '../core/value-list.ts';
import type { Sifted } from './sift.ts';
import { sift, siftAll, withoutValues } from './sift.ts';

/** One list, acting on the values of one column of result rows. */
export interface RowExclusion {
  readonly field: string;
  readonly list: string;
  readonly has: (ip: bigint) => boolean;
}

/** The addresses of a list at `now` in the fewest CIDR blocks; entries past their last day do not count. */
export function listBlocks(list: CidrList, now: Instant): Block[] {
  const active = list.entries.filter(({ until }) => until === null || isActive({ until }, now));
  return minimalBlocks(active.map((entry) => entryBlock(entry, list.name)));
}

/** How an exclusion by a list is named where its hidden values, rows and events are told. */
export function exclusionName(list: string, field: string): string {
  return `${list} on ${field}`;
}

/** The exclusions of a hunt that act on result rows (`stage: after`), with the addresses that count at `now`. */
export function rowExclusions(
  exclusions: readonly CidrExclusion[],
  lists: ReadonlyMap<string, CidrList>,
  now: Instant,
): RowExclusion[] {
  const after = exclusions.filter(({ stage }) => stage === 'after');
  return after.flatMap(({ field, lists: names }) =>
    names.map((name) => ({ field, list: name, has: addressSet(listBlocks(listNamed(lists, name), now)) })),
  );
}

/**
 * Removes the addresses that lie in a list from the column the list is for. A row goes only when all its values are
 * removed and its set was complete; null stays, and so does text that is no address. Lists act in order: a value is
 * counted for the first list that has it, a row for the list that took its last value.
 */
export function excludeCidrs(rows: readonly HuntRow[], exclusions: readonly RowExclusion[]): Sifted {
  return siftAll(rows, exclusions, (left, { field, list, has }) =>
    sift(left, { by: 'list', name: exclusionName(list, field) }, (row) =>
      withoutValues(row, field, (value) => isListed(value, has)),
    ),
  );
}

function isListed(value: Scalar, has: (ip: bigint) => boolean): boolean {
  const ip = typeof value === 'string' ? parseIp(value) : null;
  return ip !== null && has(ip);
}

function entryBlock({ cidr, place }: CidrEntry, list: string): Block {
  const block = parseCidr(cidr);
  if (block !== null) return block;
  throw new HuntError('DEFINITION', `List "${list}" holds "${cidr.slice(0, 60)}", which is no address block`, {
    remedy: `Write it as 10.0.0.0/8 or 2001:db8::/32 in ${place.file}:${place.line}:${place.column}`,
  });
}

function listNamed(lists: ReadonlyMap<string, CidrList>, name: string): CidrList {
  const list = lists.get(name);
  if (list !== undefined) return list;
  throw new HuntError('DEFINITION', `There is no list "${name}"`, {
    remedy: 'Name a list that "hunt check" knows, or add it to a lists folder',
  });
}
