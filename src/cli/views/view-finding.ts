import { answerLines } from '../../core/enrichment.ts';
import type { Finding, FindingState, Sighting, Triage } from '../../core/finding.ts';
import { type Scalar, valuesOf } from '../../core/row.ts';
import { type Instant, isoTime } from '../../core/time.ts';
import type { RunFinding } from '../../pipeline/request.ts';
import { type Paint, paintSeverity } from './paint.ts';
import { joined, safe, safeLines, type SafeText, safeText, type Showable } from './safe-text.ts';
import { facts, table, type TableColumn } from './table.ts';

/** As many hex digits of a fingerprint as people need to type: 48 bits, so that 10,000 findings collide never in practice. */
const SHORT_ID = 12;
const COUNTRY = '.geo.country_iso_code';

export function shortId(fingerprint: string): string {
  return fingerprint.slice(0, SHORT_ID);
}

/** To the second, in UTC: what people compare with other tools. */
export function clockTime(instant: Instant | null): string {
  return instant === null ? '' : isoTime(instant).replace(/\.\d{3}Z$/, 'Z');
}

/** What one run found. */
export function runFindingTable(findings: readonly RunFinding[], paint: Paint, width: number | null): SafeText {
  const columns: TableColumn<RunFinding>[] = [
    { name: 'ID', cell: ({ finding }) => shortId(finding.state.fingerprint) },
    { name: 'SEVERITY', cell: ({ finding }) => paintSeverity(finding.state.latest.severity, paint) },
    { name: 'DELTA', cell: ({ delta }) => delta ?? '-' },
    ...stateColumns((item: RunFinding) => item.finding, findings),
  ];
  return table(findings, columns, paint, width);
}

/** Stored findings. */
export function findingTable(findings: readonly Finding[], paint: Paint, width: number | null): SafeText {
  const columns: TableColumn<Finding>[] = [
    { name: 'ID', cell: ({ state }) => shortId(state.fingerprint) },
    { name: 'SEVERITY', cell: ({ state }) => paintSeverity(state.latest.severity, paint) },
    {
      name: 'STATUS',
      cell: ({ triage }) => (triage.disposition === null ? triage.status : `${triage.status}, ${triage.disposition}`),
    },
    { name: 'NEWS', cell: ({ newsAt }) => clockTime(newsAt) },
    { name: 'HUNT', cell: ({ state }) => state.latest.huntId },
    ...stateColumns((finding: Finding) => finding, findings),
  ];
  return table(findings, columns, paint, width);
}

function stateColumns<T>(findingOf: (item: T) => Finding, items: readonly T[]): TableColumn<T>[] {
  const stateOf = (item: T) => findingOf(item).state;
  const country: TableColumn<T> = { name: 'COUNTRY', cell: (item) => countriesOf(stateOf(item)).join(', ') };
  return [
    { name: 'TITLE', cell: (item) => stateOf(item).latest.title },
    ...(items.some((item) => countriesOf(stateOf(item)).length > 0) ? [country] : []),
    { name: 'HOSTS', cell: (item) => hostsOf(stateOf(item)), align: 'right' },
    { name: 'COUNT', cell: (item) => stateOf(item).latest.count, align: 'right' },
    { name: 'FIRST SEEN', cell: (item) => clockTime(stateOf(item).firstSeen) },
    { name: 'LAST SEEN', cell: (item) => clockTime(stateOf(item).lastSeen) },
  ];
}

function hostsOf({ latest }: FindingState): Showable | null {
  return latest.hosts === null || latest.population === null ? latest.hosts : `${latest.hosts} of ${latest.population}`;
}

/** Countries of every address that the hunt looked up. */
function countriesOf({ sets }: FindingState): readonly string[] {
  const codes = Object.entries(sets).flatMap(([name, { values }]) =>
    name.endsWith(COUNTRY) ? values.map(String) : [],
  );
  return [...new Set(codes)].sort();
}

