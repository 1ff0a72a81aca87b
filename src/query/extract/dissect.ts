/** One key of a pattern, and the text that ends its value. */
interface Part {
  readonly name: string;
  readonly kept: boolean;
  readonly appended: boolean;
  readonly order: number;
  /** `->`: repetitions of the delimiter behind it are skipped. */
  readonly padded: boolean;
  readonly delimiter: string;
}

/** A DISSECT pattern, read once. */
export interface Dissector {
  /** The columns it makes, in the order of the pattern. */
  readonly names: readonly string[];
  /** A value for each name; null where the text does not have the pattern's delimiters in order. */
  readonly extract: (text: string) => ReadonlyMap<string, string> | null;
}

const KEY = /%\{([^}]*)\}/g;
const MODIFIED = /^([+?*&]?)(.*?)(?:\/(\d{1,9}))?(->)?$/s;

/**
 * A DISSECT pattern: `%{name}` up to the next delimiter, `%{}` and `%{?name}` skipped, `%{+name}` and `%{+name/2}` joined
 * by the separator, `%{name->}` with padding. One sentence where Elasticsearch refuses the pattern.
 */
export function compileDissect(pattern: string, separator: string): Dissector | string {
  const keys = [...pattern.matchAll(KEY)];
  const first = keys[0];
  if (first === undefined) return `"${pattern}" has no key such as %{name}`;
  if (keys.some((key) => /^[*&]/.test(key[1] ?? ''))) return 'reference keys (%{*name}, %{&name}) are not supported';
  const ordered = keys.find((key) => /^[^+].*\/\d+(?:->)?$/s.test(key[1] ?? ''));
  if (ordered !== undefined) return `"${ordered[0]}" has an order, which only a key with + can have`;
  const parts = keys.map((key, at) =>
    partOf(key[1] ?? '', pattern.slice(key.index + key[0].length, keys[at + 1]?.index)),
  );
  const names = [...new Set(parts.filter((part) => part.kept).map((part) => part.name))];
  if (names.length === 0) return `"${pattern}" keeps no value`;
  const leading = pattern.slice(0, first.index);
  return {
    names,
    extract: (text) => {
      const values = cut(text, leading, parts);
      return values === null ? null : named(parts, values, separator);
    },
  };
}

function partOf(key: string, delimiter: string): Part {
  const [, sign = '', name = '', order = '0', arrow = ''] = MODIFIED.exec(key) ?? [];
  return {
    name,
    kept: name !== '' && sign !== '?',
    appended: sign === '+',
    order: Number(order),
    padded: arrow !== '',
    delimiter,
  };
}

/**
 * The values of all parts. A delimiter that repeats without padding gives the parts behind it empty values, whatever
 * their own delimiters are, and an empty text matches nothing [measured on 8.19.21].
 */
function cut(text: string, leading: string, parts: readonly Part[]): readonly string[] | null {
  if (text.length <= leading.length || !text.startsWith(leading)) return null;
  const values: string[] = [];
  let at = leading.length;
  while (values.length < parts.length) {
    const { delimiter } = parts[values.length] as Part;
    if (delimiter === '') return values.length === parts.length - 1 ? [...values, text.slice(at)] : null;
    const found = text.indexOf(delimiter, at);
    if (found < 0) return null;
    values.push(text.slice(at, found));
    at = found + delimiter.length;
    while (text.startsWith(delimiter, at)) {
      const padded = parts[values.length - 1]?.padded === true;
      if (!padded && values.length === parts.length) break;
      if (!padded) values.push('');
      at += delimiter.length;
    }
  }
  return values;
}

function named(parts: readonly Part[], values: readonly string[], separator: string): ReadonlyMap<string, string> {
  const joined = new Set(parts.filter((part) => part.appended).map((part) => part.name));
  const pieces = new Map<string, { readonly order: number; readonly value: string }[]>();
  for (const [at, { name, kept, order }] of parts.entries()) {
    if (!kept) continue;
    const piece = { order, value: values[at] ?? '' };
    pieces.set(name, joined.has(name) ? [...(pieces.get(name) ?? []), piece] : [piece]);
  }
  return new Map(
    [...pieces].map(([name, all]) => [
      name,
      all
        .toSorted((a, b) => a.order - b.order)
        .map((piece) => piece.value)
        .join(separator),
    ]),
  );
}
