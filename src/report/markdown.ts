import type { Finding } from '../core/finding.ts';
import { valuesOf } from '../core/row.ts';
import { roughly } from '../core/time.ts';
import { shortText } from '../core/unsafe-text.ts';
import type { ReportData } from './data.ts';
import {
  byUrgency,
  countBy,
  countriesOf,
  countryName,
  freshOf,
  hiddenByHunt,
  largest,
  matrixOf,
  minute,
  newsOf,
  otherEvents,
  plural,
  severityCounts,
  shortId,
  troublesOf,
  verdictCounts,
} from './facts.ts';

/** Longest piece of foreign text; the rest is counted. */
const SHOWN_MAX = 2_000;
/** Most lines of a table about time that was not seen. */
const ROWS_MAX = 50;
/** Most values of one field. */
const VALUES_MAX = 30;

/** The report as GitHub-flavoured Markdown, for a ticket or a wiki. What comes from events is escaped. */
export function reportMarkdown(data: ReportData): string {
  const parts = [
    head(data),
    unseenPart(data),
    newsPart(data),
    techniquesPart(data),
    countriesPart(data),
    huntsPart(data),
    ...byUrgency(data.findings).map((finding) => findingPart(finding, data)),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/**
 * Foreign text in one line, as itself: characters that mean something in Markdown or in HTML come behind a backslash, and
 * those of addresses too, so that nothing becomes a link. A code span could not hold text with backquotes in it.
 */
export function asText(value: string | number | null): string {
  return shortText(String(value ?? ''), SHOWN_MAX)
    .replace(/[\\`*_{}[\]()<>#+!|~&:@$^=]/g, '\\$&')
    .replace(/\bwww\./gi, (prefix) => `${prefix.slice(0, -1)}\\.`)
    .replace(/^(\s*)-/, '$1\\-')
    .replace(/^(\s*\d+)\.(?=\s|$)/, '$1\\.');
}

/** Foreign text of several lines, as it stands, in a fence that is longer than any in it. */
function fenced(text: string, language = ''): string {
  const shown = text.split(/\r?\n/).map((line) => shortText(line, SHOWN_MAX));
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${shown.join('\n')}\n${fence}`;
}

function table(names: readonly string[], rows: readonly (readonly string[])[]): string {
  return [names, names.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function head(data: ReportData): string {
  const { madeAt, version, asked, findings, total } = data;
  const told = severityCounts(findings).filter(([, count]) => count > 0);
  const words = told.map(([severity, count]) => `${count} ${severity}`).join(', ');
  const left = findings.length < total ? ` Only the newest ${findings.length} of ${total} are told.` : '';
  return `# Tracehound report

Made ${minute(madeAt)} UTC by Tracehound ${asText(version)}. ${asked.length === 0 ? 'Everything that is stored' : `Asked for: ${asked.map(asText).join(', ')}`}. All times are UTC.

**${plural(total, 'finding')}**${words === '' ? '' : `: ${words}`}.${left}`;
}

function unseenPart({ gaps, runs, ledgers }: ReportData): string {
  const verdicts = verdictCounts(runs).filter(([, count]) => count > 0);
  const troubles = troublesOf(runs);
  const parts = [
    '## What was not seen',
    runs.length === 0
      ? 'No run of this time is stored: nothing here says what was examined.'
      : `${plural(runs.length, 'run')}: ${verdicts.map(([verdict, count]) => `${count} ${verdict}`).join(', ')}.`,
    ledgers === 0
      ? 'No job keeps account of time here: time between runs was not looked at.'
      : `${gaps.length === 0 ? 'No gap' : plural(gaps.length, 'gap')} over ${plural(ledgers, 'hunt')} of jobs.`,
  ];
  if (gaps.length > 0) {
    const rows = gaps
      .slice(0, ROWS_MAX)
      .map(({ span, reason, huntId, jobId, text }) => [
        minute(span.start),
        minute(span.end),
        roughly(span.end - span.start),
        asText(reason),
        asText(huntId),
        asText(jobId),
        asText(text),
      ]);
    parts.push(table(['From', 'To', 'Length', 'Reason', 'Hunt', 'Job', 'Why'], rows), leftOf(gaps.length, 'gaps'));
  }
  if (troubles.length > 0) {
    const rows = troubles
      .slice(0, ROWS_MAX)
      .map(({ verdict, hunts, runs, text }) => [verdict, asText(hunts.join(', ')), String(runs.length), asText(text)]);
    parts.push(table(['Verdict', 'Hunts', 'Runs', 'Why (newest)'], rows), leftOf(troubles.length, 'reasons'));
  }
  return parts.filter((part) => part !== '').join('\n\n');
}

function leftOf(count: number, noun: string): string {
  return count > ROWS_MAX ? `… and ${count - ROWS_MAX} more ${noun}` : '';
}

function newsPart({ findings, madeAt }: ReportData): string {
  const fresh = freshOf(findings, madeAt);
  if (fresh.length === 0) return '## What is new\n\nNothing in the 24 hours before this report.';
  const rows = byUrgency(fresh)
    .slice(0, ROWS_MAX)
    .map((finding) => {
      const { latest } = finding.state;
      return [latest.severity, asText(latest.title), asText(latest.huntId), newsOf(finding), minute(finding.newsAt)];
    });
  return `## What is new\n\n${table(['Severity', 'Finding', 'Hunt', 'News', 'Told'], rows)}\n\n${leftOf(fresh.length, 'findings')}`.trimEnd();
}

function techniquesPart({ findings }: ReportData): string {
  const rows = matrixOf(findings).flatMap(({ tactic, cells }) =>
    cells.map(({ id, name, children, findings: own }) => [
      asText(tactic),
      [id, name ?? '', ...children]
        .filter((word) => word !== '')
        .map(asText)
        .join(' '),
      String(own.length),
    ]),
  );
  return rows.length === 0 ? '' : `## ATT&CK\n\n${table(['Tactic', 'Technique', 'Findings'], rows)}`;
}

function countriesPart({ findings }: ReportData): string {
  const countries = largest(countBy(findings, ({ state }) => countriesOf(state)));
  if (countries.length === 0) return '';
  const rows = countries
    .slice(0, ROWS_MAX)
    .map(([code, own]) => [`${asText(countryName(code))} ${code}`, String(own.length)]);
  return `## Where to\n\n${table(['Country', 'Findings'], rows)}`;
}

function huntsPart({ findings, runs }: ReportData): string {
  const newest = hiddenByHunt(runs);
  const hunts = largest(countBy(findings, ({ state }) => [state.latest.huntId]));
  if (hunts.length === 0) return '';
  const rows = hunts.slice(0, ROWS_MAX).map(([huntId, own]) => {
    const last = newest.get(huntId);
    const hidden = last?.hidden.map(({ by, name, unit, count }) => asText(`${count} ${unit} by ${by} ${name}`)) ?? [];
    return [asText(huntId), String(own.length), last?.run.verdict ?? '', hidden.join('; ')];
  });
  return `## By hunt\n\n${table(['Hunt', 'Findings', 'Newest run', 'Hidden by it'], rows)}`;
}

function findingPart({ state, triage, newsAt, createdAt }: Finding, { guides }: ReportData): string {
  const { latest } = state;
  const columns = new Map<string, string>();
  for (const [name, value] of Object.entries(latest.values)) columns.set(name, valueWords(valuesOf(value), false));
  for (const [name, { values, more }] of Object.entries(state.sets)) columns.set(name, valueWords(values, more));
  for (const [name, value] of Object.entries(state.key)) columns.set(name, valueWords(valuesOf(value), false));
  const facts: (readonly [string, string])[] = [
    ['Hunt', asText(latest.huntId)],
    [
      'Status',
      asText([triage.status, triage.disposition ?? '', triage.note ?? ''].filter((word) => word !== '').join(', ')),
    ],
    [
      'Seen',
      `${minute(state.firstSeen)} to ${minute(state.lastSeen)}, ${plural(latest.count, 'event')} in the newest tile`,
    ],
    ['News', `${newsOf({ newsAt, createdAt })} ${minute(newsAt)}`],
    ['Techniques', latest.techniques.map(asText).join(', ')],
    ...[...columns].map(([name, value]) => [asText(name), value] as const),
  ];
  const guide = guides.get(latest.huntId);
  return [
    `## ${latest.severity}: ${asText(latest.title)}`,
    `\`${shortId(state)}\` ${asText(latest.hypothesis)}`,
    facts.map(([name, value]) => `- ${name}: ${value}`).join('\n'),
    state.evidence.values.length === 0 ? '' : fenced(state.evidence.values.map(String).join('\n')),
    ...otherEvents(latest).map(([name, text]) => `Other events: ${asText(name)}\n\n${fenced(text)}`),
    latest.drilldown === null ? '' : fenced(latest.drilldown, 'esql'),
    guide === undefined || guide.runbook === '' ? '' : fenced(guide.runbook),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function valueWords(values: readonly (string | number | boolean)[], more: boolean): string {
  const shown = values.slice(0, VALUES_MAX).map((value) => asText(String(value)));
  const left = values.length > VALUES_MAX ? [`… and ${values.length - VALUES_MAX} others`] : more ? ['… and more'] : [];
  return shown.length === 0 ? 'null' : [...shown, ...left].join(', ');
}
