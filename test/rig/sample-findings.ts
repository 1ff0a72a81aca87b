import * as fc from 'fast-check';
import type { Finding, FindingState, Fingerprint, Latest, Sighting, Triage } from '../../src/core/finding.ts';
import { DISPOSITIONS, FINDING_STATUSES, UNTOUCHED_TRIAGE } from '../../src/core/finding.ts';
import { SEVERITIES } from '../../src/core/hunt.ts';
import type { RunRecord } from '../../src/core/run.ts';
import { cellOf } from '../../src/core/row.ts';
import { smallestSet } from '../../src/core/smallest-set.ts';
import { DAY_MS, HOUR_MS } from '../../src/core/time.ts';
import { fingerprint } from '../../src/findings/fingerprint.ts';

/** 2026-11-02T00:00:00Z: samples' first tile starts here. */
export const DAY_ONE = Date.UTC(2026, 10, 2);

export const HUNT = 'network/rare-egress';

export function sampleLatest(change: Partial<Latest> = {}): Latest {
  return {
    tileStart: DAY_ONE,
    tileEnd: DAY_ONE + DAY_MS,
    examinedAt: DAY_ONE + DAY_MS + HOUR_MS,
    runId: 'run-1',
    adHoc: false,
    huntId: HUNT,
    huntName: 'Rare outgoing connections',
    huntVersion: 'f'.repeat(64),
    hypothesis: 'An implant reaches its infrastructure.',
    severity: 'medium',
    riskScore: 47,
    tags: ['prevalence'],
    techniques: ['T1571', 'T1071.004'],
    references: [],
    title: 'updater32.exe reached 203.0.113.7 from 1 of 40 hosts',
    count: 3,
    hosts: 1,
    population: 40,
    values: { rate: 1.5 },
    drilldown: 'FROM logs-* | WHERE process.name == "updater32.exe"',
    geoipDate: '2026-10-01',
    ...change,
  };
}

/** A finding of one process on day `day` (0 is the first), seen from 10 to 12 o'clock. */
export function sampleState(process = 'updater32.exe', day = 0, change: Partial<FindingState> = {}): FindingState {
  const tileStart = DAY_ONE + day * DAY_MS;
  const tile = { tileStart, tileEnd: tileStart + DAY_MS, examinedAt: tileStart + DAY_MS + HOUR_MS };
  return {
    fingerprint: fingerprint(HUNT, { 'process.name': process }),
    firstHuntId: HUNT,
    key: { 'process.name': process },
    firstSeen: tileStart + 10 * HOUR_MS,
    lastSeen: tileStart + 12 * HOUR_MS,
    eventStart: tileStart + 10 * HOUR_MS,
    eventEnd: tileStart + 12 * HOUR_MS,
    sets: {
      'host.name': smallestSet(['ws1'], 20),
      'destination.ip': smallestSet(['203.0.113.7'], 3),
      'destination.geo.location': smallestSet(['55.67,12.56'], 20),
    },
    evidence: smallestSet(['logs-a/1'], 10),
    latest: sampleLatest(tile),
    ...change,
  };
}

export function sampleFinding(process?: string, change: Partial<Finding> = {}): Finding {
  const now = DAY_ONE + 2 * DAY_MS;
  return { state: sampleState(process), triage: UNTOUCHED_TRIAGE, newsAt: now, createdAt: now, ...change };
}

export function sightingFor({ fingerprint, latest, ...state }: FindingState): Sighting {
  const { tileStart, tileEnd, runId, examinedAt, adHoc, huntId, count, hosts, population } = latest;
  const { firstSeen, lastSeen, eventStart, eventEnd } = state;
  const tile = { tileStart, tileEnd, runId, examinedAt, adHoc };
  return { fingerprint, huntId, ...tile, count, hosts, population, firstSeen, lastSeen, eventStart, eventEnd };
}

