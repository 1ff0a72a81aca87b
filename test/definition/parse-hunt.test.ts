import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../src/core/time.ts';
import type { Hunt } from '../../src/core/hunt.ts';
import { placeOf } from '../../src/core/hunt.ts';
import { parseHunt } from '../../src/definition/parse-hunt.ts';
import { bytesOf, huntText } from './memory-files.ts';

function huntOf(changes: Readonly<Record<string, string>> = {}): Hunt {
  const parsed = parseHunt('a/whole', 'hunts/a/whole.yml', bytesOf(huntText(changes)));
  if (!parsed.ok) throw new Error(parsed.problems.map(({ rule, message }) => `${rule}: ${message}`).join('; '));
  return parsed.value;
}

function rulesOf(changes: Readonly<Record<string, string>>): string[] {
  const parsed = parseHunt('a/whole', 'hunts/a/whole.yml', bytesOf(huntText(changes)));
  return parsed.problems.map(({ rule }) => rule);
}

const PREVALENCE = { esql: '', finding: '{ title: t }' };

describe('a hunt file', () => {
  it('becomes a hunt with defaults where it is silent', () => {
    expect(huntOf()).toMatchObject({
      id: 'a/whole',
      windowMs: DAY_MS,
      sources: { need: 'any_of', names: ['test.events'] },
      body: { type: 'esql', top: false, query: { text: 'FROM logs-x | KEEP a' } },
      formerIds: [],
      excludeCidrs: [],
      keep: null,
      runbook: '',
      finding: { key: ['a'], seen: null, drilldown: null, reopen: { afterMs: null, on: [] } },
    });
  });

  it('of prevalence is keyed by its entity and takes thresholds from parameters', () => {
    const hunt = huntOf({ ...PREVALENCE, prevalence: '{ of: [process.name], across: host.name, at_most: "?limit" }' });
    expect(hunt.finding.key).toEqual(['process.name']);
    expect(hunt.body).toMatchObject({
      type: 'prevalence',
      atMost: { param: 'limit' },
      minPopulation: 10,
      where: null,
      collect: {},
    });
  });

  it('of first_seen is keyed by its entity, counts hosts and needs half of its window as history', () => {
    const firstSeen = (text: string, more: Readonly<Record<string, string>> = {}) =>
      huntOf({ ...PREVALENCE, first_seen: text, ...more });
    const hunt = firstSeen('{ of: [user.name, host.name] }');
    expect(hunt.finding.key).toEqual(['user.name', 'host.name']);
    expect(hunt.body).toEqual({
      type: 'first_seen',
      of: ['user.name', 'host.name'],
      across: 'host.name',
      where: null,
      collect: {},
      minHistory: null,
    });
    expect(firstSeen('{ of: [a], min_history: 3d }').body).toMatchObject({ minHistory: 3 * DAY_MS });
    const least = firstSeen('{ of: [a], min_history: "?least" }', { params: '{ least: 3d }' });
    expect(least.body).toMatchObject({ minHistory: { param: 'least' } });
  });

  it('leaves before as the stage of an exclusion unless it names another', () => {
    const hunt = huntOf({ exclude_cidrs: '[{ field: a, lists: [x] }, { field: b, lists: [x], stage: after }]' });
    expect(hunt.excludeCidrs.map(({ stage }) => stage)).toEqual(['before', 'after']);
  });

  it('tells the place of each of its values', () => {
    expect(placeOf(huntOf(), 'finding.key.0')).toMatchObject({ line: 9, column: 28 });
    expect(placeOf(huntOf(), 'finding.key.7')).toMatchObject({ line: 9, column: 27 });
  });
});

describe('refused are', () => {
  const refused: Readonly<Record<string, readonly [Readonly<Record<string, string>>, readonly string[]]>> = {
    'a window of zero': [{ window: '0h' }, ['duration']],
    'a negative window': [{ window: '-4h' }, ['duration']],
    'a window of more than ten years': [{ window: '999999999w' }, ['duration']],
    'prevalence beside first_seen': [
      { ...PREVALENCE, prevalence: '{ of: [a], across: b, at_most: 1 }', first_seen: '{ of: [a] }' },
      ['two-bodies'],
    ],
    'a key beside first_seen': [
      { ...PREVALENCE, first_seen: '{ of: [a] }', finding: '{ title: t, key: [a] }' },
      ['esql-only'],
    ],
    'no history at all': [{ ...PREVALENCE, first_seen: '{ of: [a], min_history: 0d }' }, ['type']],
    'a history of a parameter that is not there': [
      { ...PREVALENCE, first_seen: '{ of: [a], min_history: "?least" }' },
      ['unknown-param'],
    ],
    'beacon, which is not built, beside esql': [{ beacon: '{}' }, ['not-built']],
    'a hunt without a way to look': [{ ...PREVALENCE }, ['no-body']],
    'an unknown parameter': [
      { ...PREVALENCE, prevalence: '{ of: [a], across: b, at_most: "?nothing" }' },
      ['unknown-param'],
    ],
    'a threshold that is neither number nor parameter': [
      { ...PREVALENCE, prevalence: '{ of: [a], across: b, at_most: few }' },
      ['type'],
    ],
    'a fraction of a host': [{ ...PREVALENCE, prevalence: '{ of: [a], across: b, at_most: 1.5 }' }, ['type']],
    'a day that does not exist': [
      { exceptions: '[{ id: x, when: a, because: b, owner: c, until: 2027-02-29 }]' },
      ['date'],
    ],
    'a parameter that is no single value': [{ params: '{ limit: { a: 1 } }' }, ['type']],
    'a parameter name that ES|QL cannot hold': [{ params: '{ "max hosts": 1 }' }, ['param-name']],
    'a field that is not one': [{ enrich: '{ geoip: ["a | DROP b"] }' }, ['field-name']],
    'an empty list of key columns': [{ finding: '{ title: t, key: [] }' }, ['range']],
  };
  for (const [name, [changes, rules]] of Object.entries(refused))
    it(name, () => {
      expect(rulesOf(changes)).toEqual(rules);
    });
});

describe('the version of a hunt', () => {
  it('does not change with comments, order or layout', () => {
    const moved = parseHunt(
      'a/whole',
      'elsewhere.yml',
      bytesOf(`# a comment\n${huntText().split('\n').reverse().join('\n')}`),
    );
    expect(moved.ok && moved.value.version).toBe(huntOf().version);
  });

  it('changes with whatever changes the hunt', () => {
    const versions = [
      {},
      { window: '2d' },
      { params: '{ limit: 8 }' },
      { esql: '"FROM logs-x | KEEP b"' },
      { severity: 'high' },
    ].map((changes) => huntOf(changes).version);
    expect(new Set(versions).size).toBe(5);
    expect(versions[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  it('keeps data that is called like a place', () => {
    const withFile = (file: string) =>
      huntOf({ tests: `[{ name: t, events: [{ file: ${file} }], finds: [] }]` }).version;
    expect(withFile('x')).not.toBe(withFile('y'));
  });
});
