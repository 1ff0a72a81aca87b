import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, isoTime } from '../../src/core/time.ts';
import type { Engine } from '../../src/engine/port.ts';
import type { RunRequest } from '../../src/pipeline/request.ts';
import { runHunt } from '../../src/pipeline/run-hunt.ts';
import { engineOver } from '../rig/ask-embedded.ts';
import { checkedHunt, effectsOf, requestOf, TILE } from './fakes.ts';

const HUNT = `name: A hunt
hypothesis: A user is on a host for the first time.
status: stable
severity: low
sources: { any_of: [net] }
window: 30d
params: { history: 15d }
first_seen: { of: [user.name, destination.ip], min_history: ?history, collect: { destination.port: 2 } }
exceptions:
  - { id: known, when: user.name == "backup", because: Known., owner: soc, until: 2030-01-01 }
finding: { title: "{user.name} {destination.ip}" }
`;
const FILES = {
  '/site/hunts/sources.yml':
    'net: { index: [logs-net], clock: [event.ingested, "@timestamp"], heartbeat: sporadic, description: N, enable: E }\n',
  '/site/hunts/a/new.yml': HUNT,
};
const FIELDS = {
  '@timestamp': 'date',
  'event.ingested': 'date',
  'host.name': 'keyword',
  'user.name': 'keyword',
  'destination.ip': 'ip',
  'destination.port': 'long',
} as const;

interface Event {
  readonly at: number;
  readonly user: string | null;
  readonly ip: string | null;
  readonly host: string;
  readonly port: number;
}

const document = ({ at, user, ip, host, port }: Event) => ({
  // Event time says nothing of what is new: the clock decides.
  '@timestamp': isoTime(TILE.start - 100 * DAY_MS),
  'event.ingested': isoTime(at),
  'host.name': host,
  ...(user === null ? {} : { 'user.name': user }),
  ...(ip === null ? {} : { 'destination.ip': ip }),
  'destination.port': port,
});
const engineOf = (events: readonly Event[]): Promise<Engine> =>
  engineOver({ 'logs-net': { fields: FIELDS, documents: events.map(document) } });

const checked = await checkedHunt(FILES);
async function found(events: readonly Event[], change: Partial<RunRequest> = {}) {
  await using engine = await engineOf(events);
  return await runHunt(checked, requestOf(change), effectsOf(engine, null));
}

const event = (at: number, change: Partial<Event> = {}): Event => ({
  at,
  user: 'ada',
  ip: '203.0.113.7',
  host: 'ws-1',
  port: 443,
  ...change,
});
const OLD = event(TILE.start - 20 * DAY_MS, { user: 'somebody' });

