import { describe, expect, it } from 'vitest';
import { canonicalFinding } from '../../src/core/canonical.ts';
import { type ErrorCode, HuntError } from '../../src/core/error.ts';
import { STAGES } from '../../src/core/run.ts';
import type { Answer, Question } from '../../src/engine/port.ts';
import { runHunt } from '../../src/pipeline/run-hunt.ts';
import { memoryStore } from '../../src/store/memory/store.ts';
import type { Store } from '../../src/store/port.ts';
import { answerOf, capsOf, type Cells, checkedHunt, effectsOf, fakeEngine, requestOf } from './fakes.ts';

const FILES = {
  '/site/hunts/sources.yml': `net:
  { index: [logs-*], clock: ["@timestamp"], heartbeat: 1h, description: N, enable: E }
`,
  '/site/hunts/a/rare.yml': `name: A hunt
hypothesis: Something is rare.
status: stable
severity: low
sources: { any_of: [net] }
window: 30d
prevalence: { of: [process.name], across: host.name, at_most: 3, min_population: 10, collect: { destination.ip: 2 } }
exceptions:
  - { id: known, when: user.name == "backup", because: Known., owner: soc, until: 2030-01-01 }
finding: { title: "{process.name} to {destination.ip} from {hosts} of {population}" }
`,
};
const CAPS = {
  '@timestamp': 'date',
  'process.name': 'keyword',
  'process.executable': 'keyword',
  'host.name': 'keyword',
  'destination.ip': 'ip',
  'user.name': 'keyword',
} as const;
const ROW: Cells = {
  'process.name': 'tool.exe',
  count: 4,
  hosts: 1,
  first_seen: '2026-11-20T01:00:00.000Z',
  last_seen: '2026-11-20T02:00:00.000Z',
  'hunt.event_start': '2026-11-20T01:00:00.000Z',
  'hunt.event_end': '2026-11-20T02:00:00.000Z',
  across: 'ws-1',
  'destination.ip': '203.0.113.7',
};
const USUAL: Readonly<Record<string, readonly Cells[]>> = {
  rows: [ROW],
  population: [{ population: 40, tile_population: 12 }],
  hidden: [{ events: 9, unkeyed_events: 2, unkeyed_hosts: 1, several: 0, 'hidden.0': 3 }],
  source: [{ documents: 500, newest: '2026-11-20T23:59:00.000Z' }],
  evidence: [{ 'process.name': 'tool.exe', evidence: ['logs-1/b', 'logs-1/a'] }],
};

/** Answers as usual but for some purposes. */
function answers(changes: Readonly<Record<string, readonly Cells[] | Answer | (() => Answer)>> = {}) {
  return ({ purpose }: Question): Answer => {
    const found = changes[purpose] ?? USUAL[purpose];
    if (found === undefined) throw new Error(`nobody expected the question "${purpose}"`);
    if (typeof found === 'function') return found();
    return 'rows' in found ? found : answerOf(found);
  };
}

async function readyStore(): Promise<Store> {
  const store = memoryStore();
  await store.setup({ dryRun: false }, new AbortController().signal);
  return store;
}

const hunt = await checkedHunt(FILES);
const reasons = (record: {
  readonly verdict: string;
  readonly reasons: readonly { readonly verdict: string; readonly code: string; readonly text: string }[];
}) => [record.verdict, ...record.reasons.map(({ verdict, code, text }) => `${verdict} ${code}: ${text}`)];

