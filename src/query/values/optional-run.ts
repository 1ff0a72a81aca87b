/**
 * V8 compiles a run of parts that may be left out by trying every choice of them, without end and without a stop by
 * time: 30 of `a?` before a fixed text took 1.5 s, 24 of `\w?` 0.8 s, 12 of `(?:x[a-z]?|y)?` 0.2 s and 18 of them 7 s.
 */
const RUN_MAX = 24;
/** A group counts for no more: of a long one V8 looks at the beginning only. */
const CHOICES_MAX = 3;

const PIECE =
  /\\(?:[pPu]\{[^}]*\}|k<[^>]*>|[\s\S])|\[(?:\\[\s\S]|[^\]\\])*\]|\((?:\?(?:[:=!]|<[=!]|<[^>]*>|[a-z]*-?[a-z]*:))?|\)|\||[\s\S]/y;
const OPTIONAL = /(?:\?|\{0,\d+\})[?+]?/y;
const REPEATED = /(?:[*+]|\{\d+(?:,\d*)?\})[?+]?/y;

interface Level {
  readonly before: number;
  /** The longest run among the alternatives that are over. */
  most: number;
  /** Parts inside that may be left out, and alternatives. */
  choices: number;
}

/** Whether more parts of a regular expression follow each other that may be left out than can be compiled. */
export function hasLongOptionalRun(source: string): boolean {
  const open: Level[] = [];
  let run = 0;
  for (let at = 0; at < source.length && run <= RUN_MAX;) {
    const piece = matchAt(PIECE, source, at);
    const after = at + Math.max(1, piece.length);
    const optional = matchAt(OPTIONAL, source, after);
    at = after + optional.length + (optional === '' ? matchAt(REPEATED, source, after).length : 0);
    if (piece.startsWith('(')) {
      open.push({ before: run, most: 0, choices: 0 });
      at = after;
    } else if (piece === '|') {
      const level = open.at(-1);
      run = alternative(level, run);
    } else if (piece === ')') {
      const level = open.pop();
      const inside = Math.max(run, level?.most ?? 0);
      const choices = Math.min(CHOICES_MAX, (level?.choices ?? 0) + (optional === '' ? 0 : 1));
      // What stands before a group that may be left out goes on behind it.
      run = optional === '' ? inside : Math.max(inside, (level?.before ?? 0) + choices);
      addChoices(open, choices);
    } else {
      run = optional === '' ? 0 : run + 1;
      if (optional !== '') addChoices(open, 1);
    }
  }
  return run > RUN_MAX;
}

/** The run with which the next alternative begins. */
function alternative(level: Level | undefined, run: number): number {
  if (level === undefined) return 0;
  level.most = Math.max(level.most, run);
  level.choices++;
  return level.before + 1;
}

function addChoices(open: readonly Level[], count: number): void {
  const level = open.at(-1);
  if (level !== undefined) level.choices += count;
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}
