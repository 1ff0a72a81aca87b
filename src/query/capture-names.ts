import type { ColumnType } from '../core/row.ts';

/** A column that DISSECT or GROK makes. */
export interface Capture {
  readonly name: string;
  readonly type: ColumnType;
  /** Named more than once: several matches make several values. */
  readonly repeated: boolean;
}

const GROK_TYPES: ReadonlyMap<string, ColumnType> = new Map([
  ['int', 'integer'],
  ['integer', 'integer'],
  ['long', 'long'],
  ['float', 'double'],
  ['double', 'double'],
  ['boolean', 'boolean'],
]);

/** The keys of a DISSECT pattern: `%{name}`, `%{+name}`, `%{name->}`, `%{+name/2}`; `%{}` and `%{?name}` are skipped. */
export function dissectCaptures(pattern: string): readonly Capture[] {
  const names = [...pattern.matchAll(/%\{([^}]*)\}/g)].map((match) => match[1] ?? '');
  const kept = names.filter((name) => name !== '' && !/^[?*&]/.test(name));
  const plain = kept.map((name) =>
    name
      .replace(/^\+/, '')
      .replace(/->$/, '')
      .replace(/\/\d+$/, ''),
  );
  // An appended key is one text, so no key of DISSECT is repeated.
  return [...new Set(plain)].filter((name) => name !== '').map((name) => ({ name, type: 'keyword', repeated: false }));
}

/** The named captures of GROK patterns: `%{PATTERN:name}`, `%{PATTERN:name:int}` and `(?<name>…)`, dots allowed. */
export function grokCaptures(patterns: readonly string[]): readonly Capture[] {
  const captures = new Map<string, Capture>();
  for (const pattern of patterns) {
    const seen = new Set<string>();
    for (const match of pattern.matchAll(/%\{\w+:([\w.@-]+)(?::(\w+))?\}|\(\?<([\w.@-]+)>/g)) {
      const name = match[1] ?? match[3] ?? '';
      const type = GROK_TYPES.get(match[2] ?? '') ?? 'keyword';
      captures.set(name, { name, type, repeated: seen.has(name) || captures.get(name)?.repeated === true });
      seen.add(name);
    }
  }
  return [...captures.values()];
}
