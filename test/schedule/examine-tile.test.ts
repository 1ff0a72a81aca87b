import { describe, expect, it } from 'vitest';
import { examine, ledgerName, recordGap } from '../../src/core/books.ts';
import { HuntError } from '../../src/core/error.ts';
import type { Ledger } from '../../src/core/ledger.ts';
import { HOUR_MS } from '../../src/core/time.ts';
import type { Engine } from '../../src/engine/port.ts';
import { changeLedger } from '../../src/schedule/change-ledger.ts';
import { examineTile } from '../../src/schedule/examine-tile.ts';
import { memoryStore } from '../../src/store/memory/store.ts';
import type { Store } from '../../src/store/port.ts';
import { NOW } from '../pipeline/fakes.ts';
import { appEngine, bench, HOUR_TILE, item, job, KEY, signal } from './fakes.ts';

const DONE = { type: 'done' };

async function ledgerIn(store: Store): Promise<Ledger> {
  const stored = (await store.ledgers([KEY], signal)).get(ledgerName(KEY));
  if (stored === undefined) throw new Error('There is no ledger');
  return stored.value;
}

function failing(code: 'OVERLOADED' | 'UNKNOWN_COLUMN', times: number): Engine {
  const engine = appEngine();
  let left = times;
  return {
    ...engine,
    query: (question, stop) =>
      left-- > 0 ? Promise.reject(new HuntError(code, 'Cannot ask')) : engine.query(question, stop),
  };
}

const outcomes = ({ told }: Awaited<ReturnType<typeof bench>>) =>
  told.flatMap((event) => (event.type === 'tile_ended' ? [event.outcome] : []));

describe('a tile that is examined', () => {
  it('stores its findings and is examined in the ledger, under the job and the attempt', async () => {
    const all = await bench();
    expect(await examineTile(item(), all.shop, signal)).toEqual(DONE);
    expect((await ledgerIn(all.store)).examined).toEqual([HOUR_TILE]);
    expect((await all.store.list({}, 10, signal)).total).toBe(1);
    const [run] = (await all.store.runs({}, 10, signal)).items;
    expect(run).toMatchObject({
      verdict: 'findings',
      job: { id: 'hourly', attempt: 1 },
      adHoc: false,
      clock: 'ingest',
    });
    expect(outcomes(all)).toEqual(['examined']);
  });

  it('tells the channels of its job, and nobody where the job names none', async () => {
    const notify = [{ channel: 'webhook:soc', severity: 'low', deltas: ['new'] }] as const;
    const [told, quiet] = [await bench({ notify }), await bench()];
    for (const { shop } of [told, quiet]) await examineTile(item(), shop, signal);
    const notices = async ({ store }: typeof told) => (await store.notices({}, 10, signal)).items;
    expect((await notices(told)).map(({ value }) => [value.channel, value.jobId, value.tile])).toEqual([
      ['webhook:soc', 'hourly', HOUR_TILE],
    ]);
    expect(await notices(quiet)).toEqual([]);
  });

  it('is skipped when somebody else has examined it, or a part of it', async () => {
    for (const done of [HOUR_TILE, { start: HOUR_TILE.start, end: HOUR_TILE.start + 1 }]) {
      const all = await bench();
      await changeLedger(all.store, KEY, (ledger) => examine(ledger, done), signal);
      expect(await examineTile(item(), all.shop, signal)).toEqual(DONE);
      expect((await all.store.runs({}, 10, signal)).total).toBe(0);
      expect(outcomes(all)).toEqual(['skipped']);
    }
  });

  it('is skipped while its job is paused', async () => {
    const all = await bench();
    const pauses = [{ reason: 'upgrade', by: 'ada', from: NOW - 1, until: null }];
    await all.store.writeJobState({ jobId: 'hourly', pauses }, null, signal);
    expect(await examineTile(item(), all.shop, signal)).toEqual(DONE);
    expect(outcomes(all)).toEqual(['skipped']);
  });

  it('is skipped when hunt or job are gone', async () => {
    const all = await bench();
    expect(await examineTile(item({ huntId: 'app/gone' }), all.shop, signal)).toEqual(DONE);
    expect(outcomes(all)).toEqual(['skipped']);
  });
});

