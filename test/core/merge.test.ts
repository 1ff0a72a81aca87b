import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalFinding, canonicalJson } from '../../src/core/canonical.ts';
import type { Finding, FindingState, Triage } from '../../src/core/finding.ts';
import type { ReopenRule } from '../../src/core/hunt.ts';
import { mergeFinding, mergeStates } from '../../src/core/merge.ts';
import { compareScalars, smallestSet, uniteSets } from '../../src/core/smallest-set.ts';
import { DAY_MS, HOUR_MS } from '../../src/core/time.ts';
import { anyState, DAY_ONE, sampleFinding, sampleLatest, sampleState } from '../rig/sample-findings.ts';

const RUNS = { seed: 11, numRuns: 400 };
const RULE: ReopenRule = { afterMs: 30 * DAY_MS, on: ['host.name'] };
const NEVER: ReopenRule = { afterMs: null, on: [] };
const NOW = DAY_ONE + 90 * DAY_MS;

const closed: Triage = { status: 'closed', disposition: 'benign', note: 'known tool', assignee: 'kim', history: [] };

function hostsOf(state: FindingState, ...hosts: readonly string[]): FindingState {
  return { ...state, sets: { ...state.sets, 'host.name': smallestSet(hosts, 20) } };
}

describe('mergeStates', () => {
  it('is commutative', () => {
    fc.assert(
      fc.property(anyState, anyState, (a, b) => {
        expect(canonicalJson(mergeStates(a, b))).toBe(canonicalJson(mergeStates(b, a)));
      }),
      RUNS,
    );
  });

  it('is associative', () => {
    fc.assert(
      fc.property(anyState, anyState, anyState, (a, b, c) => {
        const left = mergeStates(mergeStates(a, b), c);
        expect(canonicalJson(left)).toBe(canonicalJson(mergeStates(a, mergeStates(b, c))));
      }),
      RUNS,
    );
  });

  it('is idempotent, also for what was merged before', () => {
    fc.assert(
      fc.property(anyState, anyState, (a, b) => {
        const both = mergeStates(a, b);
        expect(canonicalJson(mergeStates(a, a))).toBe(canonicalJson(a));
        expect(canonicalJson(mergeStates(both, a))).toBe(canonicalJson(both));
      }),
      RUNS,
    );
  });

  it('keeps fields called __proto__ and constructor as fields', () => {
    const sets: FindingState['sets'] = JSON.parse('{"__proto__":{"values":["x"],"cap":2,"more":false}}');
    const merged = mergeStates(sampleState('p', 0, { sets }), sampleState('p', 1, { sets: {} }));
    expect(Object.getOwnPropertyDescriptor(merged.sets, '__proto__')?.value).toEqual(smallestSet(['x'], 2));
    expect(Object.hasOwn(merged.sets, 'constructor')).toBe(false);
  });

  it('takes the widest times, the united sets and the register of the newest tile', () => {
    const merged = mergeStates(hostsOf(sampleState('p', 1), 'ws2'), hostsOf(sampleState('p', 0), 'ws1'));
    expect(merged.firstSeen).toBe(DAY_ONE + 10 * HOUR_MS);
    expect(merged.lastSeen).toBe(DAY_ONE + DAY_MS + 12 * HOUR_MS);
    expect(merged.sets['host.name']?.values).toEqual(['ws1', 'ws2']);
    expect(merged.latest.tileEnd).toBe(DAY_ONE + 2 * DAY_MS);
  });

  it('lets the later examination of one tile win', () => {
    const first = sampleState('p', 0, { latest: sampleLatest({ examinedAt: 5, count: 9 }) });
    const second = sampleState('p', 0, { latest: sampleLatest({ examinedAt: 6, count: 1 }) });
    expect(mergeStates(first, second).latest.count).toBe(1);
    expect(mergeStates(second, first).latest.count).toBe(1);
  });

  it('refuses to merge two findings', () => {
    expect(() => mergeStates(sampleState('a'), sampleState('b'))).toThrow(TypeError);
  });
});

describe('smallestSet', () => {
  it('keeps the smallest values, each once, and says when there were more', () => {
    expect(smallestSet(['b', 'a', 'b'], 2)).toEqual({ values: ['a', 'b'], cap: 2, more: false });
    expect(smallestSet([3, 1, 2], 2)).toEqual({ values: [1, 2], cap: 2, more: true });
    expect(smallestSet(['a', 10, 9, true, false], 9).values).toEqual([false, true, 9, 10, 'a']);
  });

  it('knows after any merge whether a value was left out', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat({ max: 9 }), { maxLength: 4 }), { minLength: 1, maxLength: 5 }), (parts) => {
        const all = parts.map((part) => smallestSet(part, 3)).reduce(uniteSets);
        const distinct = [...new Set(parts.flat())].sort((a, b) => a - b);
        expect(all).toEqual({ values: distinct.slice(0, 3), cap: 3, more: distinct.length > 3 });
      }),
      RUNS,
    );
  });

  it('orders by type and by code unit, totally', () => {
    expect(compareScalars('Z', 'a')).toBeLessThan(0);
    expect(compareScalars(1, '1')).toBeLessThan(0);
    expect(compareScalars(0, -0)).toBe(0);
  });

  it('refuses a cap that keeps nothing', () => {
    expect(() => smallestSet([], 0)).toThrow(RangeError);
  });
});

