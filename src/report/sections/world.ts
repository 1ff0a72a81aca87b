import type { Finding } from '../../core/finding.ts';
import type { ReportData } from '../data.ts';
import { countBy, countriesOf, countryName, hostsOf, largest, minute, plural, worstOf } from '../facts.ts';
import { html, type Html } from '../html.ts';
import world from '../world-map.json' with { type: 'json' };
import { firstOf, grid } from './grid.ts';
import { severityTag } from './news.ts';

const SHOWN_MAX = 30;
const PATHS = new Map<string, string>(Object.entries(world.paths));
const POINTS = new Map<string, readonly number[]>(Object.entries(world.points));
/** Findings from which a country has each of four shades. */
const SHADES = [1, 3, 10, 30] as const;

/** Countries of the addresses that hunts looked up; nothing where no hunt did. */
export function worldSection({ findings }: ReportData): Html | null {
  const countries = countBy(findings, ({ state }) => countriesOf(state));
  if (countries.size === 0) return null;
  const [shown, more] = firstOf(largest(countries), SHOWN_MAX, 'countries');
  const located = findings.filter(({ state }) => countriesOf(state).length > 0).length;
  return html`<h2>Where to</h2>
    <p class="soft">
      Countries of the addresses in ${plural(located, 'finding')}, by GeoIP${dataDate(findings)}. An address says little
      of who uses it.
    </p>
    ${drawing(countries)} ${legend()}
    ${grid(shown, [
      { name: 'Country', cell: ([code]: readonly [string, readonly Finding[]]) => `${countryName(code)} (${code})` },
      { name: 'Findings', cell: ([, own]) => own.length, as: 'n' },
      { name: 'Worst', cell: ([, own]) => severityTag(worstOf(own)) },
      { name: 'Hosts', cell: ([, own]) => countBy(own, ({ state }) => hostsOf(state)).size, as: 'n' },
      { name: 'Last seen', cell: ([, own]) => minute(Math.max(...own.map(({ state }) => state.lastSeen))), as: 't' },
    ])}${more}`;
}

/** Outlines of all countries; one too small for an outline is a dot. */
function drawing(countries: ReadonlyMap<string, readonly Finding[]>): Html {
  const outlines = [...PATHS].map(([code, path]) => {
    const own = countries.get(code);
    return own === undefined
      ? html`<path class="land" d="${path}"></path>`
      : html`<path class="land ${shadeOf(own.length)}" d="${path}">${titleOf(code, own.length)}</path>`;
  });
  const dots = [...countries].map(([code, own]) => {
    const point = PATHS.has(code) ? undefined : POINTS.get(code);
    return point === undefined
      ? null
      : html`<circle class="dot ${shadeOf(own.length)}" cx="${point[0] ?? 0}" cy="${point[1] ?? 0}" r="11"
          >${titleOf(code, own.length)}</circle
        >`;
  });
  return html`<svg viewBox="0 0 ${world.width} ${world.height}" role="img" aria-label="Findings by country">
    ${outlines}${dots}
  </svg>`;
}

function titleOf(code: string, count: number): Html {
  return html`<title>${countryName(code)}: ${plural(count, 'finding')}</title>`;
}

function shadeOf(count: number): string {
  return `m${SHADES.filter((from) => count >= from).length}`;
}

function legend(): Html {
  const words = ['1 or 2', '3 to 9', '10 to 29', '30 and more'];
  return html`<p class="key">
    ${words.map(
      (word, at) =>
        html`<span
          ><svg viewBox="0 0 12 12" aria-hidden="true">
            <rect class="m${at + 1}" width="12" height="12" rx="2"></rect></svg
          >${word}</span
        >`,
    )}
  </p>`;
}

function dataDate(findings: readonly Finding[]): string {
  const [newest] = findings
    .flatMap(({ state }) => state.latest.geoipDate ?? [])
    .sort()
    .reverse();
  return newest === undefined ? ' data without a date' : ` data of ${newest}`;
}
