import { type Block, mergedRanges, parseCidr } from '../../core/cidr.ts';
import { isV4 } from '../../core/ip.ts';
import type { Problem } from '../../core/problem.ts';
import type { CidrList } from '../../core/value-list.ts';

/** Addresses that no host on the internet has, as far as blocks of them are wide (RFC 6890 and its registries). */
const NOT_PUBLIC = mergedRanges(
  (
    '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16 198.18.0.0/15 224.0.0.0/3 ' +
    '2001:10::/28 2001:20::/28 3fff::/20'
  )
    .split(' ')
    .flatMap((text) => parseCidr(text) ?? []),
);
/** IPv6 addresses are public in this block alone (RFC 4291). */
const GLOBAL_V6 = parseCidr('2000::/3');
/** A site seldom has more of its own; networks of providers begin here. */
const V4_MAX = 1n << 16n; // a /16
const V6_MAX = 1n << 96n; // a /32

/** A warning for each block of a list that is so wide that the networks of whole providers lie in it, with all who rent there. */
export function providerNetworks(list: CidrList): Problem[] {
  return list.entries.flatMap(({ cidr, place }) => {
    const block = parseCidr(cidr);
    if (block === null || !isProviderWide(block)) return [];
    const message = `List "${list.name}" would hide the networks of whole providers: ${cidr}`;
    const hint = 'Name the blocks of your own or of your partner; whoever rents an address is not known by it';
    return [{ rule: 'never-exclude-provider-network', severity: 'warning', place, message, hint } as const];
  });
}

function isProviderWide(block: Block): boolean {
  const size = block.last - block.first + 1n;
  if (NOT_PUBLIC.some((range) => range.first <= block.first && block.last <= range.last)) return false;
  if (isV4(block.first)) return size > V4_MAX;
  return size > V6_MAX && GLOBAL_V6 !== null && block.first <= GLOBAL_V6.last && block.last >= GLOBAL_V6.first;
}
