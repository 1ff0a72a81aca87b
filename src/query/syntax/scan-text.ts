// Scanners of quoted text and of what may stand between tokens. Each looks at one place and reads no further than it needs.
import type { SyntaxFault } from './fault.ts';
import { excerpt } from './fault.ts';
import type { Scanned, TokenKind } from './token.ts';

const BLANKS = /[ \t\r\n]+/y;
const LINE_REST = /[^\r\n]*/y;
const COMMENT_EDGE = /\/\*|\*\//g;
/** A string on one line; a backslash takes the next character with it, whatever it is. */
const STRING = /"[^"\\\r\n]*(?:\\[^\r\n][^"\\\r\n]*)*("?)/y;
/** Ends at the first three quotes; up to two more belong to the text. */
const TRIPLE = /"""([^\r\n]*?)"""("{0,2})/y;
const BACKTICKED = /`([^`]*(?:``[^`]*)*)`/y;
const SINGLE_QUOTED = /'(?:[^'\r\n])*'?/y;
const ILLEGAL_ESCAPE = /\\(?:[^tnr"\\])/;

const UNESCAPED: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', '"': '"', '\\': '\\' };

/** The match of a sticky expression at a place. */
export function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** The end of blanks and comments from `at` on; a comment without end is a fault. */
export function scanBlank(text: string, at: number): Scanned {
  let end = at;
  for (;;) {
    const blanks = matchAt(BLANKS, text, end);
    if (blanks !== null) end += blanks[0].length;
    else if (text.startsWith('//', end)) end += matchAt(LINE_REST, text, end)?.[0].length ?? 0;
    else if (!text.startsWith('/*', end)) return { end };
    else {
      const close = closeOfComment(text, end);
      if (close === null) return { end: text.length, fault: unterminated('comment', end, end + 2, 'Close it with */') };
      end = close;
    }
  }
}

/** Where the comment that opens at `at` ends: comments nest. */
function closeOfComment(text: string, at: number): number | null {
  let depth = 0;
  COMMENT_EDGE.lastIndex = at;
  for (let edge = COMMENT_EDGE.exec(text); edge !== null; edge = COMMENT_EDGE.exec(text)) {
    depth += edge[0] === '/*' ? 1 : -1;
    if (depth === 0) return COMMENT_EDGE.lastIndex;
  }
  return null;
}

/** A string that begins with `"` at `at`. */
export function scanString(text: string, at: number): Scanned {
  return text.startsWith('"""', at) ? scanTriple(text, at) : scanPlainString(text, at);
}

function scanTriple(text: string, at: number): Scanned {
  const match = matchAt(TRIPLE, text, at);
  if (match !== null) return token('string', text, at, at + match[0].length, `${match[1] ?? ''}${match[2] ?? ''}`);
  const end = at + (matchAt(LINE_REST, text, at)?.[0].length ?? 0);
  return {
    end,
    fault: unterminated('string', at, end, 'Close it with """ on the same line; a line break is written \\n in "…"'),
  };
}

function scanPlainString(text: string, at: number): Scanned {
  const match = matchAt(STRING, text, at);
  const end = at + (match?.[0].length ?? 1);
  if (match === null || match[1] !== '"') {
    return {
      end,
      fault: unterminated('string', at, end, 'Close it with " on the same line; a line break is written \\n'),
    };
  }
  const written = text.slice(at + 1, end - 1);
  const escape = illegalEscape(written);
  if (escape !== null) return { end, fault: illegalEscapeFault(written, escape, at + 1) };
  return token(
    'string',
    text,
    at,
    end,
    written.replace(/\\(.)/g, (_, character: string) => UNESCAPED[character] ?? character),
  );
}

/** The place of the first `\` that begins no known escape. */
function illegalEscape(written: string): number | null {
  if (!ILLEGAL_ESCAPE.test(written)) return null;
  for (let at = written.indexOf('\\'); at !== -1; at = written.indexOf('\\', at + 2)) {
    if (!Object.hasOwn(UNESCAPED, written[at + 1] ?? '')) return at;
  }
  return null;
}

function illegalEscapeFault(written: string, at: number, offset: number): SyntaxFault {
  const escape = excerpt(String.fromCodePoint(92, written.codePointAt(at + 1) ?? 32));
  return {
    rule: 'illegal-escape',
    message: `"${escape}" is no escape in a string`,
    hint: `Write \\${escape} for the backslash itself, or put the text in """…""", where nothing is escaped`,
    span: { start: offset + at, end: offset + at + 2 },
  };
}

/** A name in backticks, a backtick inside doubled. */
export function scanBackticked(text: string, at: number): Scanned {
  const match = matchAt(BACKTICKED, text, at);
  if (match === null) return { end: text.length, fault: unterminated('name', at, at + 1, 'Close it with a backtick') };
  const end = at + match[0].length;
  if (match[1] === '') return { end, fault: emptyName(at, end) };
  return token('name', text, at, end, (match[1] ?? '').replaceAll('``', '`'));
}

/** Text in single quotes, which ES|QL does not have. */
export function scanSingleQuoted(text: string, at: number): Scanned {
  const end = at + (matchAt(SINGLE_QUOTED, text, at)?.[0].length ?? 1);
  return {
    end,
    fault: {
      rule: 'single-quotes',
      message: 'Single quotes are no string quotes in ES|QL',
      hint: 'Use double quotes: "…"',
      span: { start: at, end },
    },
  };
}

/** A token from `at` to `end`. */
export function token(kind: TokenKind, text: string, at: number, end: number, value?: string): Scanned {
  const written = text.slice(at, end);
  return { end, token: { kind, span: { start: at, end }, text: written, value: value ?? written } };
}

function unterminated(what: string, start: number, end: number, hint: string): SyntaxFault {
  return { rule: `unterminated-${what}`, message: `This ${what} has no end`, hint, span: { start, end } };
}

function emptyName(start: number, end: number): SyntaxFault {
  return {
    rule: 'empty-name',
    message: 'A name in backticks is empty',
    hint: 'Write the name between the backticks',
    span: { start, end },
  };
}
