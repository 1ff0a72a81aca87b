import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/core/time.ts';
import {
  binsOver,
  byUrgency,
  countriesOf,
  hostsOf,
  largest,
  countBy,
  matrixOf,
  troublesOf,
} from '../../src/report/facts.ts';
import { smallestSet } from '../../src/core/smallest-set.ts';
import { DAY_ONE, sampleFinding, sampleLatest, sampleRun, sampleState } from '../rig/sample-findings.ts';

function finding(name: string, change: Parameters<typeof sampleLatest>[0], status: 'open' | 'closed' = 'open') {
  const made = sampleFinding(name, { state: sampleState(name, 0, { latest: sampleLatest(change) }) });
  return { ...made, triage: { ...made.triage, status } };
}

describe('the order of findings', () => {
  it('has open ones first, then the worst', () => {
    const all = [
      finding('a', { severity: 'low' }),
      finding('b', { severity: 'critical' }, 'closed'),
      finding('c', { severity: 'high' }),
    ];
    expect(byUrgency(all).map(({ state }) => state.key['process.name'])).toEqual(['c', 'a', 'b']);
  });
});

describe('the matrix', () => {
  it('puts a technique below each of its tactics, with its sub-techniques, and an unknown one below none', () => {
    const columns = matrixOf([finding('a', { techniques: ['T1053.005', 'T9999'] })]);
    expect(columns.map(({ tactic }) => tactic)).toEqual([
      'Execution',
      'Persistence',
      'Privilege Escalation',
      'Of no tactic here',
    ]);
    expect(columns[0]?.cells).toMatchObject([{ id: 'T1053', name: 'Scheduled Task/Job', children: ['T1053.005'] }]);
    expect(columns[3]?.cells).toMatchObject([{ id: 'T9999', name: null }]);
  });
});

describe('troubles', () => {
  it('joins runs of one hunt and reason, the worst first, and leaves out findings', () => {
    const blind = { verdict: 'blind', code: 'source_silent', text: 'silent' } as const;
    const troubles = troublesOf([
      sampleRun({ tile: { start: DAY_ONE + DAY_MS, end: DAY_ONE + 2 * DAY_MS } }),
      sampleRun(),
      sampleRun({ verdict: 'blind', reasons: [blind] }),
      sampleRun({ verdict: 'findings', reasons: [{ verdict: 'findings', code: 'x', text: 'x' }] }),
    ]);
    expect(troubles.map(({ code, runs, tiles }) => [code, runs.length, tiles.length])).toEqual([
      ['source_silent', 1, 1],
      ['population', 2, 1],
    ]);
  });
});

describe('columns of a finding', () => {
  it('gives hosts and countries, and takes no text for a country that is none', () => {
    const sets = {
      'host.name': smallestSet(['ws1', '__proto__'], 5),
      'destination.geo.country_iso_code': smallestSet(['DK', '<b>', 'constructor'], 5),
    };
    const state = sampleState('p', 0, { sets });
    expect([hostsOf(state), countriesOf(state)]).toEqual([['__proto__', 'ws1'], ['DK']]);
    const groups = countBy([state], hostsOf);
    expect(largest(groups).map(([host]) => host)).toEqual(['__proto__', 'ws1']);
  });
});

describe('bins', () => {
  it('cover all instants with at most 64 pieces', () => {
    for (const days of [0, 0.1, 1, 9, 300, 20_000]) {
      const bins = binsOver([DAY_ONE + HOUR_MS / 2, DAY_ONE + days * DAY_MS]);
      expect(bins?.start).toBeLessThanOrEqual(DAY_ONE + HOUR_MS / 2);
      expect((bins?.start ?? 0) + (bins?.size ?? 0) * (bins?.count ?? 0)).toBeGreaterThan(DAY_ONE + days * DAY_MS);
      expect(bins?.count).toBeLessThanOrEqual(64);
    }
    expect(binsOver([])).toBeNull();
  });
});
