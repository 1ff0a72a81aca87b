// A slice of `npm run evaluate -- --month` without any server: two days of 30 hosts, every stored hunt.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluateMonth } from '../campaigns/evaluate/month.ts';

describe('two days of a simulated office', { timeout: 240_000 }, () => {
  let home: string;
  const flags = { seed: '1', hosts: '30', days: '2', events: '60000' };

  beforeAll(async () => void (home = await mkdtemp(join(tmpdir(), 'tracehound-month-'))));
  afterAll(() => rm(home, { recursive: true, force: true }));

  it('every planted attack is found, little else is, and a second call goes on where the first ended', async () => {
    const said: string[] = [];
    const say = (words: string) => void said.push(words);
    const first = await evaluateMonth({ ...flags, home }, say);
    expect(first.faults).toEqual([]);
    const { attacks, ingest } = first.figures;
    expect(ingest.events).toBeGreaterThan(30_000);
    expect(ingest.events).toBeLessThanOrEqual(60_000);
    expect(Object.keys(attacks).length).toBeGreaterThan(15);

    said.length = 0;
    const again = await evaluateMonth({ ...flags, home }, say);
    expect(again).toEqual(first);
    expect(said.filter((words) => words.includes('in segments'))).toEqual([]);
  });
});