describe('a run', () => {
  it('that goes well finds, tells its numbers and writes once', async () => {
    const store = await readyStore();
    const engine = fakeEngine(capsOf(CAPS), answers());
    const { record, findings } = await runHunt(hunt, requestOf(), effectsOf(engine, store));
    expect(reasons(record)).toEqual(['findings']);
    expect(findings.map(({ delta, finding }) => [delta, finding.state.latest.title])).toEqual([
      ['new', 'tool.exe to 203.0.113.7 from 1 of 40'],
    ]);
    expect(findings[0]?.finding.state.evidence.values).toEqual(['logs-1/a', 'logs-1/b']);
    expect(record).toMatchObject({
      saved: true,
      rows: 1,
      carried: 0,
      findings: 1,
      population: 40,
      tilePopulation: 12,
      unkeyed: { events: 2, hosts: 1 },
      hidden: [{ by: 'exception', name: 'known', unit: 'events', count: 3 }],
      deltas: { new: 1, reopened: 0, recurring: 0 },
      sources: [{ name: 'net', documents: 500, state: 'sent' }],
      missingFields: [],
      error: null,
    });
    expect(Object.keys(record.stages)).toEqual([...STAGES]);
    expect(record.queries.map(({ purpose }) => purpose)).toEqual(engine.asked.map(({ purpose }) => purpose));
    expect(new Set(engine.asked.map(({ purpose }) => purpose))).toEqual(new Set(Object.keys(USUAL)));
    expect(await store.run('run-1', new AbortController().signal)).toEqual(record);
  });

  it('of a job keeps how late events arrived, and warns where the query delay is shorter', async () => {
    const late = { documents: 500, newest: '2026-11-20T23:59:00.000Z', lag_p50: 900.5, lag_p99: 720_000, lag_max: 9e6 };
    const store = await readyStore();
    const clocked = FILES['/site/hunts/sources.yml'].replace('"@timestamp"', 'event.ingested, "@timestamp"');
    const checked = await checkedHunt({ ...FILES, '/site/hunts/sources.yml': clocked });
    const engine = fakeEngine(capsOf({ ...CAPS, 'event.ingested': 'date' }), answers({ source: [late] }));
    const job = { id: 'nightly', attempt: 1 };
    const request = requestOf({ job, queryDelayMs: 300_000 });
    const { record } = await runHunt(checked, request, effectsOf(engine, store));
    expect(record.sources).toMatchObject([{ name: 'net', lag: { p50Ms: 901, p99Ms: 720_000, maxMs: 9_000_000 } }]);
    expect(record.warnings).toEqual(['Query delay 5 min is smaller than the lag of net: p99 12 min']);
    expect(record.verdict).toBe('findings');
    expect(await store.run('run-1', new AbortController().signal)).toEqual(record);
    expect(engine.asked.filter(({ purpose }) => purpose === 'source')).toHaveLength(1);
  });

  it('again over the same tile leaves the store in the same form, with no further sighting', async () => {
    const store = await readyStore();
    const never = new AbortController().signal;
    const forms: string[][] = [];
    for (const runId of ['run-1', 'run-2', 'run-3']) {
      const { findings } = await runHunt(
        hunt,
        requestOf({ runId }),
        effectsOf(fakeEngine(capsOf(CAPS), answers()), store),
      );
      expect(findings.map(({ delta }) => delta)).toEqual([runId === 'run-1' ? 'new' : 'recurring']);
      const { items } = await store.list({}, 10, never);
      forms.push(items.map(({ finding }) => canonicalFinding(finding)));
      const id = items[0]?.finding.state.fingerprint;
      expect(id === undefined ? 0 : (await store.sightings(id, 10, never)).total).toBe(1);
    }
    expect(new Set(forms.map((form) => JSON.stringify(form))).size).toBe(1);
  });

  it('without a store writes nothing, and says so', async () => {
    const { record, findings } = await runHunt(hunt, requestOf(), effectsOf(fakeEngine(capsOf(CAPS), answers()), null));
    expect([record.saved, record.verdict, findings.map(({ delta }) => delta)]).toEqual([false, 'findings', [null]]);
  });

  it('counts rows that only the reading range carries along', async () => {
    const old = {
      ...ROW,
      'process.name': 'old.exe',
      first_seen: '2026-11-01T00:00:00.000Z',
      last_seen: '2026-11-19T23:59:59.999Z',
    };
    const edge = { ...ROW, 'process.name': 'edge.exe', last_seen: '2026-11-20T00:00:00.000Z' };
    const { record, findings } = await runHunt(
      hunt,
      requestOf(),
      effectsOf(fakeEngine(capsOf(CAPS), answers({ rows: [old, edge, ROW] })), null),
    );
    expect([record.rows, record.carried]).toEqual([3, 1]);
    expect(findings.map(({ finding }) => finding.state.key)).toEqual([
      { 'process.name': 'edge.exe' },
      { 'process.name': 'tool.exe' },
    ]);
  });

  it('keeps the sets it was asked for, and knows that there was more', async () => {
    const row = { ...ROW, 'destination.ip': ['203.0.113.7', '203.0.113.8', '203.0.113.9'] };
    const { findings } = await runHunt(
      hunt,
      requestOf(),
      effectsOf(fakeEngine(capsOf(CAPS), answers({ rows: [row] })), null),
    );
    expect(findings[0]?.finding.state.sets['destination.ip']).toEqual({
      values: ['203.0.113.7', '203.0.113.8'],
      cap: 2,
      more: true,
    });
    expect(findings[0]?.finding.state.latest.title).toBe('tool.exe to 203.0.113.7 +1 or more from 1 of 40');
  });
});

