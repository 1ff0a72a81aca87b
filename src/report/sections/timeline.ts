import type { Finding } from '../../core/finding.ts';
import { intersect, normalise } from '../../core/interval.ts';
import { DAY_MS, formatDuration, type Instant, isoTime, type Span } from '../../core/time.ts';
import type { ReportData } from '../data.ts';
import { type Bins, binsOver, byUrgency, minute, plural, severityCounts, shortId, WORST_FIRST } from '../facts.ts';
import { html, type Html } from '../html.ts';

/** An event whose time is years off must not squeeze all others into one bar. */
const SHOWN_DAYS = 400;
/** As many findings have a line of their own. */
const LANES_MAX = 20;

// Units of the drawing.
const [WIDTH, LEFT, RIGHT] = [1_000, 330, 990];
const [BARS, LANE, TITLE_MAX] = [120, 19, 44];
/** Room that the text of a tick takes. */
const TICK_WIDTH = 85;

/** When findings began, in bars, below them the time that was not seen, and the most urgent findings each on its line. */
export function timelineSection({ findings, gaps, madeAt }: ReportData): Html | null {
  const newest = findings.reduce((last, { state }) => Math.max(last, Math.min(state.lastSeen, madeAt)), -Infinity);
  const isNear = (at: Instant) => at > newest - SHOWN_DAYS * DAY_MS && at <= madeAt + DAY_MS;
  const near = findings.filter(({ state }) => isNear(state.firstSeen));
  const spans = normalise(gaps.map(({ span }) => span).filter(({ start }) => isNear(start)));
  const bins = binsOver([
    ...near.flatMap(({ state }) => [state.firstSeen, Math.min(state.lastSeen, madeAt)]),
    ...spans.flatMap(({ start, end }) => [start, end]),
  ]);
  if (bins === null || near.length === 0) return null;
  const off = findings.length - near.length;
  const lanes = byUrgency(near).slice(0, LANES_MAX);
  return html`<h2>Timeline</h2>
    <p class="soft">
      Findings by their first event, one bar each
      ${formatDuration(bins.size)}${off === 0 ? '' : `; ${plural(off, 'finding')} of other times left out`}. Below: the
      ${lanes.length < near.length ? `${lanes.length} most urgent` : 'findings'}, from first to last event.
    </p>
    ${drawing(bins, near, spans, lanes)} ${legend(spans.length > 0)}`;
}

function drawing(bins: Bins, findings: readonly Finding[], gaps: readonly Span[], lanes: readonly Finding[]): Html {
  const height = BARS + 42 + lanes.length * LANE;
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Findings over time">
    ${barsOf(bins, findings)}
    <line class="axis" x1="${LEFT}" y1="${BARS}" x2="${RIGHT}" y2="${BARS}"></line>
    ${gaps.map((gap) => unseenStrip(bins, gap))} ${ticksOf(bins)}
    ${lanes.map((finding, at) => lane(bins, finding, BARS + 42 + at * LANE))}
  </svg>`;
}

/** One bar for each piece of time, the worst severity at its foot. */
function barsOf(bins: Bins, findings: readonly Finding[]): Html[] {
  const perBin = Map.groupBy(findings, ({ state }) => Math.floor((state.firstSeen - bins.start) / bins.size));
  const most = [...perBin.values()].reduce((max, own) => Math.max(max, own.length), 1);
  const width = Math.max(2, Math.min(28, (RIGHT - LEFT) / bins.count - 2));
  const bars = [...perBin].flatMap(([bin, own]) => {
    const x = LEFT + ((bin + 0.5) * (RIGHT - LEFT)) / bins.count - width / 2;
    let foot = BARS;
    return severityCounts(own).map(([severity, count]) => {
      const size = (count * (BARS - 16)) / most;
      foot -= size;
      return html`<rect
        class="s-${severity}"
        x="${round(x)}"
        y="${round(foot)}"
        width="${round(width)}"
        height="${round(size)}"
        ><title>${count} ${severity}, from ${minute(bins.start + bin * bins.size)}</title></rect
      >`;
    });
  });
  return [html`<text x="${LEFT - 8}" y="20" text-anchor="end">${plural(most, 'finding')}</text>`, ...bars];
}

function unseenStrip(bins: Bins, gap: Span): Html | null {
  const [shown] = intersect([gap], [{ start: bins.start, end: bins.start + bins.count * bins.size }]);
  if (shown === undefined) return null;
  const [x, end] = [xOf(bins, shown.start), xOf(bins, shown.end)];
  return html`<rect class="unseen" x="${x}" y="${BARS + 3}" width="${Math.max(2, round(end - x))}" height="6"
    ><title>Not examined: ${minute(gap.start)} to ${minute(gap.end)}</title></rect
  >`;
}

/** At most six days or times below the axis. */
function ticksOf(bins: Bins): Html[] {
  const step = Math.max(1, Math.ceil(bins.count / 6));
  const withTime = bins.size < DAY_MS && bins.count * bins.size <= 7 * DAY_MS;
  return Array.from({ length: Math.ceil(bins.count / step) }, (_, at) => {
    const instant = bins.start + at * step * bins.size;
    const text = withTime ? minute(instant).slice(5) : isoTime(instant).slice(0, 10);
    const x = xOf(bins, instant);
    const hasRoom = x + TICK_WIDTH < WIDTH;
    return html`<line class="axis" x1="${x}" y1="${BARS}" x2="${x}" y2="${BARS + 14}"></line
      >${hasRoom ? html`<text x="${x + 3}" y="${BARS + 24}">${text}</text>` : null}`;
  });
}

function lane(bins: Bins, { state }: Finding, y: number): Html {
  const { title, severity } = state.latest;
  const end = bins.start + bins.count * bins.size;
  const [x, x2] = [xOf(bins, state.firstSeen), xOf(bins, Math.min(state.lastSeen, end))];
  const short = title.length > TITLE_MAX ? `${title.slice(0, TITLE_MAX - 1)}…` : title;
  return html`<a href="#f-${shortId(state)}"
    ><text x="${LEFT - 8}" y="${y + 9}" text-anchor="end">${short}</text>
    <rect class="s-${severity}" x="${x}" y="${y}" width="${Math.max(5, round(x2 - x))}" height="10" rx="3"
      ><title>${title}: ${minute(state.firstSeen)} to ${minute(state.lastSeen)}</title></rect
    ></a
  > `;
}

function legend(hasGaps: boolean): Html {
  const swatch = (name: string) =>
    html`<svg viewBox="0 0 12 12" aria-hidden="true"><rect class="${name}" width="12" height="12" rx="2"></rect></svg>`;
  return html`<p class="key">
    ${WORST_FIRST.map((severity) => html`<span>${swatch(`s-${severity}`)}${severity}</span>`)}${
      hasGaps ? html`<span>${swatch('unseen')}not examined</span>` : null
    }
  </p>`;
}

function xOf({ start, size, count }: Bins, instant: Instant): number {
  return round(LEFT + ((instant - start) / (size * count)) * (RIGHT - LEFT));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
