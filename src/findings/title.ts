import { type HuntRow, type Scalar, valuesOf } from '../core/row.ts';

const PLACEHOLDER = /\{([^{}]+)\}/g;
/** A title is one line in tables and notifications. */
const TITLE_MAX = 500;

/** The columns a title names. */
export function placeholdersOf(title: string): string[] {
  return [...title.matchAll(PLACEHOLDER)].flatMap((match) => match[1] ?? []);
}

/** The title with columns put in: a list shows its first value and how many more there are, an absent one a dash. */
export function fillTitle(title: string, row: HuntRow, population: number | null): string {
  const filled = title.replace(PLACEHOLDER, (_, name: string) => {
    if (name === 'population' && !row.cells.has(name)) return population === null ? '-' : String(population);
    return shown(valuesOf(row.cells.get(name)), row.more.has(name));
  });
  return filled.length <= TITLE_MAX ? filled : `${filled.slice(0, TITLE_MAX - 1)}…`;
}

function shown(values: readonly Scalar[], more: boolean): string {
  const [first, ...others] = values;
  if (first === undefined) return '-';
  const rest = others.length > 0 || more ? ` +${others.length}${more ? ' or more' : ''}` : '';
  return `${first}${rest}`;
}