export function sampleRun(change: Partial<RunRecord> = {}): RunRecord {
  const tile = { start: DAY_ONE, end: DAY_ONE + DAY_MS };
  return {
    runId: 'run-1',
    huntId: HUNT,
    huntName: 'Rare outgoing connections',
    huntVersion: 'f'.repeat(64),
    engine: 'elasticsearch',
    adHoc: false,
    job: { id: 'nightly', attempt: 1 },
    saved: true,
    startedAt: tile.end + HOUR_MS,
    endedAt: tile.end + HOUR_MS + 1234,
    tile,
    range: { start: DAY_ONE - DAY_MS, end: tile.end },
    clock: 'ingest',
    params: { max_hosts: 3, names: ['a', 'b'] },
    verdict: 'degraded',
    reasons: [{ verdict: 'degraded', code: 'population', text: 'population 7 < 10' }],
    rows: 12,
    carried: 2,
    unkeyed: { events: 4, hosts: 1 },
    hidden: [{ by: 'list', name: 'non-public on destination.ip', unit: 'events', count: 900 }],
    findings: 3,
    deltas: { new: 2, reopened: 0, recurring: 1 },
    population: 7,
    tilePopulation: 6,
    sources: [
      {
        name: 'sysmon.network',
        documents: 5000,
        newest: tile.end - 1,
        state: 'sent',
        lag: { p50Ms: 900, p99Ms: 40_000, maxMs: 7_200_000 },
      },
    ],
    missingFields: ['network.direction'],
    columns: [{ name: 'process.name', type: 'keyword' }],
    queries: [{ purpose: 'rows', esql: 'FROM logs-* | LIMIT 10', tookMs: 17 }],
    warnings: [],
    engineMs: 40,
    tookMs: 31,
    stages: { query: { wallMs: 44, awaitedMs: 40 } },
    error: null,
    ...change,
  };
}

const time = fc.integer({ min: 0, max: 4_102_444_800_000 });
const fieldName = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', 'a', 'host.name', 'destination.ip', 'process.pid', ''),
  fc.string({ maxLength: 4 }),
);
const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
);
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 6 }),
  fc.constantFrom('10.0.0.1', '::1', '1,2', 'x\0y', '\ud800'),
);
const scalar = fc.oneof(text, number, fc.boolean());
const cell = fc.oneof(fc.constant(null), scalar, fc.uniqueArray(scalar, { maxLength: 3 }).map(cellOf));
const maybe = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: null });

const set = fc
  .record({ values: fc.array(scalar, { maxLength: 6 }), cap: fc.integer({ min: 1, max: 4 }), more: fc.boolean() })
  .map(({ values, cap, more }) => smallestSet(values, cap, more));

export const anyLatest: fc.Arbitrary<Latest> = fc
  .record({
    tileEnd: fc.constantFrom(DAY_ONE, DAY_ONE + DAY_MS),
    examinedAt: fc.constantFrom(DAY_ONE + 1, DAY_ONE + 2),
    runId: fc.constantFrom('r1', 'r2'),
    title: text,
    severity: fc.constantFrom(...SEVERITIES),
    techniques: fc.subarray(['T1571', 'T1071.004']),
    count: fc.nat(),
    hosts: maybe(fc.nat()),
    population: maybe(fc.nat()),
    values: fc.dictionary(fieldName, cell, { maxKeys: 3 }),
    drilldown: maybe(text),
    geoipDate: maybe(fc.constant('2026-01-01')),
  })
  .map(sampleLatest);

/** States of one finding: what different tiles and runs may say of it, hostile names and values included. */
export const anyState: fc.Arbitrary<FindingState> = fc
  .record({
    firstSeen: time,
    lastSeen: time,
    eventStart: time,
    eventEnd: time,
    sets: fc.dictionary(fieldName, set, { maxKeys: 4 }),
    evidence: set,
    latest: anyLatest,
  })
  .map((fields) => sampleState('p', 0, { key: JSON.parse('{"__proto__":"p","constructor":null}'), ...fields }));

const status = fc.constantFrom(...FINDING_STATUSES);
const disposition = maybe(fc.constantFrom(...DISPOSITIONS));

const anyTriage: fc.Arbitrary<Triage> = fc.record({
  status,
  disposition,
  note: maybe(text),
  assignee: maybe(text),
  history: fc.array(fc.record({ at: time, status, disposition, note: maybe(text), because: text }), { maxLength: 2 }),
});

export const anyFinding: fc.Arbitrary<Finding> = fc.record(
  {
    state: anyState,
    triage: anyTriage,
    newsAt: time,
    createdAt: time,
    news: fc.array(text, { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: ['state', 'triage', 'newsAt', 'createdAt'] },
);

export const NO_FINDING = '0'.repeat(64) as Fingerprint;
