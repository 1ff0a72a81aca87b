import Table from 'cli-table3';
import { type Paint } from './paint.ts';
import { SafeText, safeText, type Showable } from './safe-text.ts';

/** Longest text in a cell; `show` commands have the whole. */
const CELL_MAX = 300;
/** A column that wraps is never narrower than this. */
const WRAPPED_MIN = 20;
/** No lines around or between cells. */
const NO_LINES = Object.fromEntries(
  'top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right left left-mid mid mid-mid right right-mid'
    .split(' ')
    .map((name) => [name, '']),
);

export interface TableColumn<T> {
  readonly name: string;
  readonly cell: (item: T) => Showable | null;
  readonly align?: 'left' | 'right';
}

/**
 * Items as aligned columns under a heading. On a terminal of `width` columns the widest column wraps; elsewhere a row
 * is one line, so that it can be cut and searched.
 */
export function table<T>(
  items: readonly T[],
  columns: readonly TableColumn<T>[],
  paint: Paint,
  width: number | null,
): SafeText {
  const head = columns.map(({ name }) => paint.dim(SafeText.vouched(cellText(name))).toString());
  const rows = items.map((item) => columns.map(({ cell }) => cellText(cell(item))));
  const widths = width === null ? [] : fittingWidths([head, ...rows], width);
  const drawn = new Table({
    head,
    chars: { ...NO_LINES, middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    colAligns: columns.map(({ align }) => align ?? 'left'),
  });
  drawn.push(...rows.flatMap((row) => drawnLines(row, widths)));
  return SafeText.vouched(withoutTrailingBlanks(drawn.toString()));
}

/** Names and values below each other, for one thing; lines without a value are left out. */
export function facts(pairs: readonly (readonly [string, Showable | null])[], paint: Paint): SafeText {
  const told = pairs.filter((pair): pair is readonly [string, Showable] => pair[1] !== null && String(pair[1]) !== '');
  const longest = Math.max(0, ...told.map(([name]) => name.length));
  const lines = told.map(
    ([name, value]) => `${paint.dim(name.padEnd(longest)).toString()}  ${safeText(value).toString()}`,
  );
  return SafeText.vouched(lines.join('\n'));
}

function cellText(value: Showable | null): string {
  if (value === null) return '';
  if (value instanceof SafeText) return value.toString();
  const text = String(value);
  const cut = text.length > CELL_MAX ? `${text.slice(0, CELL_MAX)}… (+${text.length - CELL_MAX})` : text;
  return safeText(cut).toString();
}

/** The widest column gives way until the row fits; null lets the others have their own width. */
function fittingWidths(rows: readonly (readonly string[])[], width: number): (number | null)[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => visibleLength(row[column] ?? ''))));
  const excess = widths.reduce((sum, each) => sum + each + 2, -2) - width;
  const widest = widths.indexOf(Math.max(...widths));
  if (excess <= 0) return [];
  return widths.map((each, column) => (column === widest ? Math.max(WRAPPED_MIN, each - excess) : null));
}

/**
 * A row as it is drawn, line by line. cli-table3 could wrap by itself, but takes time by the third power of the length
 * of a cell with several lines: 6 s for one of 1,000 characters.
 */
function drawnLines(row: readonly string[], widths: readonly (number | null)[]): string[][] {
  const cells = row.map((cell, column) => linesOf(cell, widths[column] ?? null));
  const count = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: count }, (_, at) => cells.map((lines) => lines[at] ?? ''));
}

/** Lines that end between words; a longer word is cut at the edge. Coloured cells are short and stay. */
function linesOf(text: string, width: number | null): string[] {
  if (width === null || text.length <= width || text !== text.replace(COLOUR, '')) return [text];
  const lines: string[] = [];
  for (const word of text.split(' ').flatMap((each) => pieces(each, width))) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function pieces(word: string, width: number): string[] {
  const count = Math.max(1, Math.ceil(word.length / width));
  return Array.from({ length: count }, (_, at) => word.slice(at * width, (at + 1) * width));
}

function visibleLength(text: string): number {
  return text.replace(COLOUR, '').length;
}

// eslint-disable-next-line no-control-regex
const COLOUR = /\u001b\[\d+m/g;

function withoutTrailingBlanks(text: string): string {
  return text.replace(/[ \t]+$/gm, '');
}
