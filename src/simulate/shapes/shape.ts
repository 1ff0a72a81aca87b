import type { Instant } from '../../core/time.ts';
import type { Happening } from '../happening.ts';

/** Which agent reports. */
export const SHAPE_NAMES = ['defend', 'sysmon', 'winlogbeat'] as const;
export type ShapeName = (typeof SHAPE_NAMES)[number];
/** Logs in a form of their own, as `hunt ingest` reads them. */
export const LOG_NAMES = ['windows-json', 'windows-xml', 'pfirewall', 'zeek', 'zeek-json'] as const;
export const OUTPUT_NAMES = [...SHAPE_NAMES, ...LOG_NAMES] as const;
export type OutputName = (typeof OUTPUT_NAMES)[number];

/** What of a happening is reported at one moment. */
export interface Moment {
  readonly at: Instant;
  readonly phase: 'began' | 'ended';
  readonly of: Happening;
  /** Another record of what is told already, such as one of another channel. */
  readonly echo?: true;
  /** Which record of several, from 0. */
  readonly part?: number;
}

/** How an agent reports what happens, as documents in ECS. Its numbers count up, so one shape serves one simulation. */
export interface Shape {
  /** Index or data stream that its documents belong to. */
  readonly index: string;
  readonly moments: (happening: Happening) => readonly Moment[];
  /** The document as one line of JSON, or a log's own; moments must come in the order of time. */
  readonly line: (moment: Moment) => string;
  /** What the file's name ends in, where it is not `ndjson`, and what stands before and after all lines. */
  readonly file?: { readonly extension: string; readonly head: string; readonly tail: string };
}

/** Apart from what real agents write, and easy to delete. */
export const NAMESPACE = 'simulate';

/** Text that is the same for every event of an object is made once; the map lets go of it with the object. */
export function remembered<K extends object>(make: (key: K) => string): (key: K) => string {
  const known = new WeakMap<K, string>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = make(key);
    known.set(key, made);
    return made;
  };
}

/** The members of an object as JSON, without its braces, so that others can follow. Undefined members are left out. */
export function members(value: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(value).slice(1, -1);
}

/** One of several counters by name, each starting at 1. */
export function counters(): (name: string) => number {
  const counts = new Map<string, number>();
  return (name) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count;
  };
}
