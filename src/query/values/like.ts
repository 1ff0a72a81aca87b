/** What a LIKE pattern is made of: literal characters (code points), `?` and `*`. */
export type LikePiece = { readonly char: string } | 'one' | 'run';

/** A LIKE pattern, read once. */
export interface LikePattern {
  /** Matches any string at all (`*`): Elasticsearch rewrites such a LIKE to IS NOT NULL. */
  readonly total: boolean;
  readonly matches: (text: string) => boolean;
}

/**
 * A LIKE pattern: `*` any run, `?` one character, `\` before `*`, `?` and `\` only; case-sensitive, the whole string.
 * Null where a backslash stands before anything else, which Elasticsearch refuses. The empty pattern matches nothing, not
 * even the empty string [measured on 8.19.21].
 */
export function parseLike(pattern: string): LikePattern | null {
  const pieces = likePieces(pattern);
  if (pieces === null) return null;
  if (pieces.length === 0) return { total: false, matches: () => false };
  return { total: pieces.every((piece) => piece === 'run'), matches: (text) => matchesPieces(pieces, text) };
}

/** Whether a pattern has a wildcard that is not escaped. */
export function hasWildcard(pattern: string): boolean {
  return likePieces(pattern)?.some((piece) => typeof piece === 'string') ?? false;
}

/** A pattern taken apart; null where an escape is wrong. */
export function likePieces(pattern: string): readonly LikePiece[] | null {
  const pieces: LikePiece[] = [];
  const chars = Array.from(pattern);
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at] ?? '';
    if (char === '*') pieces.push('run');
    else if (char === '?') pieces.push('one');
    else if (char !== '\\') pieces.push({ char });
    else {
      const escaped = chars[++at];
      if (escaped !== '*' && escaped !== '?' && escaped !== '\\') return null;
      pieces.push({ char: escaped });
    }
  }
  return pieces;
}

/** Goes back to the last `*` only, so the work is at most pattern times text, whatever either holds. */
function matchesPieces(pieces: readonly LikePiece[], text: string): boolean {
  const chars = Array.from(text);
  let [at, piece] = [0, 0];
  let retry: { readonly piece: number; at: number } | null = null;
  while (at < chars.length) {
    const wanted = pieces[piece];
    if (wanted === 'run') retry = { piece: ++piece, at };
    else if (wanted === 'one' || (wanted !== undefined && wanted.char === chars[at])) {
      at++;
      piece++;
    } else if (retry !== null) {
      at = ++retry.at;
      piece = retry.piece;
    } else return false;
  }
  while (pieces[piece] === 'run') piece++;
  return piece === pieces.length;
}
