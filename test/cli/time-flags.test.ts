import { describe, expect, it } from 'vitest';
import { askedSpan, sinceTime, windowTile } from '../../src/cli/time-flags.ts';
import { DAY_MS, HOUR_MS } from '../../src/core/time.ts';
import { NOW } from './fakes.ts';

describe('windowTile', () => {
  it('is the window up to its end, and says so', () => {
    const { tile, said } = windowTile(7 * DAY_MS, { at: NOW - 300_000, said: null });
    expect(tile).toEqual({ start: NOW - 300_000 - 7 * DAY_MS, end: NOW - 300_000 });
    expect(said).toBe('2026-11-14T11:55:00.000Z to 2026-11-21T11:55:00.000Z: its window of 7d');
    expect(windowTile(DAY_MS, { at: NOW, said: 'ending there' }).said).toBe(
      '2026-11-20T12:00:00.000Z to 2026-11-21T12:00:00.000Z: its window of 1d, ending there',
    );
  });

  it('is the end of it where the rest is history', () => {
    const { tile, said } = windowTile(30 * DAY_MS, { at: NOW, said: null }, DAY_MS);
    expect(tile).toEqual({ start: NOW - DAY_MS, end: NOW });
    expect(said).toBe('2026-11-20T12:00:00.000Z to 2026-11-21T12:00:00.000Z: the last 1d of its window of 30d');
  });
});

describe('askedSpan', () => {
  it('reads lengths, times, and a pair of times', () => {
    expect(askedSpan({ since: '6h' }, NOW)?.tile).toEqual({ start: NOW - 6 * HOUR_MS, end: NOW });
    expect(askedSpan({ since: '2026-11-20' }, NOW)?.tile).toEqual({ start: NOW - 36 * HOUR_MS, end: NOW });
    expect(askedSpan({ from: '2026-11-01', to: '2026-11-02T01:00+01:00' }, NOW)).toEqual({
      tile: { start: Date.UTC(2026, 10, 1), end: Date.UTC(2026, 10, 2) },
      said: null,
    });
    expect(askedSpan({ all: true }, NOW)?.tile).toEqual({ start: 0, end: NOW });
  });

  it('lets no tile end in the future, so that later runs can still reopen what it found', () => {
    expect(askedSpan({ from: '2026-11-21', to: '2026-11-22' }, NOW)).toEqual({
      tile: { start: NOW - 12 * HOUR_MS, end: NOW },
      said: '--to lies in the future: cut at 2026-11-21T12:00:00.000Z',
    });
  });

  it('is null without flags', () => {
    expect(askedSpan({}, NOW)).toBeNull();
  });

  it.each([
    [{ since: '7d', all: true }, /Cannot combine/],
    [{ since: '7d', to: '2026-11-01' }, /Cannot combine/],
    [{ from: '2026-11-01', all: true }, /Cannot combine/],
    [{ from: '2026-11-01' }, /--from needs --to/],
    [{ to: '2026-11-01' }, /--to needs --from/],
    [{ from: '2026-11-02', to: '2026-11-02' }, /holds nothing/],
    [{ since: '2026-11-22' }, /holds nothing/],
    [{ since: 'yesterday' }, /Cannot read --since "yesterday"/],
    [{ from: '1.11.2026', to: '2026-11-02' }, /Cannot read --from "1.11.2026"/],
  ])('refuses %j', (flags, message) => {
    expect(() => askedSpan(flags, NOW)).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringMatching(message), remedy: expect.any(String) }),
    );
  });
});

describe('sinceTime', () => {
  it('takes a length of time before it takes a time', () => {
    expect(sinceTime('1d', NOW)).toBe(NOW - DAY_MS);
    expect(sinceTime('2026-11-21T11:00Z', NOW)).toBe(NOW - HOUR_MS);
  });
});