describe('what was never there before', () => {
  it('is told with its hosts, numbers and values, and what was there is not', async () => {
    const { record, findings } = await found([
      OLD,
      event(TILE.start - 1, { user: 'ADA' }),
      event(TILE.start + 1),
      event(TILE.start, { user: 'Eve' }),
      event(TILE.start + HOUR_MS, { user: 'eve', host: 'WS-1.example.org', port: 8443 }),
      event(TILE.start + HOUR_MS, { user: 'eve', host: 'ws-2', port: 22 }),
      event(TILE.end, { user: 'late' }),
      event(TILE.start, { user: null }),
      event(TILE.start, { user: 'backup' }),
    ]);
    expect(findings.map(({ finding }) => finding.state)).toMatchObject([
      {
        key: { 'user.name': 'eve', 'destination.ip': '203.0.113.7' },
        firstSeen: TILE.start,
        lastSeen: TILE.start + HOUR_MS,
        sets: {
          'host.name': { values: ['ws-1', 'ws-2'] },
          'destination.port': { values: [22, 443], more: true },
        },
        latest: { count: 3, hosts: 2, population: 2, title: 'eve 203.0.113.7' },
      },
    ]);
    expect(findings[0]?.finding.state.evidence.values).toHaveLength(3);
    expect(findings[0]?.finding.state.latest.drilldown).toContain('"eve"');
    expect(record).toMatchObject({
      verdict: 'findings',
      unkeyed: { events: 1, hosts: 1 },
      hidden: [{ by: 'exception', name: 'known', unit: 'events', count: 1 }],
      population: 2,
      tilePopulation: 2,
    });
  });

  it('takes the look-back as its own', async () => {
    const events = [OLD, event(TILE.start - HOUR_MS), event(TILE.start - 2 * HOUR_MS, { user: 'eve' })];
    const users = async (lookBackMs: number) =>
      (await found(events, { lookBackMs })).findings.map(({ finding }) => finding.state.key['user.name']);
    expect(await users(0)).toEqual([]);
    expect(await users(HOUR_MS)).toEqual(['ada']);
    expect(new Set(await users(2 * HOUR_MS))).toEqual(new Set(['ada', 'eve']));
  });

  it.each<[what: string, days: number, params: Record<string, string>, findings: number, reasons: string[]]>([
    ['half of the window', 15, {}, 1, []],
    ['less', 2, {}, 0, ['degraded history: History 2 d of 30 d: 1 new row was not written']],
    ['less, where the run asks for no more', 2, { history: '2d' }, 1, []],
    ['none at all', 0, {}, 0, ['degraded history: History 0 s of 30 d: 1 new row was not written']],
    ['none, where the run asks for none', 0, { history: '0d' }, 1, []],
  ])('with a history of %s', async (_what, days, params, count, reasons) => {
    const before = days === 0 ? [] : [event(TILE.start - days * DAY_MS, { user: 'somebody' })];
    const { record, findings } = await found([...before, event(TILE.start)], { params });
    expect(findings).toHaveLength(count);
    expect(record.findings).toBe(count);
    expect(record.reasons.map(({ verdict, code, text }) => `${verdict} ${code}: ${text}`)).toEqual(reasons);
  });

  it('fails with a history that is no duration', async () => {
    const { record } = await found([OLD], { params: { history: 'long' } });
    expect(record.error).toMatchObject({ code: 'USAGE', remedy: expect.stringContaining('15d') });
  });

  it('says nothing of sources that hold nothing', async () => {
    const { record } = await found([event(TILE.end)]);
    expect([record.verdict, record.reasons]).toEqual(['clean', []]);
  });

  it('is whatever has its first event on the clock in the tile', async () => {
    const time = fc.oneof(
      fc.integer({ min: TILE.end - 30 * DAY_MS, max: TILE.end - 1 }),
      fc.constantFrom(TILE.start - 1, TILE.start, TILE.end - 1, TILE.end, TILE.end - 30 * DAY_MS - 1),
    );
    const anyEvent = fc.record({
      at: time,
      user: fc.option(fc.constantFrom('ada', 'Ada', 'eve', 'EVE', 'root', 'x'), { nil: null }),
      ip: fc.option(fc.constantFrom('203.0.113.7', '203.0.113.8', '2001:db8::1'), { nil: null }),
      host: fc.constantFrom('ws-1', 'WS-1.example.org', 'ws-2'),
      port: fc.constantFrom(1, 2, 3),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(anyEvent, { minLength: 1, maxLength: 60 }), async (events) => {
        const { findings } = await found(events, { params: { history: '0d' } });
        const shown = findings.map(({ finding: { state } }) => ({ ...state.key, ...numbers(state) }));
        expect(new Set(shown.map((each) => JSON.stringify(each)))).toEqual(new Set(model(events)));
      }),
      { seed: 20261121, numRuns: 10 },
    );
  }, 30_000);
});

const numbers = (state: {
  readonly firstSeen: number;
  readonly latest: { readonly count: number; readonly hosts: number | null };
}) => ({ first: state.firstSeen, count: state.latest.count, hosts: state.latest.hosts });

/** The same, read off the events one by one. */
function model(events: readonly Event[]): string[] {
  const read = events.filter(
    ({ at, user, ip }) => at >= TILE.end - 30 * DAY_MS && at < TILE.end && user !== null && ip !== null,
  );
  const entities = Map.groupBy(read, ({ user, ip }) => JSON.stringify([user?.toLowerCase(), ip]));
  return [...entities].flatMap(([entity, all]) => {
    const [user, ip] = JSON.parse(entity) as [string, string];
    const first = Math.min(...all.map(({ at }) => at));
    const hosts = new Set(all.map(({ host }) => host.toLowerCase().split('.')[0])).size;
    const row = { 'user.name': user, 'destination.ip': ip, first, count: all.length, hosts };
    return first < TILE.start ? [] : [JSON.stringify(row)];
  });
}