describe('how far a run may be trusted', () => {
  const clean = { rows: [], evidence: [] };
  it.each<[what: string, caps: ReturnType<typeof capsOf>, change: Parameters<typeof answers>[0], expected: string[]]>([
    ['nothing found', capsOf(CAPS), clean, ['clean']],
    [
      'no index',
      capsOf({}, { indices: [], unmatched: ['logs-*'] }),
      {},
      ['blind', 'blind source_silent: Source "net" sent nothing: no index matches its patterns'],
    ],
    [
      'no key field',
      capsOf({ '@timestamp': 'date', 'host.name': 'keyword' }),
      clean,
      ['blind', 'blind key_missing: Key field "process.name" is mapped nowhere'],
    ],
    [
      'a closed index',
      capsOf(CAPS, { closed: ['logs-0', 'logs-9'] }),
      clean,
      ['degraded', 'degraded closed_index: Closed indices were not read: logs-0, logs-9'],
    ],
    [
      'more rows than are kept',
      capsOf(CAPS),
      { rows: answerOf([ROW], { truncated: true }) },
      ['degraded', 'degraded truncated: More than 100 rows (rows): the rest was not read'],
    ],
    [
      'a partial answer',
      capsOf(CAPS),
      { rows: answerOf([ROW], { partial: ['1 of 3 shards failed', 'cluster eu is gone'] }) },
      ['degraded', 'degraded partial: Partial answer (rows): 1 of 3 shards failed; cluster eu is gone'],
    ],
    [
      'a partial count',
      capsOf(CAPS),
      { ...clean, population: answerOf(USUAL['population'] ?? [], { partial: ['1 of 3 shards failed'] }) },
      ['degraded', 'degraded partial: Partial answer (population): 1 of 3 shards failed'],
    ],
    [
      'few hosts',
      capsOf(CAPS),
      { population: [{ population: 7, tile_population: 7 }] },
      ['degraded', 'degraded population: Population 7 < 10'],
    ],
    [
      'several values where one is expected',
      capsOf(CAPS),
      { ...clean, hidden: [{ events: 9, unkeyed_events: 0, unkeyed_hosts: 0, several: 2, 'hidden.0': 0 }] },
      [
        'degraded',
        'degraded several_values: 2 events hold several values in user.name, which an exception cannot judge: they were not counted',
      ],
    ],
    [
      'a silent source',
      capsOf(CAPS),
      { ...clean, source: [{ documents: 0, newest: null }] },
      ['blind', 'blind source_silent: Source "net" sent nothing in the 30 days before either'],
    ],
  ])('%s', async (_what, caps, change, expected) => {
    const { record } = await runHunt(hunt, requestOf(), effectsOf(fakeEngine(caps, answers(change)), null));
    expect(reasons(record)).toEqual(expected);
  });

  it('reads a missing field as null and names it', async () => {
    const { 'user.name': _user, ...fewer } = CAPS;
    const engine = fakeEngine(capsOf(fewer), answers(clean));
    const { record } = await runHunt(hunt, requestOf(), effectsOf(engine, null));
    expect(record.missingFields).toEqual(['user.name']);
    expect(engine.asked.find(({ purpose }) => purpose === 'rows')?.esql).toContain('user.name = null::keyword');
  });
});