/** Everything about one finding, and the tiles that saw it. */
export function findingPage(
  { state, triage, newsAt, createdAt }: Finding,
  sightings: { readonly items: readonly Sighting[]; readonly total: number },
  paint: Paint,
  width: number | null,
): SafeText {
  const { latest } = state;
  const parts: (SafeText | null)[] = [
    safe`${paint.bold(latest.title)}\n${latest.hypothesis}`,
    facts(
      [
        ['id', state.fingerprint],
        ['hunt', safe`${latest.huntId} (version ${shortId(latest.huntVersion)})`],
        ['severity', safe`${paintSeverity(latest.severity, paint)} (risk score ${latest.riskScore})`],
        ...triageFacts(triage),
        ['techniques', latest.techniques.join(', ')],
        ['first seen', clockTime(state.firstSeen)],
        ['last seen', clockTime(state.lastSeen)],
        ['events', safe`${clockTime(state.eventStart)} to ${clockTime(state.eventEnd)} (event time)`],
        ['count', safe`${latest.count} in the tile ${clockTime(latest.tileStart)} to ${clockTime(latest.tileEnd)}`],
        ['hosts', hostsOf(state)],
        ['new or reopened', clockTime(newsAt)],
        ['first written', clockTime(createdAt)],
        ['GeoIP data of', latest.geoipDate],
      ],
      paint,
    ),
    section(
      'Key',
      facts(
        Object.entries(state.key).map(([name, value]) => [name, valuesText(valuesOf(value))]),
        paint,
      ),
      paint,
    ),
    section('Values', facts(valuePairs(state), paint), paint),
    section('Evidence', joined(state.evidence.values.map(String), '\n'), paint),
    ...(latest.enrichment ?? []).map((answer) =>
      section(`Other events: ${answer.name}`, joined(answerLines(answer), '\n'), paint),
    ),
    section('Its events, as ES|QL', latest.drilldown === null ? safe`` : safeLines(latest.drilldown), paint),
    section('Earlier states', historyLines(triage), paint),
    section(
      `Sightings (${sightings.items.length} of ${sightings.total})`,
      sightingTable(sightings.items, paint, width),
      paint,
    ),
  ];
  return joined(
    parts.filter((part) => part !== null),
    '\n\n',
  );
}

function triageFacts({ status, disposition, assignee, note }: Triage): (readonly [string, Showable | null])[] {
  return [
    ['status', status],
    ['disposition', disposition],
    ['assignee', assignee],
    ['note', note],
  ];
}

/** Sets and values of the newest tile; the key stands above them already. */
function valuePairs({ key, sets, latest }: FindingState): (readonly [string, Showable])[] {
  const several = Object.entries(sets).map(
    ([name, { values, more }]) => [name, safe`${valuesText(values)}${more ? ' … and more' : ''}`] as const,
  );
  const single = Object.entries(latest.values).map(([name, value]) => [name, valuesText(valuesOf(value))] as const);
  return [...several, ...single].filter(([name]) => !Object.hasOwn(key, name));
}

function valuesText(values: readonly Scalar[]): SafeText {
  return values.length === 0 ? safe`null` : joined(values.map(String), ', ');
}

function historyLines({ history }: Triage): SafeText {
  const lines = history.map(
    ({ at, status, disposition, because }) =>
      safe`${clockTime(at)}  ${status}${disposition === null ? '' : `, ${disposition}`}  until: ${because}`,
  );
  return joined(lines, '\n');
}

function sightingTable(sightings: readonly Sighting[], paint: Paint, width: number | null): SafeText {
  if (sightings.length === 0) return safe``;
  const columns: TableColumn<Sighting>[] = [
    { name: 'TILE', cell: ({ tileStart, tileEnd }) => `${clockTime(tileStart)} to ${clockTime(tileEnd)}` },
    { name: 'COUNT', cell: ({ count }) => count, align: 'right' },
    { name: 'HOSTS', cell: ({ hosts }) => hosts, align: 'right' },
    { name: 'RUN', cell: ({ runId, adHoc }) => (adHoc ? `${runId} (ad hoc)` : runId) },
  ];
  return table(sightings, columns, paint, width);
}

/** A heading with something below it; null when there is nothing. */
function section(name: string, body: SafeText, paint: Paint): SafeText | null {
  return safeText(body).toString() === '' ? null : safe`${paint.bold(name)}\n${body}`;
}
