import type { Finding, FindingState, Triage } from '../../core/finding.ts';
import { type Scalar, valuesOf } from '../../core/row.ts';
import type { RunRecord } from '../../core/run.ts';
import type { Guide, ReportData } from '../data.ts';
import { byUrgency, hiddenByHunt, minute, newsOf, otherEvents, plural, shortId } from '../facts.ts';
import { type Content, html, type Html, lines } from '../html.ts';
import { techniqueLink } from './matrix.ts';
import { severityTag } from './news.ts';
import { hiddenWords } from './tables.ts';

/** More values of one field than people read are counted. */
const VALUES_MAX = 50;

/** Every finding with its evidence, the most urgent first, each closed until somebody opens it. */
export function findingsSection({ findings, runs, guides }: ReportData): Html | null {
  if (findings.length === 0) return null;
  const newest = hiddenByHunt(runs);
  const runById = new Map(runs.map((run) => [run.runId, run]));
  return html`<h2>Findings</h2>
    <div class="tools" hidden>
      <input
        type="search"
        placeholder="Find by any word: a host, an address, a process"
        aria-label="Find"
      /><output></output><button type="button" data-open="yes">Open all</button
      ><button type="button" data-open="no">Close all</button>
    </div>
    ${byUrgency(findings).map((finding) => {
      const { runId, huntId } = finding.state.latest;
      const run = runById.get(runId) ?? newest.get(huntId)?.run ?? null;
      return findingDetails(finding, run, guides.get(huntId) ?? null);
    })}`;
}

function findingDetails(finding: Finding, run: RunRecord | null, guide: Guide | null): Html {
  const { state, triage } = finding;
  const { latest } = state;
  return html`<details class="finding" id="f-${shortId(state)}">
    <summary>
      ${severityTag(latest.severity)}<b>${latest.title}</b><span class="soft">${statusWords(triage)}</span
      ><span class="sub"
        >${latest.huntName} · ${hostWords(state)} · ${minute(state.firstSeen)} to ${minute(state.lastSeen)}</span
      >
    </summary>
    <div class="body">
      <p>${latest.hypothesis}</p>
      ${pairs([...generalFacts(finding), ...columnFacts(state)])}
      ${part('Evidence', state.evidence.values.length === 0 ? null : html`<pre>${lines(evidenceText(state))}</pre>`)}
      ${otherEvents(latest).map(([name, text]) => part(`Other events: ${name}`, html`<pre>${lines(text)}</pre>`))}
      ${part('Its events, as ES|QL', latest.drilldown === null ? null : html`<pre>${lines(latest.drilldown)}</pre>`)}
      ${part('Left out by its run', run === null ? null : html`<p>${hiddenWords(run.hidden)}</p>`)}
      ${part('What to do', guide === null || guide.runbook === '' ? null : html`<pre>${lines(guide.runbook)}</pre>`)}
      ${part(
        'Known harmless causes',
        guide === null || guide.falsePositives.length === 0
          ? null
          : html`<ul>
              ${guide.falsePositives.map((each) => html`<li>${each}</li>`)}
            </ul>`,
      )}
      ${part('Earlier states', historyPart(triage))}
    </div>
  </details> `;
}

function statusWords({ status, disposition }: Triage): string {
  return disposition === null ? status : `${status}, ${disposition.replaceAll('_', ' ')}`;
}

function hostWords({ latest: { hosts, population, count } }: FindingState): string {
  const events = plural(count, 'event');
  if (hosts === null) return events;
  return `${events}, ${population === null ? plural(hosts, 'host') : `${hosts} of ${plural(population, 'host')}`}`;
}

function generalFacts({ state, triage, newsAt, createdAt }: Finding): (readonly [string, Content])[] {
  const { latest } = state;
  const news = newsOf({ newsAt, createdAt });
  return [
    ['Id', html`<code>${state.fingerprint}</code>`],
    ['Hunt', latest.huntId],
    ['Risk score', latest.riskScore],
    ['Techniques', latest.techniques.map((id, at): Content => [at === 0 ? '' : ', ', techniqueLink(id)])],
    ['News', `${news} ${minute(newsAt)}${news === 'new' ? '' : `, first told ${minute(createdAt)}`}`],
    ['Events', `${minute(state.eventStart)} to ${minute(state.eventEnd)} (event time)`],
    ['Newest tile', `${minute(latest.tileStart)} to ${minute(latest.tileEnd)}: ${plural(latest.count, 'event')}`],
    ['Assignee', triage.assignee ?? ''],
    ['Note', triage.note ?? ''],
    ['GeoIP data of', latest.geoipDate ?? ''],
    ['References', latest.references.map((each): Content => [referenceLink(each), ' '])],
  ];
}

/** Key, sets and values, under their ECS names; a name of several comes once. */
function columnFacts({ key, sets, latest }: FindingState): (readonly [string, Content])[] {
  const columns = new Map<string, Content>();
  const add = (name: string, values: readonly Scalar[], more: boolean) => {
    if (!columns.has(name)) columns.set(name, valueWords(values, more));
  };
  for (const [name, value] of Object.entries(key)) add(name, valuesOf(value), false);
  for (const [name, { values, more }] of Object.entries(sets)) add(name, values, more);
  for (const [name, value] of Object.entries(latest.values)) add(name, valuesOf(value), false);
  return [...columns];
}

function valueWords(values: readonly Scalar[], more: boolean): Content {
  const shown = values.slice(0, VALUES_MAX).map((value, at): Content => [at === 0 ? '' : ', ', String(value)]);
  const left = values.length - VALUES_MAX;
  return [shown.length === 0 ? 'null' : shown, left > 0 ? ` … and ${left} others` : '', more ? ' … and more' : ''];
}

function evidenceText({ evidence }: FindingState): string {
  return `${evidence.values.map(String).join('\n')}${evidence.more ? '\n… and more' : ''}`;
}

function historyPart({ history }: Triage): Html | null {
  if (history.length === 0) return null;
  return html`<ul>
    ${history.map(
      ({ at, status, disposition, note, because }) =>
        html`<li>
          ${status}${disposition === null ? '' : `, ${disposition}`}${note === null ? '' : ` (${note})`} until
          ${minute(at)}: ${because}
        </li>`,
    )}
  </ul>`;
}

/** Only an address of the web is a link: another scheme could run something. */
function referenceLink(reference: string): Html {
  return /^https:\/\/[\w.-]+(\/[\w./#?=&%+~-]*)?$/.test(reference)
    ? html`<a href="${reference}" rel="noreferrer noopener">${reference}</a>`
    : html`${reference}`;
}

function pairs(facts: readonly (readonly [string, Content])[]): Html {
  const told = facts.filter(([, value]) => html`${value}`.toString() !== '');
  return html`<dl>
    ${told.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd> `,
    )}
  </dl>`;
}

function part(name: string, body: Html | null): Html | null {
  return body === null
    ? null
    : html`<h3>${name}</h3>
        ${body}`;
}
