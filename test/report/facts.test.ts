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
  sentence,
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
  const silent = (text: string) => ({ verdict: 'blind', code: 'source_silent', text }) as const;

  it('joins runs of one reason, the worst first, and leaves out findings', () => {
    const troubles = troublesOf([
      sampleRun({ tile: { start: DAY_ONE + DAY_MS, end: DAY_ONE + 2 * DAY_MS } }),
      sampleRun(),
      sampleRun({ verdict: 'blind', reasons: [silent('silent')] }),
      sampleRun({ verdict: 'findings', reasons: [{ verdict: 'findings', code: 'x', text: 'x' }] }),
    ]);
    expect(troubles.map(({ text, runs, tiles }) => [text, runs.length, tiles.length])).toEqual([
      ['silent', 1, 1],
      ['population 7 < 10', 2, 1],
    ]);
  });

  it('count a run with several reasons of one kind once, in the words of the newest run', () => {
    const [trouble, ...others] = troublesOf([
      sampleRun({ verdict: 'blind', reasons: [silent('A is silent'), silent('B is silent'), silent('A is silent')] }),
      sampleRun({ verdict: 'blind', reasons: [silent('A is silent')] }),
    ]);
    expect(others).toEqual([]);
    expect(trouble).toMatchObject({ text: 'A is silent; B is silent', runs: { length: 2 } });
  });

  it('tell hunts that say the same in one line', () => {
    const runs = ['b/two', 'a/one', '__proto__'].map((huntId) =>
      sampleRun({ huntId, reasons: [silent('A is silent')] }),
    );
    const troubles = troublesOf(runs);
    expect(troubles.map(({ hunts }) => hunts)).toEqual([['__proto__', 'a/one', 'b/two']]);
  });
});

describe('a sentence', () => {
  it.each([
    ['Is a worker running?', 'Is a worker running?'],
    ['It ended', 'It ended.'],
  ])('"%s" ends as it should', (text, ended) => expect(sentence(text)).toBe(ended));
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
