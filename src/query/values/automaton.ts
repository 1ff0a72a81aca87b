import type { CharRanges, RegexNode } from './rlike.ts';

/** One state: reads a character, goes on to any of `next` without one, or accepts. */
type State =
  | { readonly kind: 'chars'; readonly ranges: CharRanges; next: number }
  | { readonly kind: 'fork'; readonly next: number[] }
  | { readonly kind: 'accept' };

/** `{1,1000}` unrolls to states; beyond this number the pattern is refused. Time is at most states times characters. */
const STATES_MAX = 20_000;

/**
 * A matcher of the whole string for a pattern, or null when it is too large. All ways are followed at once, so no pattern
 * and no text, however hostile, makes it slower than their product (a backtracking RegExp may never end).
 */
export function compileAutomaton(node: RegexNode): ((text: string) => boolean) | null {
  const states: State[] = [{ kind: 'accept' }];
  const start = build(states, node, 0);
  return start === null ? null : (text) => accepts(states, start, text);
}

/** Adds the states of `node` that lead to `exit`; their entry, or null when there are too many. */
function build(states: State[], node: RegexNode, exit: number): number | null {
  if (states.length > STATES_MAX) return null;
  if (node.kind === 'chars') return states.push({ kind: 'chars', ranges: node.ranges, next: exit }) - 1;
  if (node.kind === 'repeat') return buildRepeat(states, node, exit);
  if (node.kind === 'union') {
    const entries = node.parts.map((part) => build(states, part, exit)).filter((entry) => entry !== null);
    return entries.length < node.parts.length ? null : states.push({ kind: 'fork', next: entries }) - 1;
  }
  let entry: number | null = exit;
  for (const part of node.parts.toReversed()) entry = entry === null ? null : build(states, part, entry);
  return entry;
}

function buildRepeat(
  states: State[],
  { part, min, max }: Extract<RegexNode, { kind: 'repeat' }>,
  exit: number,
): number | null {
  let entry: number | null = exit;
  if (max === null) {
    const loop: { kind: 'fork'; next: number[] } = { kind: 'fork', next: [exit] };
    const at = states.push(loop) - 1;
    const inside = build(states, part, at);
    if (inside === null) return null;
    loop.next.push(inside);
    entry = at;
  }
  for (let optional = max === null ? 0 : max - min; optional > 0 && entry !== null; optional--) {
    const inside = build(states, part, entry);
    entry = inside === null ? null : states.push({ kind: 'fork', next: [inside, exit] }) - 1;
  }
  for (let needed = min; needed > 0 && entry !== null; needed--) entry = build(states, part, entry);
  return entry;
}

function accepts(states: readonly State[], start: number, text: string): boolean {
  let current = reachable(states, [start]);
  for (const char of text) {
    if (current.length === 0) return false;
    const code = char.codePointAt(0) ?? 0;
    const next: number[] = [];
    for (const at of current) {
      const state = states[at];
      if (state?.kind === 'chars' && state.ranges.some(([first, last]) => code >= first && code <= last))
        next.push(state.next);
    }
    current = reachable(states, next);
  }
  return current.includes(0);
}

/** All states that can be reached without reading a character. */
function reachable(states: readonly State[], from: readonly number[]): number[] {
  const seen = new Set<number>();
  const waiting = [...from];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    const state = states[at];
    if (state?.kind === 'fork') waiting.push(...state.next);
  }
  return [...seen];
}
