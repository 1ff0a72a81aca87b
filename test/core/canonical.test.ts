import { describe, expect, it } from 'vitest';
import { canonicalFinding, canonicalJson } from '../../src/core/canonical.ts';
import { sampleFinding, sampleLatest, sampleState } from '../rig/sample-findings.ts';

describe('canonicalJson', () => {
  it('puts keys in code-unit order at every depth and leaves arrays as they are', () => {
    expect(canonicalJson({ b: [{ d: 1, c: 2 }, 'x'], a: null, Z: 0 })).toBe('{"Z":0,"a":null,"b":[{"c":2,"d":1},"x"]}');
  });

  it('keeps a key called __proto__', () => {
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"y":1,"x":2}}'))).toBe('{"__proto__":{"x":2,"y":1},"b":1}');
  });
});

describe('canonicalFinding', () => {
  const finding = sampleFinding();

  it('does not see run, times of writing, status and history', () => {
    const latest = sampleLatest({ runId: 'another', examinedAt: 1 });
    const step = { at: 1, status: 'open', disposition: null, note: null, because: 'seen again' } as const;
    const other = sampleFinding(undefined, {
      state: sampleState(undefined, 0, { latest }),
      newsAt: 1,
      createdAt: 2,
      triage: { ...finding.triage, status: 'closed', history: [step] },
    });
    expect(canonicalFinding(other)).toBe(canonicalFinding(finding));
  });

  it.each([
    ['a count', { state: sampleState(undefined, 0, { latest: sampleLatest({ count: 4 }) }) }],
    ['a time', { state: sampleState(undefined, 0, { lastSeen: 1 }) }],
    ['a set', { state: sampleState(undefined, 0, { sets: {} }) }],
    ['a disposition', { triage: { ...finding.triage, disposition: 'benign' as const } }],
  ])('sees %s', (_what, change) => {
    expect(canonicalFinding(sampleFinding(undefined, change))).not.toBe(canonicalFinding(finding));
  });
});
