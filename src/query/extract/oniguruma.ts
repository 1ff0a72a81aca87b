import { charClass, escape, plain, RegexStop } from './oniguruma-chars.ts';
import type { CharReader } from './oniguruma-chars.ts';

/** A regular expression in JavaScript's form (flag `v`), and the names of its groups: `g0` stands for `names[0]`. */
export interface Translated {
  readonly source: string;
  readonly names: readonly string[];
}

/** What an open parenthesis writes when it closes, and what holds again outside of it. */
interface Open {
  readonly close: string;
  readonly dotAll: boolean;
  readonly flagged: number;
}

interface Reader extends CharReader {
  readonly out: string[];
  /** Where in `out` the last atom begins, for quantifiers that JavaScript lacks; -1: there is none. */
  atom: number;
  readonly starts: number[];
  readonly open: Open[];
  dotAll: boolean;
  /** Parentheses to close with the group under way: one for each flag set inside it. */
  flagged: number;
  readonly names: string[];
  atomics: number;
}

/**
 * A pattern in Oniguruma's Ruby dialect, as GROK reads it, in JavaScript's: `^` and `$` at every line, `.` without line
 * breaks but under `(?m)`, `(?>…)` and possessive quantifiers by lookahead and back-reference, POSIX brackets, names with
 * dots. Unnamed groups capture nothing. One sentence for what is no pattern or cannot be translated.
 */
export function translateOniguruma(text: string): Translated | string {
  const reader: Reader = {
    text,
    at: 0,
    out: [],
    atom: -1,
    starts: [],
    open: [],
    dotAll: false,
    flagged: 0,
    names: [],
    atomics: 0,
  };
  try {
    while (reader.at < text.length) step(reader);
    if (reader.open.length > 0) return 'a "(" is not closed';
    return { source: reader.out.join('') + ')'.repeat(reader.flagged), names: reader.names };
  } catch (error) {
    if (error instanceof RegexStop) return error.message;
    throw error;
  }
}

/** Reads one piece of the pattern and writes it. */
function step(reader: Reader): void {
  const quantifier = /^(?:[*+?]|\{\d+(?:,\d*)?\}|\{,\d+\})/.exec(reader.text.slice(reader.at, reader.at + 24));
  if (quantifier !== null) return quantified(reader, quantifier[0]);
  const char = String.fromCodePoint(reader.text.codePointAt(reader.at) ?? 0);
  reader.at += char.length;
  if (char === '(') return opened(reader);
  if (char === ')') return closed(reader);
  if (char === '|') {
    reader.out.push('|');
    reader.atom = -1;
    return;
  }
  const written =
    char === '[' ? charClass(reader) : char === '\\' ? escape(reader, reader.names) : plain(char, reader.dotAll);
  emit(reader, written);
}

function emit(reader: Reader, piece: string): void {
  reader.atom = reader.out.length;
  reader.out.push(piece);
}

function quantified(reader: Reader, quantifier: string): void {
  if (reader.atom < 0) throw new RegexStop(`"${quantifier}" has nothing to repeat`);
  reader.at += quantifier.length;
  const atom = reader.out.splice(reader.atom).join('');
  const times = quantifier.replace('{,', '{0,');
  const mark = reader.text[reader.at];
  const braced = quantifier.startsWith('{');
  if (mark === '?') {
    reader.at++;
    reader.out.push(`(?:${atom}${times}?)`);
  } else if (mark === '+' && !braced) {
    reader.at++;
    reader.out.push(atomic(reader, atom + times));
  } else reader.out.push(`(?:${atom}${times})`);
}

/** What matches once and never gives back: found ahead, then taken as it was found. */
function atomic(reader: Reader, body: string): string {
  const name = `a${reader.atomics++}`;
  return `(?:(?=(?<${name}>${body}))\\k<${name}>)`;
}

function opened(reader: Reader): void {
  const rest = reader.text.slice(reader.at, reader.at + 200);
  const comment = /^\?#[^)]*\)/.exec(reader.text.slice(reader.at));
  if (comment !== null) {
    reader.at += comment[0].length;
    return;
  }
  const flags = /^\?([imx]*)(?:-([imx]*))?([:)])/.exec(rest);
  const name = /^\?(?:<([^>=!][^>]*)>|'([^']+)')/.exec(rest);
  const other = /^\?(?:[:=!>]|<[=!])/.exec(rest);
  if (name !== null) {
    reader.at += name[0].length;
    push(reader, `(?<g${reader.names.push(name[1] ?? name[2] ?? '') - 1}>`, ')');
  } else if (flags !== null) flagGroup(reader, flags);
  else if (other !== null) {
    reader.at += other[0].length;
    if (other[0] === '?>') push(reader, `(?:(?=(?<a${reader.atomics}>`, `))\\k<a${reader.atomics++}>)`);
    else push(reader, `(${other[0]}`, ')');
  } else if (rest.startsWith('?')) throw new RegexStop(`the group "(${rest.slice(0, 3)}" cannot be translated`);
  else push(reader, '(?:', ')');
}

function push(reader: Reader, written: string, close: string): void {
  reader.starts.push(reader.out.length);
  reader.open.push({ close, dotAll: reader.dotAll, flagged: reader.flagged });
  reader.flagged = 0;
  reader.out.push(written);
  reader.atom = -1;
}

/** `(?i:…)`, and `(?i)`, which holds up to the end of the group it stands in. */
function flagGroup(reader: Reader, [whole, on = '', off = '', end]: RegExpExecArray): void {
  if (on.includes('x')) throw new RegexStop('the flag "x" cannot be translated');
  reader.at += whole.length;
  const written = on.includes('i') ? '(?i:' : off.includes('i') ? '(?-i:' : '(?:';
  if (end === ':') push(reader, written, ')');
  else {
    reader.out.push(written);
    reader.atom = -1;
    reader.flagged++;
  }
  if (on.includes('m')) reader.dotAll = true;
  if (off.includes('m')) reader.dotAll = false;
}

function closed(reader: Reader): void {
  const open = reader.open.pop();
  const start = reader.starts.pop();
  if (open === undefined || start === undefined) throw new RegexStop('a ")" closes nothing');
  reader.out.push(')'.repeat(reader.flagged) + open.close);
  reader.flagged = open.flagged;
  reader.dotAll = open.dotAll;
  reader.atom = start;
}
