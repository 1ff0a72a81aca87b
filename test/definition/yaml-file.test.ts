import { describe, expect, it } from 'vitest';
import { FILE_BYTES_MAX } from '../../src/definition/decode.ts';
import { parseYaml } from '../../src/definition/yaml-file.ts';
import { bytesOf } from './memory-files.ts';

function rulesOf(bytes: Uint8Array): string[] {
  const parsed = parseYaml('f.yml', bytes);
  return parsed.problems.map(({ rule, place }) => `${rule} ${place.line}:${place.column}`);
}

describe('a file that is no YAML text', () => {
  it('is told by one problem', () => {
    expect(rulesOf(new Uint8Array())).toEqual(['file-empty 1:1']);
    expect(rulesOf(bytesOf('  \n\n'))).toEqual(['file-empty 1:1']);
    expect(rulesOf(bytesOf('a: 1\nb: \0'))).toEqual(['file-binary 2:1']);
    expect(rulesOf(Uint8Array.of(0x61, 0x3a, 0x20, 0xff, 0xfe))).toEqual(['file-binary 1:1']);
    expect(rulesOf(new Uint8Array(FILE_BYTES_MAX + 1).fill(0x61))).toEqual(['file-too-large 1:1']);
    expect(rulesOf(bytesOf('a: "open'))).toEqual(['yaml-syntax 1:9']);
  });

  it('of the largest size is still read', () => {
    const text = `a: ${'x'.repeat(FILE_BYTES_MAX - 4)}\n`;
    expect(text).toHaveLength(FILE_BYTES_MAX);
    expect(rulesOf(bytesOf(text))).toEqual([]);
  });
});

describe('hostile YAML', () => {
  it('of aliases that multiply ends with a problem', () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) =>
        `a${level}: &a${level} [${Array.from({ length: 10 }, () => (level === 0 ? 'x' : `*a${level - 1}`)).join(', ')}]`,
    );
    expect(rulesOf(bytesOf(levels.join('\n')))[0]).toMatch(/^yaml-too-large/);
  });

  it('that nests without end ends with a problem', () => {
    expect(rulesOf(bytesOf(`a: ${'['.repeat(60)}1${']'.repeat(60)}`))[0]).toMatch(/^yaml-too-deep/);
    expect(rulesOf(bytesOf('['.repeat(200_000))).length).toBeGreaterThan(0);
    expect(rulesOf(bytesOf(`${'a:\n '.repeat(5)}${'- '.repeat(30_000)}1`)).length).toBeGreaterThan(0);
  }, 60_000);

  it('with so many keys that comparing each with each would not end is read', () => {
    const text = Array.from({ length: 60_000 }, (_, index) => `k${index}: 1`).join('\n');
    expect(rulesOf(bytesOf(`${text}\nk7: 2`))).toEqual(['duplicate-key 60001:1']);
  }, 60_000);

  it('cannot reach the prototype of an object', () => {
    expect(rulesOf(bytesOf('a: { __proto__: { polluted: 1 }, constructor: 2 }'))).toEqual([
      'reserved-key 1:6',
      'reserved-key 1:34',
    ]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('places', () => {
  const placesOf = (text: string) => {
    const parsed = parseYaml('f.yml', bytesOf(text));
    if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('; '));
    return parsed.value;
  };

  it('are those of the file whatever ends its lines, and a byte order mark moves none', () => {
    for (const text of [
      'a: 1\nb:\n  - x\n  - y: 2\n',
      'a: 1\r\nb:\r\n  - x\r\n  - y: 2\r\n',
      '\uFEFFa: 1\nb:\n  - x\n  - y: 2\n',
    ]) {
      const { places, keyPlaces } = placesOf(text);
      expect(places.get('a')).toEqual({ file: 'f.yml', line: 1, column: 4 });
      expect(places.get('b.1.y')).toEqual({ file: 'f.yml', line: 4, column: 8 });
      expect(keyPlaces.get('b.1.y')).toEqual({ file: 'f.yml', line: 4, column: 5 });
    }
  });

  it('of an alias is where it stands, and its value is that of the anchor', () => {
    const { places, value } = placesOf('a: &x [1, 2]\nb: *x\n');
    expect(value).toEqual({ a: [1, 2], b: [1, 2] });
    expect(places.get('b')?.line).toBe(2);
  });
});
