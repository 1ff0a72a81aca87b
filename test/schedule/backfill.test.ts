import { describe, expect, it } from 'vitest';
import { activated, examine, ledgerName } from '../../src/core/books.ts';
import type { Ledger } from '../../src/core/ledger.ts';
import { DAY_MS, HOUR_MS } from '../../src/core/time.ts';
import { assigned } from '../../src/schedule/assignments.ts';
import { askForBackfill, backfillState, callOffBackfill, workOffBackfill } from '../../src/schedule/backfill.ts';
import { changeLedger } from '../../src/schedule/change-ledger.ts';
import type { Store } from '../../src/store/port.ts';
import { NOW } from '../pipeline/fakes.ts';
import { bench, job, KEY, signal } from './fakes.ts';

/** Two days before the ledger of `bench` was activated, and the hour after. */
const SPAN = { start: NOW - 2 * DAY_MS, end: NOW - HOUR_MS };

async function ledgerIn(store: Store): Promise<Ledger | undefined> {
  return (await store.ledgers([KEY], signal)).get(ledgerName(KEY))?.value;
}

async function office(of = job()) {
  const { shop, store, told } = await bench({ job: of });
  const pairs = assigned(shop.roster());
  const ask = () => askForBackfill(pairs, SPAN, NOW, store, signal);
  const state = () => backfillState(pairs, SPAN, NOW, store, signal);
  const work = (stop = signal) => workOffBackfill(pairs, SPAN, shop, 2, stop);
  return { shop, store, told, pairs, ask, state, work };
}

describe('a backfill', () => {
  it('examines what lies before the job knew the hunt, tile by tile, and nothing twice', async () => {
    const { store, ask, state, work } = await office();
    await ask();
    expect((await state()).leftMs).toBe(SPAN.end - HOUR_MS - SPAN.start);
    await work();
    expect(await state()).toEqual({ leftMs: 0, waiting: [] });
    const runs = await store.runs({}, 100, signal);
    expect(runs.total).toBe(46);
    await ask();
    await work();
    expect((await store.runs({}, 100, signal)).total).toBe(46);
  });

  it('goes on where it was interrupted', async () => {
    const { store, told, ask, state, work, shop, pairs } = await office();
    await ask();
    const stop = new AbortController();
    const tell = (event: (typeof told)[number]) => {
      told.push(event);
      if (told.filter(({ type }) => type === 'tile_ended').length === 5) stop.abort();
    };
    await workOffBackfill(pairs, SPAN, { ...shop, tell }, 2, stop.signal);
    const before = (await state()).leftMs;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(46 * HOUR_MS);
    await work();
    expect((await state()).leftMs).toBe(0);
    expect((await ledgerIn(store))?.examined).toEqual([{ start: SPAN.start, end: SPAN.end - HOUR_MS }]);
  });

  it('is taken back, and leaves what is examined', async () => {
    const { store, ask, state, pairs } = await office();
    const done = { start: SPAN.start, end: SPAN.start + HOUR_MS };
    await changeLedger(store, KEY, (ledger) => examine(ledger, done), signal);
    await ask();
    await callOffBackfill(pairs, SPAN, store, signal);
    expect(await state()).toEqual({ leftMs: 0, waiting: [] });
    expect((await ledgerIn(store))?.examined).toEqual([done]);
  });

  it('begins a ledger that nobody has begun', async () => {
    const { shop, store } = await bench({ job: job({ id: 'other' }) });
    const pairs = assigned(shop.roster());
    await askForBackfill(pairs, SPAN, NOW, store, signal);
    const key = { jobId: 'other', huntId: 'app/rows' };
    const ledger = (await store.ledgers([key], signal)).get(ledgerName(key))?.value;
    expect(ledger?.gaps).toMatchObject([{ reason: 'requested', span: SPAN, backfill: true }]);
    expect(ledger?.activatedAt).toBe(activated(key, NOW).activatedAt);
  });

  it('asks for no time between the windows of a calendar', async () => {
    const weekends = { starts: '0 18 * * 5', ends: '0 2 * * 1' };
    const nightly = { type: 'cron', cron: '0 3 * * *', timezone: 'UTC' } as const;
    const { ask, state, work } = await office(job({ schedule: nightly, calendar: weekends }));
    await ask();
    await work();
    expect((await state()).leftMs).toBe(0);
  });
});