describe('a tile that fails', () => {
  it('is a gap that is due again after the first wait, and the second after the next', async () => {
    const all = await bench({ engine: failing('UNKNOWN_COLUMN', 100) });
    await examineTile(item(), all.shop, signal);
    const [gap] = (await ledgerIn(all.store)).gaps;
    expect(gap).toMatchObject({ span: HOUR_TILE, reason: 'failed', attempts: 1, nextAttemptAt: NOW + HOUR_MS });
    expect(gap?.text).toContain('Cannot ask');

    await examineTile(item({ attempt: 2 }), all.shop, signal);
    expect((await ledgerIn(all.store)).gaps).toMatchObject([{ attempts: 2, nextAttemptAt: NOW + 6 * HOUR_MS }]);
    await examineTile(item({ attempt: 3 }), all.shop, signal);
    expect((await ledgerIn(all.store)).gaps).toMatchObject([{ attempts: 3, nextAttemptAt: null }]);
    expect(outcomes(all)).toEqual(['gap', 'gap', 'gap']);
  });

  it('is not tried twice by two items of one attempt', async () => {
    const all = await bench({ engine: failing('UNKNOWN_COLUMN', 100) });
    await examineTile(item(), all.shop, signal);
    await examineTile(item(), all.shop, signal);
    expect(outcomes(all)).toEqual(['gap', 'skipped']);
  });

  it('is tried again within one attempt when the failure may pass, as often as the job allows', async () => {
    const all = await bench({ engine: failing('OVERLOADED', 1), job: job({ retries: 1 }) });
    await examineTile(item(), all.shop, signal);
    expect((await ledgerIn(all.store)).examined).toEqual([HOUR_TILE]);
    expect((await all.store.runs({}, 10, signal)).items.map(({ verdict }) => verdict).toSorted()).toEqual([
      'failed',
      'findings',
    ]);
    expect(all.told.some(({ type }) => type === 'trouble')).toBe(true);
  });

  it('is not tried again when the failure is the author’s', async () => {
    const all = await bench({ engine: failing('UNKNOWN_COLUMN', 1), job: job({ retries: 3 }) });
    await examineTile(item(), all.shop, signal);
    expect(outcomes(all)).toEqual(['gap']);
  });

  it('keeps the age of its gap, and that somebody asked for it', async () => {
    const all = await bench({ engine: failing('UNKNOWN_COLUMN', 100) });
    const asked = {
      span: HOUR_TILE,
      reason: 'blind' as const,
      text: 'nothing came',
      since: NOW - HOUR_MS,
      attempts: 0,
      nextAttemptAt: NOW,
      backfill: true,
      runId: null,
    };
    await changeLedger(all.store, KEY, (ledger) => recordGap(ledger, asked), signal);
    await examineTile(item({ urgency: 'backfill' }), all.shop, signal);
    expect((await ledgerIn(all.store)).gaps).toMatchObject([
      { since: NOW - HOUR_MS, backfill: true, reason: 'failed' },
    ]);
  });

  it('never takes back what somebody else has examined meanwhile', async () => {
    const all = await bench();
    const engine = failing('UNKNOWN_COLUMN', 100);
    const late: Engine = {
      ...engine,
      query: async (question, stop) => {
        await changeLedger(all.store, KEY, (ledger) => examine(ledger, HOUR_TILE), stop);
        return engine.query(question, stop);
      },
    };
    await examineTile(item(), { ...all.shop, engine: late }, signal);
    const { examined, gaps } = await ledgerIn(all.store);
    expect(examined).toEqual([HOUR_TILE]);
    expect(gaps).toEqual([]);
  });
});

describe('a worker that cannot go on', () => {
  it('puts the tile back when it was told to stop, and the ledger does not change', async () => {
    const stop = new AbortController();
    const engine = appEngine();
    const held: Engine = {
      ...engine,
      query: async () => {
        stop.abort();
        throw new HuntError('CANCELLED', 'Cancelled');
      },
    };
    const all = await bench({ engine: held });
    expect(await examineTile(item(), all.shop, stop.signal)).toEqual({ type: 'put_back', delayMs: 0 });
    expect(await ledgerIn(all.store)).toMatchObject({ examined: [], gaps: [] });
    expect(outcomes(all)).toEqual(['put_back']);
  });

  it('puts the tile back for a while when the ledger cannot be written, and says so', async () => {
    const store = memoryStore();
    const all = await bench({ store });
    const down: Store = {
      ...store,
      writeLedger: () => Promise.reject(new HuntError('CONNECTION_LOST', 'Lost the connection')),
    };
    const outcome = await examineTile(item(), { ...all.shop, store: down }, signal);
    expect(outcome).toEqual({ type: 'put_back', delayMs: 15_000 });
    expect(all.told).toContainEqual(expect.objectContaining({ type: 'trouble', where: 'worker' }));
    // What it had found is stored; examining the tile again finds the same.
    expect((await store.list({}, 10, signal)).total).toBe(1);
    await examineTile(item(), all.shop, signal);
    expect((await store.list({}, 10, signal)).total).toBe(1);
    expect((await ledgerIn(store)).examined).toEqual([HOUR_TILE]);
  });
});
