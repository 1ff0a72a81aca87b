import type { Finding } from '../core/finding.ts';
import { type Instant, isoTime } from '../core/time.ts';
import { shortText } from '../core/unsafe-text.ts';
import { countriesOf, hostsOf, newsOf, otherEvents, valuesIn } from './facts.ts';

/** Longest text of a cell, so that with its count of what is left out it stays below the 32,767 characters of Excel. */
const CELL_MAX = 30_000;

type Cell = string | number | null;

const COLUMNS: readonly (readonly [string, (finding: Finding) => Cell])[] = [
  ['id', ({ state }) => state.fingerprint],
  ['severity', ({ state }) => state.latest.severity],
  ['risk_score', ({ state }) => state.latest.riskScore],
  ['status', ({ triage }) => triage.status],
  ['disposition', ({ triage }) => triage.disposition],
  ['news', (finding) => newsOf(finding)],
  ['news_at', ({ newsAt }) => time(newsAt)],
  ['hunt', ({ state }) => state.latest.huntId],
  ['title', ({ state }) => state.latest.title],
  ['techniques', ({ state }) => list(state.latest.techniques)],
  ['first_seen', ({ state }) => time(state.firstSeen)],
  ['last_seen', ({ state }) => time(state.lastSeen)],
  ['event_start', ({ state }) => time(state.eventStart)],
  ['event_end', ({ state }) => time(state.eventEnd)],
  ['count', ({ state }) => state.latest.count],
  ['host_count', ({ state }) => state.latest.hosts],
  ['population', ({ state }) => state.latest.population],
  ['hosts', ({ state }) => list(hostsOf(state))],
  [
    'processes',
    ({ state }) => list(valuesIn(state, (name) => name === 'process.name' || name === 'process.executable')),
  ],
  ['users', ({ state }) => list(valuesIn(state, (name) => name === 'user.name'))],
  ['destinations', ({ state }) => list(valuesIn(state, (name) => /^destination\.(ip|domain)$/.test(name)))],
  ['countries', ({ state }) => list(countriesOf(state))],
  ['key', ({ state }) => JSON.stringify(state.key)],
  ['evidence', ({ state }) => list(state.evidence.values.map(String))],
  [
    'other_events',
    ({ state }) => list(otherEvents(state.latest).map(([name, text]) => `${name}: ${list(text.split('\n'))}`)),
  ],
  ['assignee', ({ triage }) => triage.assignee],
  ['note', ({ triage }) => triage.note],
  ['drilldown', ({ state }) => state.latest.drilldown?.replace(/\s*\n\s*/g, ' ') ?? null],
];

/** A finding a line, below a line of names (RFC 4180). No cell is a formula; numbers stay numbers. */
export function findingsCsv(findings: readonly Finding[]): string {
  const rows = [COLUMNS.map(([name]) => name), ...findings.map((finding) => COLUMNS.map(([, of]) => of(finding)))];
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

function cell(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  return `"${withoutFormula(shortText(value, CELL_MAX)).replaceAll('"', '""')}"`;
}

/**
 * An apostrophe before what would begin a formula. Not only at the start: a spreadsheet that takes another separator than the
 * comma, as Excel does in half of Europe, begins a cell behind it. Full-width signs count as formulas in East Asian editions.
 */
function withoutFormula(text: string): string {
  return text.replace(/(^|[;,|\t"'])(\s*)(?=[=+\-@＝＋－＠])/g, "$1$2'");
}

function list(values: readonly string[]): string {
  return values.join(' | ');
}

function time(instant: Instant): string {
  return isoTime(instant);
}
