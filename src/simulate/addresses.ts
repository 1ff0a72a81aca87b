import type { Draws } from './random.ts';

/**
 * First octets of `/8` blocks that IANA has handed to a regional registry (IANA IPv4 Address Space Registry, status
 * ALLOCATED), which has cut them up among thousands of holders. Blocks of a single holder are left out, and so is every
 * block with a special-purpose range in it (RFC 6890): nothing drawn here is private, reserved or documentation.
 */
const OCTETS: Readonly<Record<Region, readonly number[]>> = {
  europe: [5, 31, 37, 46, 62, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 91, 93, 94, 95, 109, 176, 178, 185],
  america: [23, 24, 50, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 74, 75, 76, 96, 97, 98, 99, 107, 108, 173, 174, 184],
  asia: [1, 14, 27, 36, 39, 42, 49, 58, 59, 60, 61, 103, 106, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119, 120],
  south: [177, 179, 181, 186, 187, 189, 190, 200, 201, 41, 102, 105, 197],
};

export const REGIONS = ['europe', 'america', 'asia', 'south'] as const;
export type Region = (typeof REGIONS)[number];

/**
 * A public IPv4 address of a region, by chance alone. Whoever holds it has nothing to do with what is simulated: there
 * is no public range set apart for examples that hunts would take for public.
 */
export function publicAddress(region: Region, draws: Draws): string {
  return `${publicNetwork(region, draws)}.${draws.whole(2, 253)}`;
}

/** A public address of any region. */
export function anyAddress(draws: Draws): string {
  return publicAddress(draws.pick(REGIONS), draws);
}

/** The first three octets of a public `/24`. */
export function publicNetwork(region: Region, draws: Draws): string {
  return `${draws.pick(OCTETS[region])}.${draws.whole(1, 254)}.${draws.whole(1, 254)}`;
}

/** The address of a machine in an office's private network (RFC 1918): 10.<site>.<network>.<machine>. */
export function officeAddress(site: number, machine: number): string {
  return `10.${20 + site}.${Math.floor(machine / 200)}.${10 + (machine % 200)}`;
}
