import { roughly } from '../../core/time.ts';
import type { ReportData, ReportGap } from '../data.ts';
import { minute, plural, sentence, type Trouble, troublesOf, verdictCounts } from '../facts.ts';
import { type Content, html, type Html } from '../html.ts';
import { firstOf, grid } from './grid.ts';

const SHOWN_MAX = 100;
/** Most hunts of one reason that are named. */
const HUNTS_MAX = 20;

/** Time that nobody looked at, and runs that could not see: first, since an empty list of findings means little without it. */
export function unseenSection(data: ReportData): Html {
  const troubles = troublesOf(data.runs);
  return html`<h2>What was not seen</h2>
    ${verdictLine(data)} ${gapsPart(data)} ${troubles.length === 0 ? null : troublesPart(troubles)}`;
}

function verdictLine({ runs, runsTotal }: ReportData): Html {
  if (runs.length === 0)
    return html`<p class="note">No run of this time is stored: nothing here says what was examined.</p>`;
  const told = verdictCounts(runs).filter(([, count]) => count > 0);
  const words = told.map(
    ([verdict, count]): Content => html` <span class="tag ${verdict}">${count.toLocaleString('en')} ${verdict}</span>`,
  );
  const only = runs.length < runsTotal ? ` (the newest of ${runsTotal.toLocaleString('en')})` : '';
  return html`<p>${plural(runs.length, 'run')}${only}:${words}</p>`;
}

function gapsPart({ gaps, ledgers }: ReportData): Html {
  if (ledgers === 0) {
    return html`<p class="note">
      No job keeps account of time here: hunts were run by hand, and time between their runs was not looked at.
    </p>`;
  }
  if (gaps.length === 0) {
    return html`<p class="note fine">
      No gap: all time that jobs account for, over ${plural(ledgers, 'hunt')} of jobs, was examined.
    </p>`;
  }
  const [shown, more] = firstOf(gaps, SHOWN_MAX, 'gaps; hunt gaps lists them');
  return html`<h3>Gaps: time that was to be examined and was not</h3>
    ${grid(shown, [
      { name: 'From', cell: ({ span }: ReportGap) => minute(span.start), as: 't' },
      { name: 'To', cell: ({ span }) => minute(span.end), as: 't' },
      { name: 'Length', cell: ({ span }) => roughly(span.end - span.start), as: 'n' },
      { name: 'Reason', cell: ({ reason }) => html`<span class="tag ${reason}">${reason.replaceAll('_', ' ')}</span>` },
      { name: 'Hunt', cell: ({ huntId }) => huntId },
      { name: 'Job', cell: ({ jobId }) => jobId },
      { name: 'Why, and what next', cell: (gap) => html`${sentence(gap.text)} ${nextOf(gap)}`, as: 'w' },
    ])}${more}`;
}

function nextOf({ reason, nextAttemptAt, attempts }: ReportGap): string {
  if (reason === 'overdue' && nextAttemptAt !== null) return `Due since ${minute(nextAttemptAt)}`;
  const tried = attempts === 0 ? '' : `Tried ${attempts === 1 ? 'once' : `${attempts} times`}. `;
  return `${tried}${nextAttemptAt === null ? 'Needs hunt backfill' : `Next try ${minute(nextAttemptAt)}`}`;
}

function troublesPart(troubles: readonly Trouble[]): Html {
  const [shown, more] = firstOf(troubles, SHOWN_MAX, 'reasons; hunt runs lists the runs');
  return html`<h3>Runs that failed, were blind, or saw less than they should</h3>
    ${grid(shown, [
      { name: 'Verdict', cell: ({ verdict }: Trouble) => html`<span class="tag ${verdict}">${verdict}</span>` },
      { name: 'Why (newest)', cell: ({ text }) => text, as: 'w' },
      { name: 'Hunts', cell: ({ hunts }) => huntNames(hunts), as: 'w' },
      { name: 'Runs', cell: ({ runs }) => runs.length.toLocaleString('en'), as: 'n' },
      { name: 'From', cell: ({ tiles }) => minute(tiles[0]?.start ?? 0), as: 't' },
      { name: 'To', cell: ({ tiles }) => minute(tiles.at(-1)?.end ?? 0), as: 't' },
    ])}${more}`;
}

function huntNames(hunts: readonly string[]): Content {
  const left = hunts.length - HUNTS_MAX;
  const shown = hunts.slice(0, HUNTS_MAX).map((hunt, at): Content => [at === 0 ? '' : ', ', hunt]);
  return left > 0 ? [...shown, ` and ${left.toLocaleString('en')} more`] : shown;
}
