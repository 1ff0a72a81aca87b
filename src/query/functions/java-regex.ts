import { hasLongOptionalRun } from '../values/optional-run.ts';

/** Elasticsearch takes patterns of any length; beyond this one is no pattern a person wrote. */
const PATTERN_MAX = 10_000;
/** JavaScript has no possessive quantifiers, atomic groups, `\A \Z \z \G` or class intersections as Java writes them. */
const JAVA_ONLY = /\(\?>|[*+?}]\+|\\[AZzGRXhHvVN]|&&|\[\[/;
/** A backslash before a letter that is none of Java's escapes: Java refuses the pattern. */
const NO_ESCAPE = /^(?:[^\\]|\\[^a-zA-Z]|\\[tnrfaecxudDsSwWbBkpPQE])*\\(?![tnrfaecxudDsSwWbBkpPQE])[a-zA-Z]/;
/** White space in Java is that of ASCII, in JavaScript of Unicode. */
const SPACE = '\\t\\n\\v\\f\\r ';
/** A group that repeats without end inside and outside: backtracking may take longer than the universe has. */
const NESTED_REPEAT = /\((?:[^()\\]|\\.)*(?:[*+]|\{\d+,\})(?:[^()\\]|\\.)*\)(?:[*+]|\{\d+,\})/;

/**
 * A Java regular expression (REPLACE) as JavaScript's, or one sentence that says why it cannot be. Flags at the head
 * (`(?i)`) and quotes (`\Q…\E`) are translated.
 */
export function javaRegex(pattern: string): RegExp | string {
  if (pattern.length > PATTERN_MAX) return `the pattern is longer than ${PATTERN_MAX} characters`;
  const head = /^\(\?([imsu]+)\)/.exec(pattern);
  const body = unquote(pattern.slice(head?.[0].length ?? 0));
  const foreign = JAVA_ONLY.exec(body);
  if (foreign !== null) return `"${foreign[0]}" of Java's regular expressions cannot be translated`;
  const bad = NO_ESCAPE.exec(body);
  if (bad !== null) return `"${bad[0].slice(-2)}" is no escape of Java's regular expressions`;
  if (NESTED_REPEAT.test(body)) return 'an endless repetition inside an endless repetition can take for ever';
  if (hasLongOptionalRun(body)) return 'too many parts that may be left out follow each other';
  const flags = new Set(['g', ...(head?.[1] ?? '').split('')]);
  return compiled(withAsciiSpace(body), flags);
}

/** Java's replacement (`$1`, `${name}`, `\$`) as JavaScript's; null where Java would refuse it. */
export function javaReplacement(text: string): string | null {
  if (text.length > PATTERN_MAX) return null;
  let out = '';
  for (let at = 0; at < text.length; at++) {
    const rest = text.slice(at);
    const group = /^\$(?:(\d)|\{([A-Za-z][A-Za-z0-9]*)\})/.exec(rest);
    if (group !== null) {
      out += group[1] === undefined ? `$<${group[2] ?? ''}>` : `$${group[1] === '0' ? '&' : group[1]}`;
      at += group[0].length - 1;
    } else if (rest.startsWith('$') || rest === '\\') return null;
    else {
      if (rest.startsWith('\\')) at++;
      out += text[at] === '$' ? '$$' : (text[at] ?? '');
    }
  }
  return out;
}

function compiled(body: string, flags: ReadonlySet<string>): RegExp | string {
  // Java matches by code point, as JavaScript does with `u`; but `u` refuses needless escapes (`\-`, `\_`) that Java takes.
  for (const unicode of ['u', '']) {
    try {
      return new RegExp(body, [...new Set([...flags, unicode])].join(''));
    } catch {
      continue; // The next form may be one that JavaScript takes; the last says what is wrong below.
    }
  }
  return `"${body}" is no regular expression`;
}

/** `\s` and `\S` spelled out; inside of a class `\S` has no short form and stays. */
function withAsciiSpace(body: string): string {
  let inClass = false;
  return body.replace(/\\[\s\S]|[[\]]/g, (token) => {
    if (token === '[') inClass = true;
    if (token === ']') inClass = false;
    if (token === '\\s') return inClass ? SPACE : `[${SPACE}]`;
    return token === '\\S' && !inClass ? `[^${SPACE}]` : token;
  });
}

function unquote(pattern: string): string {
  return pattern.replace(/\\Q([\s\S]*?)(?:\\E|$)/g, (_, quoted: string) =>
    quoted.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'),
  );
}
