import type { CharRanges, RegexNode } from '../../query/values/rlike.ts';

/** RE2 refuses repetitions above 1,000, also those that come of nested ones, and programs above some MB. */
const WEIGHT_MAX = 1_000;
const LAST = 0x10ffff;

/** A Lucene pattern in RE2's syntax, for a match of the whole string with `.` as any character; null if too large for it. */
export function toRe2(tree: RegexNode): string | null {
  return weightOf(tree) > WEIGHT_MAX ? null : written(tree);
}

/** About how many characters the pattern has when its repetitions are written out. */
function weightOf(node: RegexNode): number {
  if (node.kind === 'chars') return 1 + node.ranges.length;
  if (node.kind === 'repeat') return Math.max(1, node.min, node.max ?? 0) * weightOf(node.part);
  return node.parts.reduce((sum, part) => sum + weightOf(part), 1);
}

function written(node: RegexNode): string {
  if (node.kind === 'chars') return charClass(node.ranges);
  if (node.kind === 'repeat') return `(?:${written(node.part)}${times(node.min, node.max)})`;
  if (node.kind === 'concat') return `(?:${node.parts.map(written).join('')})`;
  return node.parts.length === 0 ? NOTHING : `(?:${node.parts.map(written).join('|')})`;
}

function times(min: number, max: number | null): string {
  if (max !== null) return `{${min},${max}}`;
  return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
}

/** Every character excluded. */
const NOTHING = `[^\\x{0}-\\x{${LAST.toString(16)}}]`;

function charClass(ranges: CharRanges): string {
  if (ranges.some(([first, last]) => first === 0 && last === LAST)) return '.';
  if (ranges.length === 0) return NOTHING;
  return `[${ranges.map(([first, last]) => (first === last ? code(first) : `${code(first)}-${code(last)}`)).join('')}]`;
}

function code(point: number): string {
  return `\\x{${point.toString(16)}}`;
}
