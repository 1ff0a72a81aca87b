import type { Fingerprint, Sighting } from '../../core/finding.ts';
import { isoTime } from '../../core/time.ts';
import { ECS_VERSION, withoutNulls } from './document.ts';
import type { Document } from './document.ts';
import { fields, isBoolean, isNumber, isText, isTime, optional, checkShape } from '../shape.ts';

/** A finding in a tile, readable: written again, it is the same document. */
export function sightingId({ fingerprint, tileStart, tileEnd }: Sighting): string {
  return `${fingerprint}.${tileStart}.${tileEnd}`;
}

/** `@timestamp` is the tile's end: a nightly tile shows in Kibana's last 24 hours. */
export function sightingDocument(sighting: Sighting): Document {
  return {
    '@timestamp': isoTime(sighting.tileEnd),
    ecs: { version: ECS_VERSION },
    event: {
      kind: 'event',
      module: 'tracehound',
      dataset: 'hunt.sightings',
      start: isoTime(sighting.eventStart),
      end: isoTime(sighting.eventEnd),
    },
    hunt: withoutNulls({
      fingerprint: sighting.fingerprint,
      id: sighting.huntId,
      run_id: sighting.runId,
      ad_hoc: sighting.adHoc,
      count: sighting.count,
      hosts: sighting.hosts,
      population: sighting.population,
      first_seen: isoTime(sighting.firstSeen),
      last_seen: isoTime(sighting.lastSeen),
      tile_start: isoTime(sighting.tileStart),
      tile_end: isoTime(sighting.tileEnd),
      examined_at: isoTime(sighting.examinedAt),
    }),
  };
}

/** The sighting that was written. ANSWER_NOT_UNDERSTOOD where a document is none. */
export function sightingOf(document: unknown, what: string): Sighting {
  checkShape(document, STORED, what);
  const { event, hunt } = document as StoredShape;
  return {
    fingerprint: hunt.fingerprint,
    huntId: hunt.id,
    tileStart: Date.parse(hunt.tile_start),
    tileEnd: Date.parse(hunt.tile_end),
    runId: hunt.run_id,
    examinedAt: Date.parse(hunt.examined_at),
    adHoc: hunt.ad_hoc,
    count: hunt.count,
    hosts: hunt.hosts ?? null,
    population: hunt.population ?? null,
    firstSeen: Date.parse(hunt.first_seen),
    lastSeen: Date.parse(hunt.last_seen),
    eventStart: Date.parse(event.start),
    eventEnd: Date.parse(event.end),
  };
}

interface StoredShape {
  readonly event: { readonly start: string; readonly end: string };
  readonly hunt: {
    readonly fingerprint: Fingerprint;
    readonly id: string;
    readonly run_id: string;
    readonly ad_hoc: boolean;
    readonly count: number;
    readonly hosts?: number;
    readonly population?: number;
    readonly first_seen: string;
    readonly last_seen: string;
    readonly tile_start: string;
    readonly tile_end: string;
    readonly examined_at: string;
  };
}

const STORED = fields({
  event: fields({ start: isTime, end: isTime }),
  hunt: fields({
    fingerprint: isText,
    id: isText,
    run_id: isText,
    ad_hoc: isBoolean,
    count: isNumber,
    hosts: optional(isNumber),
    population: optional(isNumber),
    first_seen: isTime,
    last_seen: isTime,
    tile_start: isTime,
    tile_end: isTime,
    examined_at: isTime,
  }),
});
