import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FieldTree, type FieldNode } from '../../src/ingest/fields.ts';
import { JsonScanner, Malformed, type ValueSink } from '../../src/ingest/scan.ts';

type Told = Map<string, unknown[]>;

class Collector implements ValueSink<null> {
  told: Told = new Map();
  readonly #opaque: string | null;
  constructor(opaque: string | null = null) {
    this.#opaque = opaque;
  }
  #add({ path }: FieldNode<null>, value: unknown): void {
    this.told.set(path, [...(this.told.get(path) ?? []), value]);
  }
  plainText(field: FieldNode<null>, source: Buffer, start: number, end: number): void {
    this.#add(field, source.toString('utf8', start, end));
  }
  text(field: FieldNode<null>, text: string): void {
    this.#add(field, text);
  }
  number(field: FieldNode<null>, source: Buffer, start: number, end: number): void {
    this.#add(field, Number(source.toString('latin1', start, end)));
  }
  boolean(field: FieldNode<null>, value: boolean): void {
    this.#add(field, value);
  }
  isOpaque(field: FieldNode<null>): boolean {
    return field.path === this.#opaque;
  }
}

function scan(text: string, opaque?: string): Told {
  const sink = new Collector(opaque);
  const bytes = Buffer.from(text);
  new JsonScanner(new FieldTree<null>(), sink).document(bytes, 0, bytes.length);
  return sink.told;
}

/** What a document holds by JSON.parse and a walk: the other way to the same values. */
function flatten(value: unknown, path: string | null, into: Told): Told {
  if (Array.isArray(value)) for (const each of value) flatten(each, path, into);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) flatten(inner, path === null ? key : `${path}.${key}`, into);
  } else if (value !== null) into.set(path ?? '', [...(into.get(path ?? '') ?? []), value]);
  return into;
}

describe('JsonScanner', () => {
  it('takes dotted keys and objects for the same field, flattens arrays, drops nulls', () => {
    const told = scan('{"a":{"b":1},"a.b":[2,[3,null]],"c":[{"d":"x"},{"d":"y"},{}],"e":null,"f":[]}');
    expect([...told]).toEqual([
      ['a.b', [1, 2, 3]],
      ['c.d', ['x', 'y']],
    ]);
  });

  it('decodes escapes in values and keys, and keeps names of prototypes apart', () => {
    const told = scan('{"\\u0061":"\\n\\u00e9","__proto__":{"constructor":1},"a":"é"}');
    expect([...told]).toEqual([
      ['a', ['\né', 'é']],
      ['__proto__.constructor', [1]],
    ]);
  });

  it('decodes each escape by a letter, alone, beside one by number and in texts of any length', () => {
    const escapes = String.raw`\"\\\/\b\f\n\r\t`;
    for (const text of [escapes, `é${escapes}\\u00e9`, `C:${String.raw`\\x`.repeat(5_000)}`]) {
      expect([...scan(`{"a":"${text}"}`)]).toEqual([['a', [JSON.parse(`"${text}"`)]]]);
    }
    expect(() => scan(String.raw`{"a":"\x"}`)).toThrow(Malformed);
  });

  it('passes what lies below an opaque field, which must be JSON all the same', () => {
    expect([...scan('{"geo":{"lat":1},"b":2}', 'geo')]).toEqual([['b', [2]]]);
    expect(() => scan('{"geo":{"lat":},"b":2}', 'geo')).toThrow(Malformed);
  });

  it('reads what JSON.parse reads, of any document', () => {
    const document = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }));
    fc.assert(
      fc.property(document, fc.nat(2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const wanted = flatten(JSON.parse(text), null, new Map());
        // -0 and 0 are one number to a store.
        expect(scan(text)).toEqual(wanted);
      }),
      { seed: 4, numRuns: 500 },
    );
  });

  it('refuses what JSON.parse refuses, and nothing hangs, of mutated documents', () => {
    const base = '{"a":{"b":[1,-2.5e3,"x\\u0041"]},"c.d":true,"e":null,"f":"é"}';
    fc.assert(
      fc.property(fc.nat(base.length), fc.nat(3), fc.string({ maxLength: 3 }), (at, cut, put) => {
        const text = base.slice(0, at) + put + base.slice(at + cut);
        let ok = true;
        try {
          const value: unknown = JSON.parse(text);
          ok = typeof value === 'object' && value !== null && !Array.isArray(value);
        } catch {
          ok = false;
        }
        if (ok) expect(() => scan(text)).not.toThrow();
        else expect(() => scan(text)).toThrow(Malformed);
      }),
      { seed: 4, numRuns: 3_000 },
    );
  });

  it.each([
    ['an array', '[1]', 'a document is a JSON object'],
    ['what follows', '{"a":1} x', 'more text after the document'],
    ['a cut text', '{"a":"x', 'the line ends inside a text'],
    ['a leading zero', '{"a":01}', 'a value is missing'],
    ['depth', `${'{"a":'.repeat(70)}1${'}'.repeat(70)}`, 'more than 64 levels'],
    ['a long name', `{"${'k'.repeat(9_000)}":1}`, "a field's name is longer than 8192 bytes"],
  ])('says why %s is refused', (_, text, reason) => {
    expect(() => scan(text)).toThrow(reason);
  });
});
