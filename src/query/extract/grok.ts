import { convert } from '../values/convert.ts';
import { hasLongOptionalRun } from '../values/optional-run.ts';
import type { RefScalar } from '../values/values.ts';
import { GROK_LIBRARY } from './grok-library.ts';
import { translateOniguruma } from './oniguruma.ts';

/** The types a capture can be brought to; a float is a double in ES|QL. */
type GrokType = 'keyword' | 'integer' | 'long' | 'double' | 'boolean';

/** A column that a pattern makes. */
interface GrokColumn {
  readonly name: string;
  readonly type: GrokType;
  /** Captured more than once: several matches make several values. */
  readonly repeated: boolean;
}

/** GROK patterns, read once. */
export interface Grok {
  /** By name, in the order Elasticsearch gives them: that of code points. */
  readonly columns: readonly GrokColumn[];
  /** The values of each capture, in the pattern's order; null where no pattern is found in the text. */
  readonly extract: (text: string) => ReadonlyMap<string, readonly RefScalar[]> | null;
}

interface Matcher {
  readonly regex: RegExp;
  /** By group: `g0` is the first. */
  readonly captures: readonly { readonly name: string; readonly type: GrokType }[];
}

const TYPES: ReadonlyMap<string, GrokType> = new Map([
  ['int', 'integer'],
  ['integer', 'integer'],
  ['long', 'long'],
  ['float', 'double'],
  ['double', 'double'],
  ['boolean', 'boolean'],
]);
const REFERENCE = /%\{(\w+)(?::([\w.@-]+)(?::(\w+))?)?\}/g;
/** Library patterns nest five deep; a pattern that expands to more than this was written to do harm. */
const EXPANDED_MAX = 200_000;
const SOURCE_MAX = 10_000;
/** A group that repeats without end inside and outside: backtracking may take longer than the universe has. */
const NESTED_REPEAT = /\((?:\?:|\?<[^>]*>)?(?:[^()\\]|\\.)*(?:[*+]|\{\d+,\})(?:[^()\\]|\\.)*\)(?:[*+]|\{\d+,\})(?!\+)/;

/**
 * GROK patterns: `%{NAME}`, `%{NAME:column}`, `%{NAME:column:int}` of the library, and regular expressions of
 * Oniguruma's dialect with `(?<column>…)`. The first pattern found anywhere in the text holds. One sentence for a
 * pattern that Elasticsearch refuses or that cannot be translated.
 */
export function compileGrok(patterns: readonly string[]): Grok | string {
  const matchers: Matcher[] = [];
  for (const pattern of patterns) {
    const matcher = matcherOf(pattern);
    if (typeof matcher === 'string') return matcher;
    matchers.push(matcher);
  }
  const columns = columnsOf(matchers);
  return typeof columns === 'string' ? columns : { columns, extract: (text) => found(matchers, text) };
}

function matcherOf(pattern: string): Matcher | string {
  if (pattern.length > SOURCE_MAX) return `the pattern is longer than ${SOURCE_MAX} characters`;
  if (NESTED_REPEAT.test(pattern)) return 'an endless repetition inside an endless repetition can take for ever';
  const types: (GrokType | null)[] = [];
  const expanded = expand(pattern, types);
  if (expanded.fault !== null) return expanded.fault;
  const translated = translateOniguruma(expanded.text);
  if (typeof translated === 'string') return translated;
  if (hasLongOptionalRun(translated.source)) return 'too many parts that may be left out follow each other';
  const captures = translated.names.map((name) => {
    const [, typed, plain = name] = /^(\d+):(.*)$/s.exec(name) ?? [];
    return { name: plain, type: (typed === undefined ? null : types[Number(typed)]) ?? 'keyword' } as const;
  });
  try {
    return { regex: new RegExp(translated.source, 'v'), captures };
  } catch {
    return `"${pattern.slice(0, 100)}" is no regular expression`;
  }
}

/** Writes library patterns out. A named one becomes a group whose name begins with the place of its type in `types`. */
function expand(pattern: string, types: (GrokType | null)[]): { readonly text: string; readonly fault: string | null } {
  let fault: string | null = null;
  let size = pattern.length;
  const write = (text: string): string =>
    text.replace(REFERENCE, (_whole, name: string, column?: string, type?: string) => {
      const body = GROK_LIBRARY.get(name);
      if (body === undefined) fault ??= `there is no pattern ${name} in the library of GROK`;
      size += body?.length ?? 0;
      if (size > EXPANDED_MAX) fault ??= `the pattern expands to more than ${EXPANDED_MAX} characters`;
      if (fault !== null || body === undefined) return '';
      const at = column === undefined ? 0 : types.push(TYPES.get(type ?? '') ?? null) - 1;
      return column === undefined ? `(?:${write(body)})` : `(?<${at}:${column}>${write(body)})`;
    });
  return { text: write(pattern), fault };
}

function columnsOf(matchers: readonly Matcher[]): readonly GrokColumn[] | string {
  const columns = new Map<string, GrokColumn>();
  for (const { captures } of matchers) {
    const seen = new Set<string>();
    for (const { name, type } of captures) {
      const known = columns.get(name);
      if (known !== undefined && known.type !== type) return `"${name}" is captured as ${known.type} and as ${type}`;
      columns.set(name, { name, type, repeated: seen.has(name) || known?.repeated === true });
      seen.add(name);
    }
  }
  return [...columns.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function found(matchers: readonly Matcher[], text: string): ReadonlyMap<string, readonly RefScalar[]> | null {
  for (const { regex, captures } of matchers) {
    const groups = regex.exec(text)?.groups;
    if (groups === undefined) continue;
    const values = new Map<string, RefScalar[]>();
    for (const [at, { name, type }] of captures.entries()) {
      const value = typedValue(groups[`g${at}`], type);
      if (value !== null) values.set(name, [...(values.get(name) ?? []), value]);
    }
    return values;
  }
  return null;
}

/** Null for a text that its type cannot hold, where Elasticsearch 8.19 ends the whole query with an error. */
function typedValue(text: string | undefined, type: GrokType): RefScalar | null {
  if (text === undefined) return null;
  const whole = (type === 'integer' || type === 'long') && !/^[+-]?\d+$/.test(text);
  return whole ? null : convert(text, 'keyword', type);
}
