import { createHash } from 'node:crypto';
import { isoTime } from '../core/time.ts';
import type { ReportData } from './data.ts';
import { freshOf, minute, plural, severityCounts, verdictCounts } from './facts.ts';
import { html, Html } from './html.ts';
import { SCRIPT } from './script.ts';
import { findingsSection } from './sections/findings.ts';
import { matrixSection } from './sections/matrix.ts';
import { newsSection } from './sections/news.ts';
import { byHostSection, byHuntSection } from './sections/tables.ts';
import { timelineSection } from './sections/timeline.ts';
import { unseenSection } from './sections/unseen.ts';
import { worldSection } from './sections/world.ts';
import { STYLE } from './style.ts';

/** One HTML file that needs nothing else: no address is fetched, and nothing runs but the script that its policy names. */
export function reportPage(data: ReportData): string {
  const sections = [
    { id: 'unseen', name: 'Not seen', body: unseenSection(data) },
    { id: 'news', name: 'New', body: newsSection(data) },
    { id: 'timeline', name: 'Timeline', body: timelineSection(data) },
    { id: 'world', name: 'Map', body: worldSection(data) },
    { id: 'matrix', name: 'ATT&CK', body: matrixSection(data) },
    { id: 'hunts', name: 'By hunt', body: byHuntSection(data) },
    { id: 'hosts', name: 'By host', body: byHostSection(data) },
    { id: 'findings', name: 'Findings', body: findingsSection(data) },
  ].filter(({ body }) => body !== null);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="color-scheme" content="light dark" />
        <title>Tracehound report, ${minute(data.madeAt)} UTC</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        <header class="top">
          <h1>Tracehound report</h1>
          <p class="soft">
            Made ${minute(data.madeAt)} UTC. ${askedText(data)} Runs from ${minute(data.period.start)} on. All times are
            UTC.
          </p>
          ${tiles(data)}
          <nav aria-label="Parts of the report">
            ${sections.map(({ id, name }) => html`<a href="#${id}">${name}</a>`)}
          </nav>
        </header>
        <main>${sections.map(({ id, body }) => html`<section id="${id}">${body}</section> `)}</main>
        <footer>
          Tracehound ${data.version}, ${isoTime(data.madeAt)}. Borders: Natural Earth, public domain. ATT&amp;CK is a
          registered trademark of The MITRE Corporation.
        </footer>
        ${SCRIPT_ELEMENT}
      </body>
    </html> `.toString();
}

// Whole elements, since their hashes are of every character between the tags.
const STYLE_ELEMENT = Html.vouched(`<style>${STYLE}</style>`);
const SCRIPT_ELEMENT = Html.vouched(`<script>${SCRIPT}</script>`);

/** Style and script by their hashes alone; no image, font, frame, request or form, and no other base for links. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${sha256(STYLE)}'`,
  `script-src 'sha256-${sha256(SCRIPT)}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

function askedText({ asked, findings, total }: ReportData): string {
  const which = asked.length === 0 ? 'Everything that is stored' : `Asked for: ${asked.join(', ')}`;
  return findings.length < total
    ? `${which}. Only the newest ${findings.length.toLocaleString('en')} of ${plural(total, 'finding')} are told.`
    : `${which}.`;
}

/** The state of things in five numbers, for whoever reads no further. */
function tiles(data: ReportData): Html {
  const { findings, total, gaps, runs, madeAt } = data;
  const open = findings.filter(({ triage }) => triage.status === 'open');
  const urgent = severityCounts(open).filter(([severity]) => severity === 'critical' || severity === 'high');
  const worst = urgent.reduce((sum, [, count]) => sum + count, 0);
  const fresh = freshOf(findings, madeAt).length;
  const unsure = verdictCounts(runs).filter(([verdict]) => !['clean', 'findings'].includes(verdict));
  const troubled = unsure.reduce((sum, [, count]) => sum + count, 0);
  return html`<div class="tiles">
    ${tile(total, total === 1 ? 'finding' : 'findings', '')}
    ${tile(worst, 'open, high or critical', worst > 0 ? 'bad' : 'good')}
    ${tile(fresh, 'new or reopened in the last 24 h', '')}
    ${tile(gaps.length, gaps.length === 1 ? 'gap in what was examined' : 'gaps in what was examined', gaps.length > 0 ? 'bad' : 'good')}
    ${tile(troubled, `of ${plural(runs.length, 'run')} failed, blind or degraded`, troubled > 0 ? 'warn' : 'good')}
  </div>`;
}

function tile(count: number, words: string, tone: '' | 'good' | 'warn' | 'bad'): Html {
  return html`<div class="tile ${tone}"><b>${count.toLocaleString('en')}</b><span>${words}</span></div>`;
}
