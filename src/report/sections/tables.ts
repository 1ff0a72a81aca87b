import type { Finding } from '../../core/finding.ts';
import type { Hidden, RunRecord } from '../../core/run.ts';
import type { ReportData } from '../data.ts';
import { byUrgency, countBy, hiddenByHunt, hostsOf, largest, minute, plural, shortId, worstOf } from '../facts.ts';
import { type Content, html, type Html } from '../html.ts';
import { firstOf, grid } from './grid.ts';
import { severityTag } from './news.ts';

const SHOWN_MAX = 50;

interface HuntLine {
  readonly huntId: string;
  readonly findings: readonly Finding[];
  readonly newest: RunRecord | null;
  readonly runs: number;
}

/** Each hunt that found something or ran: what its newest run examined, and what it left out. */
export function byHuntSection({ findings, runs }: ReportData): Html | null {
  const found = countBy(findings, ({ state }) => [state.latest.huntId]);
  const ran = countBy(runs, ({ huntId }) => [huntId]);
  const newest = hiddenByHunt(runs);
  const all = [...new Set([...found.keys(), ...ran.keys()])].map((huntId): HuntLine => ({
    huntId,
    findings: found.get(huntId) ?? [],
    newest: newest.get(huntId)?.run ?? null,
    runs: ran.get(huntId)?.length ?? 0,
  }));
  if (all.length === 0) return null;
  const [shown, more] = firstOf(
    all.sort((a, b) => b.findings.length - a.findings.length || (a.huntId < b.huntId ? -1 : 1)),
    SHOWN_MAX,
    'hunts',
  );
  return html`<h2>By hunt</h2>
    <p class="soft">What lists, exceptions and conditions have hidden is of the newest run of each hunt.</p>
    ${grid(shown, [
      { name: 'Hunt', cell: ({ huntId }: HuntLine) => huntId },
      { name: 'Findings', cell: ({ findings }) => findings.length.toLocaleString('en'), as: 'n' },
      { name: 'Worst', cell: ({ findings }) => (findings.length === 0 ? null : severityTag(worstOf(findings))) },
      { name: 'Runs', cell: ({ runs }) => runs.toLocaleString('en'), as: 'n' },
      {
        name: 'Newest run',
        cell: ({ newest }) =>
          newest === null
            ? 'not in this time'
            : html`<span class="tag ${newest.verdict}">${newest.verdict}</span> ${minute(newest.startedAt)}`,
        as: 't',
      },
      { name: 'Hidden', cell: ({ newest }) => (newest === null ? null : hiddenWords(newest.hidden)), as: 'w' },
    ])}${more}`;
}

/** What was left out, with how much of it. */
export function hiddenWords(hidden: readonly Hidden[]): Content {
  const some = hidden.filter(({ count }) => count > 0);
  if (some.length === 0) return 'nothing';
  return some.map(
    ({ by, name, unit, count }, at) =>
      html`${at === 0 ? '' : '; '}${count.toLocaleString('en')} ${unit} by ${by === name ? by : `${by} ${name}`}`,
  );
}

/** The hosts with the most findings. */
export function byHostSection({ findings }: ReportData): Html | null {
  const hosts = largest(countBy(findings, ({ state }) => hostsOf(state)));
  if (hosts.length === 0) return null;
  const [shown, more] = firstOf(hosts, SHOWN_MAX, 'hosts');
  return html`<h2>By host</h2>
    <p class="soft">
      ${plural(hosts.length, 'host')} named by findings. A finding keeps a capped set of hosts, so one seen on very many
      names only some.
    </p>
    ${grid(shown, [
      { name: 'Host', cell: ([host]: readonly [string, readonly Finding[]]) => host },
      { name: 'Findings', cell: ([, own]) => own.length.toLocaleString('en'), as: 'n' },
      { name: 'Worst', cell: ([, own]) => severityTag(worstOf(own)) },
      { name: 'Most urgent', cell: ([, own]) => urgentLink(own), as: 'w' },
      {
        name: 'Last seen',
        cell: ([, own]) => minute(own.reduce((last, { state }) => Math.max(last, state.lastSeen), 0)),
        as: 't',
      },
    ])}${more}`;
}

function urgentLink(findings: readonly Finding[]): Content {
  const [first] = byUrgency(findings);
  return first === undefined ? null : html`<a href="#f-${shortId(first.state)}">${first.state.latest.title}</a>`;
}