describe('a run that fails', () => {
  const CODES: readonly ErrorCode[] = [
    'UNREACHABLE',
    'CONNECTION_LOST',
    'AUTHENTICATION',
    'PRIVILEGE',
    'NO_INDEX',
    'CLOSED_INDEX',
    'UNKNOWN_COLUMN',
    'TYPE_CONFLICT',
    'QUERY_REJECTED',
    'CIRCUIT_BREAKER',
    'OVERLOADED',
    'SHARD_FAILURE',
    'TIMEOUT',
    'CANCELLED',
    'ANSWER_NOT_UNDERSTOOD',
  ];
  it.each(CODES)('%s of the engine is its verdict, saved with what was known', async (code) => {
    const store = await readyStore();
    const fail = () => {
      throw new HuntError(code, 'Cannot do it', { remedy: 'Do it again' });
    };
    const engine = fakeEngine(capsOf(CAPS), answers({ population: fail }));
    const { record, findings } = await runHunt(hunt, requestOf(), effectsOf(engine, store));
    expect(findings).toEqual([]);
    expect(reasons(record)).toEqual(['failed', `failed ${code.toLowerCase()}: Cannot do it`]);
    expect(record).toMatchObject({ rows: 1, error: { code, message: 'Cannot do it', remedy: 'Do it again' } });
    const never = new AbortController().signal;
    expect((await store.run('run-1', never))?.verdict).toBe('failed');
    expect((await store.list({}, 10, never)).total).toBe(0);
  });

  it('because the store is not set up says so, unsaved', async () => {
    const { record } = await runHunt(hunt, requestOf(), effectsOf(fakeEngine(capsOf(CAPS), answers()), memoryStore()));
    expect([record.verdict, record.saved, record.error?.code]).toEqual(['failed', false, 'STORE_NOT_READY']);
    expect(record.warnings).toEqual(['The run record could not be saved: The memory store is not set up']);
  });

  it('because one finding was refused keeps the others', async () => {
    const store = await readyStore();
    const long = { ...ROW, 'process.name': `${'x'.repeat(40_000)}.exe`, across: 'y' };
    const refusing: Store = {
      ...store,
      write: async (findings, sightings, signal) => {
        const { refusedSightings, findings: outcomes } = await store.write(
          findings.filter(({ finding }) => !isLong(finding.state.key)),
          sightings,
          signal,
        );
        const refused = findings
          .filter(({ finding }) => isLong(finding.state.key))
          .map(({ finding }) => ({
            fingerprint: finding.state.fingerprint,
            status: 'refused' as const,
            because: 'too long',
          }));
        const all = new Map([...outcomes, ...refused].map((outcome) => [outcome.fingerprint, outcome]));
        return {
          refusedSightings,
          findings: findings.flatMap(({ finding }) => all.get(finding.state.fingerprint) ?? []),
        };
      },
    };
    const { record } = await runHunt(
      hunt,
      requestOf(),
      effectsOf(fakeEngine(capsOf(CAPS), answers({ rows: [long, ROW] })), refusing),
    );
    expect([record.verdict, record.error?.code, record.findings, record.deltas.new]).toEqual([
      'failed',
      'STORE_REFUSED',
      1,
      1,
    ]);
    expect((await store.list({}, 10, new AbortController().signal)).total).toBe(1);
  });

  it('because somebody cancelled it asks nothing more, and is recorded', async () => {
    const store = await readyStore();
    const controller = new AbortController();
    const cancelled = () => {
      controller.abort();
      throw new HuntError('CANCELLED', 'The run was cancelled');
    };
    const engine = fakeEngine(capsOf(CAPS), answers({ rows: cancelled }));
    const { record } = await runHunt(hunt, requestOf(), effectsOf(engine, store, { signal: controller.signal }));
    expect([record.verdict, record.error?.code]).toEqual(['failed', 'CANCELLED']);
    expect(engine.asked.at(-1)?.purpose).toBe('rows');
    expect((await store.run('run-1', new AbortController().signal))?.verdict).toBe('failed');
  });

  it('by a mistake of the program is no verdict', async () => {
    const engine = fakeEngine(capsOf(CAPS), () => {
      throw new TypeError('a bug');
    });
    await expect(runHunt(hunt, requestOf(), effectsOf(engine, null))).rejects.toThrow('a bug');
  });
});

function isLong(key: Readonly<Record<string, unknown>>): boolean {
  return JSON.stringify(key).length > 32_766;
}
