import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DAY_MS, isoTime } from '../../src/core/time.ts';
import { type StoreRig, storeRig } from '../rig/event-store.ts';

const DAY_ONE = Date.parse('2026-11-02T00:00:00Z');
const at = (day: number) => DAY_ONE + day * DAY_MS;
const lines = (documents: readonly object[]) => documents.map((document) => `${JSON.stringify(document)}\n`).join('');

/** One segment a file: events of the days, each ingested a day after it happened. */
async function ingestDays(rig: StoreRig, name: string, days: readonly number[]): Promise<void> {
  const documents = days.map((day) => ({
    '@timestamp': isoTime(at(day)),
    event: { ingested: isoTime(at(day + 1)) },
    name,
  }));
  await rig.ingest([rig.file(`${name}.ndjson`, lines(documents))]);
}

async function filled(): Promise<StoreRig> {
  const rig = storeRig();
  await ingestDays(rig, 'old', [0, 1]);
  await ingestDays(rig, 'mixed', [0, 5]);
  await rig.ingest([rig.file('undated.ndjson', lines([{ name: 'undated' }]))]);
  return rig;
}

const names = async (rig: StoreRig) => (await rig.events()).map((event) => event['name'] as string).toSorted();
const ALL = ['mixed', 'mixed', 'old', 'old', 'undated'];

describe('pruning the store of events', () => {
  it('takes out segments whose newest event, by any clock, is older; a dry run only counts', async () => {
    using rig = await filled();
    expect(rig.store.prune(at(3), { dryRun: true })).toEqual({ segments: 1, documents: 2 });
    expect(await names(rig)).toEqual(ALL);
    expect(rig.store.prune(at(3), { dryRun: false })).toEqual({ segments: 1, documents: 2 });
    expect(await names(rig)).toEqual(['mixed', 'mixed', 'undated']);
    expect(rig.store.prune(at(3), { dryRun: false })).toEqual({ segments: 0, documents: 0 });
  });

  it('takes the limit as the first instant that stays', async () => {
    using rig = await filled();
    expect(rig.store.prune(at(2), { dryRun: false }).segments).toBe(0);
    expect(rig.store.prune(at(2) + 1, { dryRun: false }).segments).toBe(1);
  });

  it('leaves what has no date, however long ago', async () => {
    using rig = await filled();
    rig.store.prune(at(10_000), { dryRun: false });
    expect(await names(rig)).toEqual(['undated']);
  });

  it('leaves the file to whoever took a snapshot before, and takes the documents when they come again', async () => {
    using rig = await filled();
    const { segments } = rig.store.snapshot();
    rig.store.prune(at(3), { dryRun: false });
    rig.store.prune(at(3), { dryRun: false });
    expect(segments.every(({ file }) => existsSync(file))).toBe(true);
    await ingestDays(rig, 'old', [0, 1]);
    expect(await names(rig)).toEqual(ALL);
  });
});
