import { describe, expect, it } from 'vitest';
import { HuntError } from '../../src/core/error.ts';
import type { WorkEvent } from '../../src/core/work-event.ts';
import type { QueueDepth } from '../../src/core/work-item.ts';
import { serverOf } from '../../src/serve/serve.ts';
import { sampleNotice } from '../rig/sample-notices.ts';
import { sampleItem, tick, tileEnded } from '../rig/work-events.ts';

const TILE_END = Date.parse('2026-11-02T00:00:00Z');

interface Watched {
  readonly now?: number;
  readonly depth?: (signal: AbortSignal) => Promise<QueueDepth>;
}

/** Metrics after the events, by name with labels, those of Node and the process left out. */
async function metricsAfter(events: readonly WorkEvent[], { now = TILE_END, depth }: Watched = {}) {
  const { app, tell } = serverOf({
    host: '127.0.0.1',
    port: 0,
    role: 'both',
    version: '0',
    now: () => now,
    parts: {},
    depth: depth ?? null,
    onError: (error) => {
      throw error;
    },
    withinMs: 50,
  });
  for (const event of events) tell(event);
  const { body } = await app.inject('/metrics');
  await app.close();
  const samples = body
    .split('\n')
    .filter((line) => line.startsWith('tracehound_'))
    .map((line) => [line.slice('tracehound_'.length, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))] as const);
  return new Map(samples);
}

const SILENT = { name: 'sysmon', documents: 0, newest: null, state: 'silent', lag: null } as const;

describe('metrics', () => {
  it('begin at 0 where their labels are known, so that the first failure is an increase', async () => {
    const metrics = await metricsAfter([]);
    expect(metrics.get('runs_total{verdict="failed"}')).toBe(0);
    expect(metrics.get('findings_total{delta="new"}')).toBe(0);
    expect(metrics.get('gaps{reason="blind"}')).toBe(0);
    expect(metrics.get('trouble_total{where="scheduler"}')).toBe(0);
    expect(metrics.get('tile_lag_seconds_count{urgency="backfill"}')).toBe(0);
    expect(metrics.get('last_tick_timestamp_seconds')).toBe(0);
  });

  it('tell of Node and the process too', async () => {
    const { app } = serverOf({
      host: '127.0.0.1',
      port: 0,
      role: 'worker',
      version: '0',
      now: () => 0,
      parts: {},
      depth: null,
      onError: () => {},
    });
    const { body, headers } = await app.inject('/metrics');
    await app.close();
    expect(headers['content-type']).toContain('text/plain; version=0.0.4');
    for (const name of ['process_resident_memory_bytes', 'nodejs_eventloop_lag_p99_seconds'])
      expect(body).toContain(name);
  });

  it('follow the ticks', async () => {
    const gaps = { failed: 2, blind: 1, salvaged: 0, paused: 0, beyond_catch_up: 0, requested: 0 };
    const metrics = await metricsAfter([tick({ due: 9, late: 9, gaps }), tick({ due: 5, late: 1, gaps })]);
    expect(metrics.get('tiles_due')).toBe(5);
    expect(metrics.get('tiles_late')).toBe(1);
    expect(metrics.get('gaps{reason="failed"}')).toBe(2);
    expect(metrics.get('last_tick_timestamp_seconds')).toBe(TILE_END / 1_000);
  });

  it('count what runs did', async () => {
    const deltas = { new: 2, reopened: 1, recurring: 4 };
    const hidden = [
      { by: 'list', name: 'non-public', unit: 'events', count: 900 },
      { by: 'exception', name: 'x', unit: 'rows', count: 3 },
    ] as const;
    const run = { verdict: 'findings', deltas, hidden, engineMs: 1_500 } as const;
    const metrics = await metricsAfter([tileEnded(run), tileEnded(run)], { now: TILE_END + 300_000 });
    expect(metrics.get('runs_total{verdict="findings"}')).toBe(2);
    expect(metrics.get('findings_total{delta="new"}')).toBe(4);
    expect(metrics.get('hidden_rows_total{by="list",unit="events"}')).toBe(1_800);
    expect(metrics.get('hidden_rows_total{by="exception",unit="rows"}')).toBe(6);
    expect(metrics.get('engine_seconds_sum{engine="elasticsearch"}')).toBe(3);
    expect(metrics.get('tiles_examined_total{hunt="network/rare-egress"}')).toBe(2);
    expect(metrics.get('tile_lag_seconds_bucket{le="60",urgency="present"}')).toBe(0);
    expect(metrics.get('tile_lag_seconds_bucket{le="300",urgency="present"}')).toBe(2);
    expect(metrics.get('tile_lag_seconds_sum{urgency="present"}')).toBe(600);
  });

  it('keep what is caught up apart from the present', async () => {
    const month = 30 * 86_400_000;
    const caughtUp = tileEnded({ verdict: 'clean' }, { item: sampleItem({ urgency: 'catch_up' }) });
    const metrics = await metricsAfter([caughtUp], { now: TILE_END + month });
    expect(metrics.get('tile_lag_seconds_bucket{le="2592000",urgency="catch_up"}')).toBe(1);
    expect(metrics.get('tile_lag_seconds_count{urgency="present"}')).toBe(0);
  });

  it('count how often a hunt failed in a row, and do not call a gap examined', async () => {
    const failed = tileEnded({ verdict: 'failed' }, { outcome: 'gap' });
    const blind = tileEnded({ verdict: 'blind' }, { outcome: 'gap' });
    const metrics = await metricsAfter([failed, blind, tileEnded({ verdict: 'failed' }, { outcome: 'put_back' })]);
    expect(metrics.get('run_failures_in_a_row{hunt="network/rare-egress"}')).toBe(2);
    expect(metrics.has('tiles_examined_total{hunt="network/rare-egress"}')).toBe(false);
    expect(metrics.get('runs_total{verdict="failed"}')).toBe(1);
  });

  it('tell a refused edit until a good one, and forget hunts that may be gone', async () => {
    const place = { file: 'a.yml', line: 1, column: 1 };
    const problems = [{ rule: 'x', severity: 'error', place, message: 'Bad', hint: 'Mend it' }] as const;
    const refused: WorkEvent[] = [tileEnded({ verdict: 'failed' }), { type: 'reload_refused', problems }];
    const while_refused = await metricsAfter(refused);
    expect(while_refused.get('reload_refused')).toBe(1);
    expect(while_refused.get('reload_problems')).toBe(1);
    expect(while_refused.get('run_failures_in_a_row{hunt="network/rare-egress"}')).toBe(1);
    const mended = await metricsAfter([...refused, { type: 'reloaded', problems: [] }]);
    expect(mended.get('reload_refused')).toBe(0);
    expect(mended.get('reload_problems')).toBe(0);
    expect(mended.has('run_failures_in_a_row{hunt="network/rare-egress"}')).toBe(false);
  });

  it('count notifications by what became of them, and the outbox as it was last counted', async () => {
    const notice = sampleNotice();
    const ended = (outcome: 'sent' | 'dead') => ({ type: 'notice_ended', notice, outcome }) as const;
    const counts = [5, 2].map((waiting) => ({ type: 'outbox', waiting, dead: 1 }) as const);
    const metrics = await metricsAfter([ended('sent'), ended('sent'), ended('dead'), ...counts]);
    const of = (outcome: string) => metrics.get(`notifications_total{outcome="${outcome}"}`);
    expect(['sent', 'failed', 'dead', 'dropped'].map(of)).toEqual([2, 0, 1, 0]);
    expect([metrics.get('outbox{state="waiting"}'), metrics.get('outbox{state="dead"}')]).toEqual([2, 1]);
  });

  it('count trouble by where it is', async () => {
    const metrics = await metricsAfter([{ type: 'trouble', where: 'queue', error: new Error('gone') }]);
    expect(metrics.get('trouble_total{where="queue"}')).toBe(1);
  });
});

