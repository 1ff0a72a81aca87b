import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Scalar, Value } from '../../src/core/row.ts';
import { fingerprint, fingerprintBytes } from '../../src/findings/fingerprint.ts';

const page = readFileSync(new URL('../../docs/fingerprint.md', import.meta.url), 'utf8');
const vectors = [...page.matchAll(/^\| (.+?) +\| `(.+?)` +\| `(.+?)` +\| `([0-9a-f]{64})` +\|$/gm)].map((cells) => ({
  what: cells[1] ?? '',
  firstId: JSON.parse(cells[2] ?? '') as string,
  key: JSON.parse(cells[3] ?? '') as Record<string, Value>,
  expected: cells[4],
}));

describe('fingerprint', () => {
  it('publishes at least ten vectors, all different', () => {
    expect(vectors.length).toBeGreaterThanOrEqual(10);
    expect(new Set(vectors.map((vector) => vector.expected)).size).toBe(vectors.length);
  });

  it.each(vectors)('agrees with docs/fingerprint.md: $what', ({ firstId, key, expected }) => {
    expect(fingerprint(firstId, key)).toBe(expected);
  });

  it('hashes the bytes that the page shows', () => {
    const shown = page
      .slice(page.indexOf('is hashed as'))
      .match(/```\n([0-9a-f\s]+)```/)?.[1]
      ?.replace(/\s/g, '');
    expect(fingerprintBytes('a', { port: 443 }).toString('hex')).toBe(shown);
  });

  it('does not depend on the order of fields, nor on order and repetition of values', () => {
    expect(fingerprint('h', { a: ['x', 'y'], b: 1 })).toBe(fingerprint('h', { b: 1, a: ['y', 'x', 'y'] }));
    expect(fingerprint('h', { a: ['x', 'x'] })).toBe(fingerprint('h', { a: 'x' }));
    expect(fingerprint('h', { a: [] })).toBe(fingerprint('h', { a: null }));
  });

  it('tells apart what concatenation would join', () => {
    const keys: Record<string, Value>[] = [
      { a: 'b', c: 'd' },
      { a: 'bc', d: '' },
      { ab: 'c', d: '' },
      { a: ['b', 'c'] },
      { a: 'b,c' },
      { a: '\ud800' },
      { a: '\ud801' },
      { a: '\ufffd' },
      { a: 0 },
      { a: false },
      { a: null },
      {},
    ];
    expect(new Set(keys.map((key) => fingerprint('h', key))).size).toBe(keys.length);
    expect(fingerprint('ha', { b: 'c' })).not.toBe(fingerprint('h', { ab: 'c' }));
  });

  it('gives equal bytes only for equal keys', () => {
    const scalar = fc.oneof(fc.string({ unit: 'binary', maxLength: 3 }), fc.integer({ min: 0, max: 3 }), fc.boolean());
    const value = fc.oneof(fc.constant(null), scalar, fc.uniqueArray(scalar, { minLength: 2, maxLength: 3 }));
    const key = fc.dictionary(fc.constantFrom('a', 'b', 'ab', '__proto__', 'constructor'), value, { maxKeys: 2 });
    fc.assert(
      fc.property(key, key, (a, b) => {
        const same = fingerprintBytes('h', a).equals(fingerprintBytes('h', b));
        expect(same).toBe(meaning(a) === meaning(b));
      }),
      { seed: 3, numRuns: 2_000 },
    );
  });
});

/** The same key in another form: sorted fields, each value as a sorted list of typed texts. */
function meaning(key: Readonly<Record<string, Value>>): string {
  const typed = (scalar: Scalar) => `${typeof scalar} ${JSON.stringify(scalar)}`;
  const values = (value: Value) => (value === null ? [] : Array.isArray(value) ? value : [value]) as Scalar[];
  const fields = Object.keys(key).sort();
  return JSON.stringify(
    fields.map((field) => [
      field,
      values(key[field] ?? null)
        .map(typed)
        .sort(),
    ]),
  );
}
