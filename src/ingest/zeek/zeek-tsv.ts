import type { EcsDocument } from '../ecs-document.ts';
import { Malformed } from '../scan.ts';
import { zeekDocument } from './zeek.ts';
import type { ZeekRecord } from './zeek-record.ts';

const SCALARS: Readonly<Record<string, (text: string) => unknown>> = {
  count: numberOf,
  int: numberOf,
  port: numberOf,
  double: numberOf,
  time: numberOf,
  interval: numberOf,
  bool: (text) => text === 'T',
};

/** Reads a log that Zeek wrote as text: its header says the separators, the fields and their types. */
export class ZeekTsvReader {
  #separator = '\t';
  #setSeparator = ',';
  #empty = '(empty)';
  #unset = '-';
  #path: string | null = null;
  #names: readonly string[] = [];
  #types: readonly string[] = [];

  /** The document of a line; null for one of the header. Throws Malformed. */
  line(text: string): EcsDocument | null {
    if (text.startsWith('#')) {
      this.#header(text);
      return null;
    }
    if (this.#names.length === 0) throw new Malformed('no #fields line stands before it', 0);
    const parts = text.split(this.#separator);
    if (parts.length !== this.#names.length) {
      throw new Malformed(`the line has ${parts.length} fields, its header names ${this.#names.length}`, 0);
    }
    const record: ZeekRecord = new Map(
      this.#names.flatMap((name, at): [string, unknown][] => {
        const value = this.#value(parts[at] ?? '', this.#types[at] ?? 'string');
        return value === null ? [] : [[name, value]];
      }),
    );
    return zeekDocument(record, this.#path);
  }

  #header(text: string): void {
    const [name = '', ...values] = text.split(text.startsWith('#separator') ? ' ' : this.#separator);
    const value = values[0] ?? '';
    if (name === '#separator') this.#separator = unescape(value) || '\t';
    if (name === '#set_separator') this.#setSeparator = value || ',';
    if (name === '#empty_field') this.#empty = value;
    if (name === '#unset_field') this.#unset = value;
    if (name === '#path') this.#path = value;
    if (name === '#fields') this.#names = values;
    if (name === '#types') this.#types = values;
  }

  #value(text: string, type: string): unknown {
    if (text === this.#unset) return null;
    const inner = /^(?:set|vector)\[(.+)\]$/.exec(type)?.[1];
    if (inner === undefined) return this.#scalar(text, type);
    if (text === this.#empty || text === '') return [];
    return text.split(this.#setSeparator).map((each) => this.#scalar(each, inner));
  }

  #scalar(text: string, type: string): unknown {
    if (text === this.#empty) return '';
    const reader = Object.hasOwn(SCALARS, type) ? SCALARS[type] : undefined;
    return reader === undefined ? unescape(text) : reader(text);
  }
}

function numberOf(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number)) throw new Malformed(`"${text.slice(0, 60)}" is no number`, 0);
  return number;
}

/** Zeek writes separators and what is not printable as `\x09`; several of them may be one character of UTF-8. */
function unescape(text: string): string {
  if (!text.includes('\\x')) return text;
  return text.replace(/(?:\\x[0-9a-fA-F]{2})+/g, (codes) => Buffer.from(codes.replaceAll('\\x', ''), 'hex').toString());
}