describe('the age of data', () => {
  const sent = { name: 'sysmon', documents: 5, newest: TILE_END - 60_000, state: 'sent', lag: null } as const;

  it('is that of the newest event at the end of the tile', async () => {
    const metrics = await metricsAfter([tileEnded({ sources: [sent] })], { now: TILE_END + 86_400_000 });
    expect(metrics.get('data_age_seconds{source="sysmon"}')).toBe(60);
  });

  it('grows with tiles in which nothing came, also when the source is forgotten there', async () => {
    const later = { start: TILE_END, end: TILE_END + 86_400_000 };
    const metrics = await metricsAfter([tileEnded({ sources: [sent] }), tileEnded({ sources: [SILENT], tile: later })]);
    expect(metrics.get('data_age_seconds{source="sysmon"}')).toBe(86_460);
  });

  it('is not that of a tile that is caught up', async () => {
    const before = { start: TILE_END - 2 * 86_400_000, end: TILE_END - 86_400_000 };
    const old = { ...sent, newest: before.end - 3_600_000 };
    const metrics = await metricsAfter([tileEnded({ sources: [sent] }), tileEnded({ sources: [old], tile: before })]);
    expect(metrics.get('data_age_seconds{source="sysmon"}')).toBe(60);
  });

  it('is not known of a source that never sent anything', async () => {
    const metrics = await metricsAfter([tileEnded({ sources: [{ ...SILENT, state: 'never' }] })]);
    expect(metrics.has('data_age_seconds{source="sysmon"}')).toBe(false);
  });
});

describe('the queue', () => {
  const depth = { waiting: { present: 3, retry: 0, catch_up: 40, backfill: 2 }, delayed: 1, active: 4 };

  it('is asked at each scrape', async () => {
    const metrics = await metricsAfter([], { depth: async () => depth });
    expect(metrics.get('queue_depth{state="waiting",urgency="catch_up"}')).toBe(40);
    expect(metrics.get('queue_depth{state="active",urgency="any"}')).toBe(4);
    expect(metrics.get('queue_depth{state="delayed",urgency="any"}')).toBe(1);
    expect(metrics.get('queue_up')).toBe(1);
  });

  it.each([
    ['fails', async () => Promise.reject(new HuntError('QUEUE_UNAVAILABLE', 'gone'))],
    ['hangs', () => new Promise<never>(() => {})],
  ])('that %s has no depth, and the rest is told in time', async (_how, ask) => {
    const metrics = await metricsAfter([tick({ due: 7 })], { depth: ask });
    expect(metrics.get('queue_up')).toBe(0);
    expect([...metrics.keys()].filter((name) => name.startsWith('queue_depth'))).toEqual([]);
    expect(metrics.get('tiles_due')).toBe(7);
  });
});

it('labels hold nothing that an event could have brought', async () => {
  const evil = '"} 1\n# TYPE x gauge\u001b[31m';
  const reasons = [{ verdict: 'degraded', code: evil, text: evil }] as const;
  const hidden = [{ by: 'list', name: evil, unit: 'rows', count: 1 }] as const;
  const metrics = await metricsAfter([tileEnded({ verdict: 'degraded', reasons, hidden, warnings: [evil] })]);
  expect([...metrics.keys()].filter((name) => name.includes('TYPE x') || name.includes('\u001b'))).toEqual([]);
});