describe('mergeFinding', () => {
  const stored: Finding = sampleFinding('p', { triage: closed });

  it('is new where nothing is stored', () => {
    const { finding, delta } = mergeFinding(null, sampleState(), RULE, NOW);
    expect(delta).toBe('new');
    expect(finding).toMatchObject({ newsAt: NOW, createdAt: NOW, triage: { status: 'open', history: [] } });
  });

  it('changes nothing in the canonical form when a tile comes again, whichever run it belongs to', () => {
    const again = sampleState('p', 0, { latest: sampleLatest({ runId: 'run-2', examinedAt: NOW }) });
    const { finding, delta } = mergeFinding(stored, again, { afterMs: 0, on: ['host.name'] }, NOW);
    expect(delta).toBe('recurring');
    expect(canonicalFinding(finding)).toBe(canonicalFinding(stored));
    expect(finding.triage).toEqual(closed);
    expect(finding.newsAt).toBe(stored.newsAt);
  });

  it('reopens after a silence longer than the rule', () => {
    const { finding, delta } = mergeFinding(stored, sampleState('p', 31), RULE, NOW);
    expect(delta).toBe('reopened');
    expect(finding.newsAt).toBe(NOW);
    expect(finding.createdAt).toBe(stored.createdAt);
    expect(finding.triage.status).toBe('open');
    expect(finding.triage.disposition).toBe('benign');
    const [step] = finding.triage.history;
    expect(step).toMatchObject({ at: NOW, status: 'closed', disposition: 'benign', note: 'known tool' });
    expect(step?.because).toMatch(/^seen again after/);
  });

  it('does not reopen when the silence is exactly as long as the rule, or there is no rule', () => {
    const silent = sampleState('p', 31);
    const silence = silent.eventStart - stored.state.eventEnd;
    expect(mergeFinding(stored, silent, { afterMs: silence, on: [] }, NOW).delta).toBe('recurring');
    expect(mergeFinding(stored, silent, { afterMs: silence - 1, on: [] }, NOW).delta).toBe('reopened');
    expect(mergeFinding(stored, silent, NEVER, NOW).delta).toBe('recurring');
  });

  it('reopens on a new value where the stored set was complete', () => {
    const spread = hostsOf(sampleState('p', 1), 'ws1', 'ws2');
    const { finding, delta } = mergeFinding(stored, spread, RULE, NOW);
    expect(delta).toBe('reopened');
    expect(finding.triage.history[0]?.because).toBe('new value in host.name');
  });

  it('does not call a value new that the stored set may have dropped, or that was not collected', () => {
    const spread = hostsOf(sampleState('p', 1), 'ws2');
    const truncated = { ...stored.state.sets, 'host.name': smallestSet(['ws1'], 20, true) };
    const uncollected = { 'destination.ip': smallestSet(['203.0.113.7'], 3) };
    for (const sets of [truncated, uncollected]) {
      const before = { ...stored, state: { ...stored.state, sets } };
      expect(mergeFinding(before, spread, RULE, NOW).delta).toBe('recurring');
    }
  });

  it('never looks up an inherited property as a set', () => {
    const rule = { afterMs: null, on: ['constructor', '__proto__'] };
    expect(mergeFinding(stored, sampleState('p', 1), rule, NOW).delta).toBe('recurring');
  });

  it('merges an older tile without reopening, and leaves latest', () => {
    const before = { ...stored, state: mergeStates(stored.state, sampleState('p', 40)) };
    const older = hostsOf(sampleState('p', 20), 'ws9');
    const { finding, delta } = mergeFinding(before, older, { afterMs: 0, on: ['host.name'] }, NOW);
    expect(delta).toBe('recurring');
    expect(finding.triage).toEqual(closed);
    expect(finding.state.latest).toEqual(before.state.latest);
    expect(finding.state.sets['host.name']?.values).toEqual(['ws1', 'ws9']);
  });

  it('tells an open finding as reopened without adding to its history', () => {
    const open = sampleFinding('p');
    const { finding, delta } = mergeFinding(open, sampleState('p', 40), RULE, NOW);
    expect(delta).toBe('reopened');
    expect(finding.newsAt).toBe(NOW);
    expect(finding.triage).toEqual(open.triage);
  });

  it('reopens once for a tile, however often it comes', () => {
    const silent = sampleState('p', 40);
    const once = mergeFinding(stored, silent, RULE, NOW).finding;
    const twice = mergeFinding(once, { ...silent, latest: { ...silent.latest, runId: 'other' } }, RULE, NOW + 1);
    expect(twice.delta).toBe('recurring');
    expect(twice.finding.triage.history).toHaveLength(1);
    expect(twice.finding.newsAt).toBe(NOW);
  });

  it('ends in one canonical form for tiles in any order', () => {
    const tiles = [0, 1, 2, 40, 41].map((day) => hostsOf(sampleState('p', day), `ws${day}`));
    const end = (order: readonly FindingState[]) =>
      order.reduce<Finding | null>((stored, tile) => mergeFinding(stored, tile, RULE, NOW).finding, null);
    const expected = canonicalFinding(end(tiles) ?? sampleFinding());
    fc.assert(
      fc.property(fc.shuffledSubarray([...tiles, ...tiles], { minLength: 10, maxLength: 10 }), (order) => {
        expect(canonicalFinding(end(order) ?? sampleFinding())).toBe(expected);
      }),
      RUNS,
    );
  });
});
