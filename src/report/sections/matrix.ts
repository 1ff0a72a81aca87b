import { ATTACK_VERSION } from '../../core/attack.ts';
import type { ReportData } from '../data.ts';
import { type MatrixCell, matrixOf, plural, worstOf } from '../facts.ts';
import { html, type Html } from '../html.ts';

/** Techniques of the findings, below the tactics that they serve. */
export function matrixSection({ findings }: ReportData): Html | null {
  const columns = matrixOf(findings);
  if (columns.length === 0) return null;
  return html`<h2>ATT&amp;CK</h2>
    <p class="soft">
      Techniques that the hunts of these findings are about, version ${ATTACK_VERSION}. A technique stands below each of
      its tactics.
    </p>
    <div class="matrix">
      ${columns.map(
        ({ tactic, cells }) =>
          html`<div>
            <h3>${tactic}</h3>
            ${cells.map(cell)}
          </div> `,
      )}
    </div>`;
}

function cell({ id, name, children, findings }: MatrixCell): Html {
  return html`<div class="cell c-${worstOf(findings)}" title="${plural(findings.length, 'finding')}">
    <b>${findings.length.toLocaleString('en')}</b>${techniqueLink(id)}${
      name === null ? null : html` ${name}`
    }${children.length === 0 ? null : html`<small>${children.join(', ')}</small>`}
  </div>`;
}

/** A link for what is a technique by its form; anything else is text. */
export function techniqueLink(id: string): Html {
  if (!/^T\d{4}(\.\d{3})?$/.test(id)) return html`${id}`;
  return html`<a href="https://attack.mitre.org/techniques/${id.replace('.', '/')}/" rel="noreferrer noopener"
    >${id}</a
  >`;
}
