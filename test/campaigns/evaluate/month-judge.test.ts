import { describe, expect, it } from 'vitest';
import { smallestSet } from '../../../src/core/smallest-set.ts';
import { HOUR_MS } from '../../../src/core/time.ts';
import { DAY_ONE, sampleState } from '../../rig/sample-findings.ts';
import type { MonthRun, News } from './month.ts';
import { judgeMonth, OTHERS_MAX } from './month-judge.ts';
import { shownBy, type Truth } from './month-truth.ts';

const ATTACK: Truth = {
  id: 'beacon #1',
  attack: 'c2-beacon',
  isAttack: true,
  first: DAY_ONE + 9 * HOUR_MS,
  last: DAY_ONE + 13 * HOUR_MS,
  hosts: new Set(['ws1']),
  programs: new Set(['updater32.exe']),
  users: new Set(['ada']),
  remotes: new Set(['203.0.113.7', 'files.example']),
};

const shows = (state: Parameters<typeof shownBy>[0], truth: Partial<Truth> = {}) =>
  shownBy(state, [{ ...ATTACK, ...truth }]).length === 1;

describe('a finding shows an attack', () => {
  const elsewhere = { remotes: new Set(['198.51.100.1']) };

  it('by an address that only the attack has', () => {
    expect(shows(sampleState(), { hosts: new Set(['ws9']), programs: new Set() })).toBe(true);
  });

  it('by a host together with a program, not by the host alone', () => {
    expect(shows(sampleState(), elsewhere)).toBe(true);
    expect(shows(sampleState('chrome.exe'), elsewhere)).toBe(false);
    expect(shows(sampleState(), { ...elsewhere, hosts: new Set(['ws2']) })).toBe(false);
  });

  it('by a host together with a user where it names no program', () => {
    const sets = { 'host.name': smallestSet(['WS1.example.test'], 20) };
    expect(shows(sampleState('', 0, { key: { 'user.name': 'ADA' }, sets }), elsewhere)).toBe(true);
    expect(shows(sampleState('', 0, { key: { 'user.name': 'grace' }, sets }), elsewhere)).toBe(false);
  });

  it('at its time only', () => {
    expect(shows(sampleState('updater32.exe', 1))).toBe(false);
    expect(shows(sampleState(), { first: DAY_ONE + 14 * HOUR_MS, last: DAY_ONE + 15 * HOUR_MS })).toBe(false);
  });
});

function runOf(day: string, news: readonly Partial<News>[]): MonthRun {
  const one = { severity: 'low', title: '', delta: 'new', attacks: [], alike: [] } as const;
  const rest = { version: '1', verdict: 'findings', reasons: [], seconds: 1, recurring: 0 };
  return { hunt: 'a/b', day, ...rest, news: news.map((each) => ({ ...one, ...each })) };
}

describe('the floor of the month', () => {
  const found = runOf('2026-11-02', [{ attacks: ['beacon #1'] }]);

  it('holds where each attack is found and little else is', () => {
    const judged = judgeMonth(
      [ATTACK],
      [
        found,
        runOf(
          '2026-11-03',
          Array.from({ length: OTHERS_MAX }, () => ({})),
        ),
      ],
    );
    expect(judged.faults).toEqual([]);
    expect(judged.attacks).toEqual({ 'beacon #1': ['a/b'] });
    expect(judged.others.map(({ all }) => all)).toEqual([0, OTHERS_MAX]);
  });

  it('fails for an attack that no hunt finds, and for a day with too much else', () => {
    const missed = { ...ATTACK, id: 'tunnel #1' };
    const busy = runOf(
      '2026-11-03',
      Array.from({ length: OTHERS_MAX + 1 }, () => ({ severity: 'medium' as const })),
    );
    expect(judgeMonth([ATTACK, missed], [found, busy]).faults).toEqual([
      'no hunt finds tunnel #1',
      `2026-11-03: ${OTHERS_MAX + 1} findings that show no attack, more than ${OTHERS_MAX}`,
    ]);
  });

  it('asks for no look-alike', () => {
    expect(judgeMonth([{ ...ATTACK, isAttack: false }], [runOf('2026-11-02', [])]).faults).toEqual([]);
  });
});
