import { describe, expect, it } from 'vitest';
import { Recent } from '../../src/engine/recent.ts';

describe('Recent', () => {
  function counted() {
    let [now, asked] = [0, 0];
    const recent = new Recent<number>(() => now, 5_000);
    const get = (name: string, maxAgeMs: number) => recent.get(name, maxAgeMs, () => Promise.resolve(++asked));
    return { get, at: (ms: number) => void (now = ms) };
  }

  it('gives an answer again as long as it is young enough for who asks', async () => {
    const { get, at } = counted();
    expect(await get('a', 1_000)).toBe(1);
    at(999);
    expect(await get('a', 1_000)).toBe(1);
    expect(await get('a', 500)).toBe(2);
    at(1_998);
    expect(await get('a', 1_000)).toBe(2);
    at(1_999);
    expect(await get('a', 1_000)).toBe(3);
  });

  it('asks anew each time for who takes nothing old, also at the same instant', async () => {
    const { get } = counted();
    expect([await get('a', 0), await get('a', 0)]).toEqual([1, 2]);
  });

  it('counts age from when an answer was asked for, not from when it came', async () => {
    let now = 0;
    const recent = new Recent<string>(() => now, 5_000);
    const slow = async () => {
      now = 900;
      return 'old';
    };
    await recent.get('a', 1_000, slow);
    now = 1_000;
    expect(await recent.get('a', 1_000, async () => 'new')).toBe('new');
  });

  it('keeps names apart, and no failure', async () => {
    const { get } = counted();
    const recent = new Recent<string>(() => 0, 5_000);
    await expect(recent.get('a', 1_000, () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await recent.get('a', 1_000, async () => 'there')).toBe('there');
    expect([await get('a', 1_000), await get('b', 1_000)]).toEqual([1, 2]);
  });

  it('forgets what is too old for anybody, whatever age one would take', async () => {
    const { get, at } = counted();
    await get('a', 1_000);
    at(5_001);
    expect(await get('a', Number.POSITIVE_INFINITY)).toBe(2);
  });
});
