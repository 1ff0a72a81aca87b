import { type Content, html, type Html } from '../html.ts';

/** A column of a table: its heading, its cell, and how it stands (`n` a number, `t` a time, `w` wide). */
export interface GridColumn<T> {
  readonly name: string;
  readonly cell: (item: T) => Content;
  readonly as?: 'n' | 't' | 'w';
}

export function grid<T>(items: readonly T[], columns: readonly GridColumn<T>[]): Html {
  const head = columns.map(({ name, as = '' }) => html`<th scope="col" class="${as}">${name}</th>`);
  const row = (item: T) =>
    html`<tr>
      ${columns.map(({ name, cell, as = '' }) => html`<td class="${as}" data-name="${name}">${cell(item)}</td>`)}
    </tr> `;
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          ${head}
        </tr>
      </thead>
      <tbody>
        ${items.map(row)}
      </tbody>
    </table>
  </div>`;
}

/** The first items, and how many others there are. */
export function firstOf<T>(items: readonly T[], most: number, noun: string): readonly [readonly T[], Html | null] {
  const left = items.length - most;
  return [
    items.slice(0, most),
    left > 0 ? html`<p class="soft">… and ${left.toLocaleString('en')} more ${noun}</p>` : null,
  ];
}
