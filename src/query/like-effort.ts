// Whether Elasticsearch can make an automaton of the patterns of one LIKE.
import { type LikePiece, likePieces } from './values/like.ts';

/**
 * Lucene gives up when the sets of states that it makes of the patterns have so many members together (ten times
 * `Operations.DEFAULT_DETERMINIZE_WORK_LIMIT`). Fits 8.19.21 to the pattern: 141 of `*x0word` pass, 142 do not [measured].
 */
const EFFORT_MAX = 100_000;

/**
 * Whether 8.19 refuses LIKE with these patterns, all asked at once, as "too complex to determinize": which of them have
 * matched so far is remembered for each, so patterns with `*` before and behind double the work, each of them. One pattern
 * alone is not judged: it takes a dozen `?` behind a `*` to make one too complex.
 */
export function isTooComplex(patterns: readonly string[]): boolean {
  const pieces = patterns.map(likePieces).filter((each) => each !== null);
  return (
    pieces.length > 1 &&
    atMost(pieces) >= EFFORT_MAX &&
    effortOf(pieces.map(automatonOf), alphabetOf(pieces)) >= EFFORT_MAX
  );
}

/** More than it can come to, at once: each pattern between two `*` of its own, one of them anywhere in between. */
function atMost(patterns: readonly (readonly LikePiece[])[]): number {
  if (patterns.some((pieces) => pieces.includes('one'))) return Infinity;
  const runs = patterns.map((pieces) => pieces.filter((piece) => piece === 'run').length);
  const places = patterns.reduce((sum, pieces) => sum + pieces.length, 1);
  return runs.reduce((product, each) => product * Math.max(1, each), places * patterns.length);
}

/** Every character that a pattern names, and null for all others. */
function alphabetOf(patterns: readonly (readonly LikePiece[])[]): readonly (string | null)[] {
  const chars = patterns.flat().flatMap((piece) => (typeof piece === 'string' ? [] : [piece.char]));
  return [...new Set(chars), null];
}

/** A pattern as states by number, 0 the first; null: no more match is possible. */
type Automaton = (state: number, char: string | null) => number | null;

/** All automata side by side, from state to state, up to the limit. */
function effortOf(automata: readonly Automaton[], alphabet: readonly (string | null)[]): number {
  const start = automata.map(() => 0);
  const known = new Set([start.join()]);
  const waiting: (readonly (number | null)[])[] = [start];
  let effort = 0;
  for (let states = waiting.pop(); states !== undefined && effort < EFFORT_MAX; states = waiting.pop()) {
    const from = states;
    effort += from.filter((state) => state !== null).length;
    for (const char of alphabet) {
      const next = automata.map((automaton, at) => after(automaton, from[at] ?? null, char));
      const key = next.join();
      if (known.has(key)) continue;
      known.add(key);
      waiting.push(next);
    }
  }
  return effort;
}

function after(automaton: Automaton, state: number | null, char: string | null): number | null {
  return state === null ? null : automaton(state, char);
}

/** States are made when they are first entered: each is a set of places in the pattern, by the piece before them. */
function automatonOf(pieces: readonly LikePiece[]): Automaton {
  const places: (readonly number[])[] = [[entered(pieces, -1)]];
  const numbers = new Map([[places.join(), 0]]);
  const steps = new Map<string, number | null>();
  const numberOf = (set: readonly number[]): number => {
    const key = set.join();
    const number = numbers.get(key) ?? places.push(set) - 1;
    numbers.set(key, number);
    return number;
  };
  return (state, char) => {
    const key = `${state} ${char}`;
    const known = steps.get(key);
    if (known !== undefined) return known;
    const next = stepped(pieces, places[state] ?? [], char);
    const number = next.length === 0 ? null : numberOf(next);
    steps.set(key, number);
    return number;
  };
}

/** The places that a character leads to; what lies before the last `*` that was reached cannot match anything more than it. */
function stepped(pieces: readonly LikePiece[], from: readonly number[], char: string | null): readonly number[] {
  const next = from.flatMap((place) => {
    const stays = pieces[place] === 'run' ? [place] : [];
    const piece = pieces[place + 1];
    const goes = piece === 'one' || (typeof piece === 'object' && piece.char === char);
    return goes ? [...stays, entered(pieces, place + 1)] : stays;
  });
  const run = next.reduce((last, place) => (pieces[place] === 'run' ? Math.max(last, place) : last), -1);
  return [...new Set(next)].filter((place) => place >= run).sort((a, b) => a - b);
}

/** A `*` behind a place may match nothing, so it is entered with it. */
function entered(pieces: readonly LikePiece[], place: number): number {
  let last = place;
  while (pieces[last + 1] === 'run') last++;
  return last;
}
