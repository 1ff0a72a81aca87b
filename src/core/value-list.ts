import type { Place } from './place.ts';

/** A named set of CIDR blocks. */
export interface CidrList {
  readonly name: string;
  readonly file: string;
  readonly description: string;
  readonly entries: readonly CidrEntry[];
}

/** One block of a list, with who wants it there and why. */
export interface CidrEntry {
  /** As written: `10.0.0.0/8`, `2001:db8::/32`, or a plain address. */
  readonly cidr: string;
  readonly comment: string | null;
  readonly owner: string | null;
  readonly because: string | null;
  /** Last day (UTC, inclusive) on which it counts; null: no end. */
  readonly until: string | null;
  readonly place: Place;
}
