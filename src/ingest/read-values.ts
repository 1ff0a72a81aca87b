import { formatIp, parseIp } from '../core/ip.ts';

/** Readers of single values of logs; null for what is no such value, which then stays where it was. */

/** A whole number from 0, written in decimal or as `0x…`. */
export function readNumber(text: string | null | undefined): number | null {
  if (text === null || text === undefined || !/^(?:\d{1,15}|0x[0-9a-f]{1,12})$/i.test(text.trim())) return null;
  return Number(text.trim());
}

export function readPort(text: string | null | undefined): number | null {
  const port = readNumber(text);
  return port !== null && port <= 65_535 ? port : null;
}

/** An address as it was written, without a zone (`%11`); version 4 inside of version 6 is told as version 4. */
export function readAddress(text: string | null | undefined): string | null {
  const plain = (text ?? '').trim().replace(/%.*$/, '');
  const value = parseIp(plain);
  if (value === null) return null;
  return /^::ffff:/i.test(plain) ? formatIp(value) : plain;
}

/** The end of a Windows path; null for what is no path (`System`, `<unknown process>`). */
export function fileNameOf(path: string | null): string | null {
  if (path === null || !path.includes('\\')) return null;
  return path.slice(path.lastIndexOf('\\') + 1) || null;
}

/** What a text is worth; `-` and blanks are nothing. */
export function worth(text: string | null | undefined): string | null {
  const trimmed = (text ?? '').trim();
  return trimmed === '' || trimmed === '-' ? null : (text ?? null);
}

/** `DOMAIN\name`, or only a name. */
export function readAccount(text: string | null): { readonly domain: string | null; readonly name: string } | null {
  if (worth(text) === null || text === null) return null;
  const cut = text.indexOf('\\');
  return cut < 0 ? { domain: null, name: text } : { domain: text.slice(0, cut), name: text.slice(cut + 1) };
}

/** Longest command line that is taken apart, and most arguments: Windows itself ends at 32,767 characters. */
const ARGUMENTS_MAX = 1_000;

/** The arguments of a command line as the C runtime of Windows cuts them: quotes group, `\"` is a quote. */
export function splitCommandLine(line: string): string[] {
  const found: string[] = [];
  let [current, quoted, open] = ['', false, false];
  for (let at = 0; at < line.length && found.length < ARGUMENTS_MAX; at++) {
    const sign = line[at] ?? '';
    if (sign === '\\' && /^\\+"/.test(line.slice(at, at + 64))) {
      const slashes = /^\\+/.exec(line.slice(at, at + 64))?.[0].length ?? 1;
      current += '\\'.repeat(slashes >> 1);
      at += slashes - 1;
      open = true;
      if (slashes % 2 === 1) [current, at] = [`${current}"`, at + 1];
    } else if (sign === '"') [quoted, open] = [!quoted, true];
    else if (!quoted && (sign === ' ' || sign === '\t')) {
      if (open) found.push(current);
      [current, open] = ['', false];
    } else [current, open] = [current + sign, true];
  }
  if (open && found.length < ARGUMENTS_MAX) found.push(current);
  return found;
}
