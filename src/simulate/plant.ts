import type { Instant, Span } from '../core/time.ts';
import type { Blinded } from './blind.ts';
import { connection, type Traffic } from './connect.ts';
import type { Connection, Happening } from './happening.ts';
import type { Instance } from './instances.ts';
import type { Office } from './office.ts';
import { Draws } from './random.ts';
import type { PlantSeen } from './tally.ts';

/** Connections of one process to one address at an even pace. */
export interface Pace {
  readonly process: Instance;
  readonly remote: Connection['remote'];
  readonly traffic: Traffic;
  readonly span: Span;
  readonly everyMs: number;
  /** Share of `everyMs` by which each connection may come early or late, below 0.5. */
  readonly jitter: number;
}

/** What keeps a look-alike out of what a hunt finds. */
export type HiddenBy =
  | { readonly by: 'rule'; readonly because: string }
  | { readonly by: 'list'; readonly list: string; readonly cidr: string; readonly because: string }
  | { readonly by: 'exception'; readonly id: string; readonly when: string; readonly because: string };

/** Something put into the everyday on purpose: an attack, or something harmless that looks like it. */
export interface Plant {
  readonly id: string;
  readonly description: string;
  /** Null for an attack. */
  readonly hidden: HiddenBy | null;
  readonly paces: readonly Pace[];
  /** What takes place once, in any order. */
  readonly scenes?: readonly Happening[];
  /** Where Sysmon is stopped, and for how long. */
  readonly blinded?: readonly Blinded[];
  /** Columns of the finding that the hunt makes of it (or would, were nothing to hide it); null where it never would. */
  readonly finds: ((seen: PlantSeen) => Readonly<Record<string, string | number>>) | null;
}

/** One attack with its look-alikes. */
export interface Attack {
  readonly name: AttackName;
  readonly technique: string;
  /** The hunt that it was made for; null: whichever hunt finds it. */
  readonly hunt: string | null;
  readonly plants: readonly Plant[];
}

/** What an attack is planned with. */
export interface Plan {
  readonly office: Office;
  /** When it takes place. */
  readonly span: Span;
  readonly draws: Draws;
}

export const ATTACK_NAMES = [
  'rare-egress',
  'browser-beacon',
  'c2-beacon',
  'cloud-exfiltration',
  'remote-execution',
  'lolbin-download',
  'tunnel',
  'discovery',
  'dns-tunnel',
  'blinded-sysmon',
] as const;
export type AttackName = (typeof ATTACK_NAMES)[number];

/** What of a plant takes place within an hour. Each connection is drawn by its number, so hours do not depend on each other. */
export function* planted(
  { id, paces, scenes = [] }: Plant,
  hour: Span,
  { seed }: Pick<Office, 'seed'>,
): Generator<Happening> {
  yield* scenes.filter(({ at }) => at >= hour.start && at < hour.end);
  for (const [index, pace] of paces.entries()) {
    for (const number of numbersWithin(pace, hour)) {
      const draws = new Draws(seed, 'plant', id, index, number);
      const at = momentOf(pace, number, draws);
      if (at < hour.start || at >= hour.end || at >= pace.span.end) continue;
      yield { ...connection(pace.remote, at, pace.process, pace.traffic, draws), plant: id };
    }
  }
}

/** Those whose moment may lie within the hour: with jitter a connection moves by less than one step. */
function numbersWithin({ span, everyMs }: Pace, hour: Span): number[] {
  const first = Math.max(0, Math.floor((hour.start - span.start) / everyMs) - 1);
  const last = Math.floor((Math.min(hour.end, span.end) - span.start) / everyMs) + 1;
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}

function momentOf({ span, everyMs, jitter }: Pace, number: number, draws: Draws): Instant {
  const moved = number === 0 ? 0 : (draws.unit() - 0.5) * 2 * jitter;
  return span.start + Math.floor((number + moved) * everyMs);
}
