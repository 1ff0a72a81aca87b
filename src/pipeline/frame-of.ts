import type { ColumnType } from '../core/row.ts';
import { EVENT_TIME_FIELD } from '../core/source.ts';
import type { Clock } from '../core/tile.ts';
import type { FieldCaps } from '../engine/port.ts';
import type { Frame, FrameSource } from '../query/compile/frame.ts';
import { ecsField } from '../query/ecs.ts';
import { columnsOf } from '../query/syntax/walk.ts';
import type { CheckedSource } from './checked.ts';

/**
 * How the queries of a run begin, given which fields exist: patterns that match nothing are left out (FROM would fail
 * on a named one), fields mapped nowhere become typed nulls. Null when no source has data or a clock.
 */
export function frameOf(
  sources: readonly CheckedSource[],
  caps: FieldCaps,
  clock: Clock,
  fields: ReadonlySet<string>,
): Frame | null {
  const present = sources.map((checked) => frameSource(checked, caps, clock)).filter((source) => source !== null);
  if (present.length === 0) return null;
  const read = new Set([...fields, ...present.flatMap((source) => (source.where ? [...columnsOf(source.where)] : []))]);
  const clocks = new Set(present.flatMap((source) => source.clock));
  return {
    sources: present,
    missing: new Map([...read].filter((name) => !caps.types.has(name)).map((name) => [name, expectedType(name)])),
    conflicting: new Map(
      [...read].filter((name) => caps.conflicts.has(name)).map((name) => [name, expectedType(name)]),
    ),
    oddClocks: new Set([...clocks].filter((name) => caps.types.get(name) !== 'date')),
  };
}

/** The frame of one source alone, with only its own predicate's fields. */
export function sourceFrame(checked: CheckedSource, caps: FieldCaps, clock: Clock): Frame | null {
  return frameOf([checked], caps, clock, new Set());
}

function frameSource({ source, where }: CheckedSource, caps: FieldCaps, clock: Clock): FrameSource | null {
  const patterns = source.index.filter((pattern) => !caps.unmatched.includes(pattern));
  const chain = clockFields(clock, source.clock).filter((name) => caps.types.has(name));
  return patterns.length === 0 || chain.length === 0 ? null : { patterns, where, clock: chain };
}

/** The type a field has by ECS; keyword for any other. */
function expectedType(name: string): ColumnType {
  return ecsField(name)?.type ?? 'keyword';
}

/** The clock fields of a run: the source's own chain, or event time alone. */
function clockFields(clock: Clock, chain: readonly string[]): readonly string[] {
  return clock === 'event' ? [EVENT_TIME_FIELD] : chain;
}
