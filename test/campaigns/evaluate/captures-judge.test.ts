import { describe, expect, it } from 'vitest';
import { smallestSet } from '../../../src/core/smallest-set.ts';
import { sampleLatest, sampleState } from '../../rig/sample-findings.ts';
import type { AttackRow, Shown } from './attacks.ts';
import { type JudgedFinding, judged, otherFindings, rankOf } from './captures-judge.ts';
import { faultsOf } from './captures.ts';

const row = (shown: Shown, change: Partial<AttackRow> = {}): AttackRow => ({
  capture: 'c',
  what: 'a call',
  readme: '…',
  shownBy: [shown],
  ...change,
});

const state = sampleState('agent.exe', 0, {
  key: { 'process.name': 'agent.exe' },
  sets: { 'host.name': smallestSet(['ws1.example.test'], 20), 'destination.ip': smallestSet(['203.0.113.7'], 3) },
  latest: sampleLatest({ title: 'agent.exe reached 203.0.113.7 on port 8443' }),
});

describe('a finding shows an attack', () => {
  it.each<[string, Shown, boolean]>([
    ['its program and address', { program: 'agent.exe', to: '203.0.113.7' }, true],
    ['its host without the domain', { by: 'ws1' }, true],
    ['a word of its title', { words: ['8443'] }, true],
    ['another program', { program: 'other.exe', to: '203.0.113.7' }, false],
    ['an address that only begins so', { to: '203.0.113.70' }, false],
    ['a word that stands there only as a part', { words: ['844'] }, false],
    ['an address in the title that no column holds', { program: 'agent.exe', to: '8443' }, false],
    ['one of two words', { words: ['8443', 'beacon'] }, false],
  ])('by %s', (_, shown, shows) => {
    expect(judged(state, [row(shown)], []).shows).toHaveLength(shows ? 1 : 0);
  });
});

describe('what is made of the findings', () => {
  const finding = (severity: JudgedFinding['severity'], shows: readonly AttackRow[]): JudgedFinding => ({
    huntId: 'a/b',
    severity,
    riskScore: { low: 21, medium: 47, high: 73, critical: 99 }[severity],
    title: 'a title',
    shows,
    explained: null,
  });
  const attack = row({});

  it('ranks an attack behind others of its severity', () => {
    const others = [finding('high', []), finding('medium', []), finding('low', [])];
    expect(rankOf([...others, finding('medium', [attack])])).toBe(3);
    expect(rankOf([...others, finding('critical', [attack])])).toBe(1);
    expect(rankOf(others)).toBeNull();
  });

  it('takes what is named and no attack for neither', () => {
    const benign = row({}, { isAttack: false });
    expect(rankOf([finding('medium', [benign])])).toBeNull();
    expect(otherFindings([finding('medium', [benign]), finding('medium', []), finding('low', [])])).toHaveLength(1);
  });

  it('is below the floor where an attack is not found, others are many or unexplained, or a run failed', () => {
    const capture = { name: 'c', files: [], networks: [], intruder: [] };
    const whole = { capture, events: 1, history: 1, verdicts: {}, failed: [], findings: [], rank: 1, seconds: 1 };
    const found = { attack, hunts: ['a/b'], withoutHistory: [] };
    const explained = { capture: 'c', hunt: 'a/b', words: [], because: 'so' };
    const known = { ...finding('medium', []), explained };
    expect(faultsOf({ ...whole, attacks: [found], others: [known, known, known] })).toEqual([]);
    expect(faultsOf({ ...whole, attacks: [{ ...found, hunts: [] }], others: [] })).toHaveLength(1);
    expect(faultsOf({ ...whole, attacks: [found], others: [known, known, known, known] })).toHaveLength(1);
    expect(faultsOf({ ...whole, attacks: [found], others: [finding('high', [])] })).toHaveLength(1);
    expect(faultsOf({ ...whole, attacks: [found], others: [], failed: ['a/b: no'] })).toHaveLength(1);
  });
});
