import type { Finding } from '../../core/finding.ts';
import type { ReportData } from '../data.ts';
import { byUrgency, freshOf, minute, newsOf, plural, shortId } from '../facts.ts';
import { html, type Html } from '../html.ts';
import { firstOf, grid } from './grid.ts';

const SHOWN_MAX = 25;

/** What came in since this time yesterday; where nothing did, the newest findings. */
export function newsSection({ findings, madeAt }: ReportData): Html {
  const fresh = freshOf(findings, madeAt);
  if (findings.length === 0)
    return html`<h2>What is new</h2>
      <p>No finding fits.</p>`;
  const lead =
    fresh.length > 0
      ? `${plural(fresh.length, 'finding')} new or reopened in the 24 hours before this report.`
      : 'Nothing in the 24 hours before this report. The newest findings are:';
  const [shown, more] = firstOf(
    fresh.length > 0 ? byUrgency(fresh) : findings.slice(0, 5),
    SHOWN_MAX,
    'below, under Findings',
  );
  return html`<h2>What is new</h2>
    <p>${lead}</p>
    ${grid(shown, [
      { name: 'Severity', cell: ({ state }: Finding) => severityTag(state.latest.severity) },
      { name: 'Finding', cell: ({ state }) => html`<a href="#f-${shortId(state)}">${state.latest.title}</a>`, as: 'w' },
      { name: 'Hunt', cell: ({ state }) => state.latest.huntName },
      { name: 'News', cell: (finding) => newsOf(finding) },
      { name: 'Told', cell: ({ newsAt }) => minute(newsAt), as: 't' },
      { name: 'Status', cell: ({ triage }) => triage.status },
    ])}${more}`;
}

export function severityTag(severity: string): Html {
  return html`<span class="tag ${severity}">${severity}</span>`;
}
