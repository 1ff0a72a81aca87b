import { COLORS } from './colors.ts';
import { count, earliest, largest, latest, percentile, sum, terms } from './columns.ts';
import { dashboard, type Control, type PanelRow } from './dashboard.ts';
import { type Condition, kql } from './kql.ts';
import { barsOverTime, dataTable, type LensPanel, linesOverTime, number, ranking, splitOverTime } from './lens.ts';
import type { Names } from './names.ts';
import { type Panel, shown } from './panel.ts';
import type { SavedObject } from './saved-object.ts';
import { WITH_GAPS } from './sessions.ts';

const scheduled: Condition = { field: 'hunt.ad_hoc', is: [false] };
const ofVerdict = (verdict: string): Condition => ({ field: 'hunt.verdict', is: [verdict] });
const DEAD: Condition = { field: 'hunt.notice.state', is: ['dead'] };
const ledgers: Condition = { field: 'event.dataset', is: ['hunt.ledger'] };

/** Hunts of a table; more are not read. */
const HUNTS = 100;
/** Hunts that get a colour of their own in bars over time. */
const COLOURED = 8;

const VERDICT_COLORS = {
  clean: COLORS.good,
  findings: COLORS.plain,
  degraded: COLORS.medium,
  blind: COLORS.high,
  failed: COLORS.critical,
} as const;

/** Whether the hunting itself goes well: what was examined, what was not, how late, how much was hidden. */
export function operationDashboard(names: Names): SavedObject {
  const rows: readonly PanelRow[] = [
    { height: 5, panels: runTotals(names).map((panel) => [panel, 12]) },
    { height: 5, panels: otherTotals(names).map((panel) => [panel, 12]) },
    {
      height: 12,
      panels: [
        [verdicts(names), 32],
        [tiles(names), 16],
      ],
    },
    {
      height: 12,
      panels: [
        [lags(names), 24],
        [hidden(names), 24],
      ],
    },
    {
      height: 14,
      panels: [
        [gaps(names), 32],
        [gapReasons(names), 16],
      ],
    },
    { height: 16, panels: [[hunts(names), 48]] },
    {
      height: 18,
      panels: [[shown('search', 'troubled', 'Failed, blind and degraded runs', names.session.troubled), 48]],
    },
  ];
  return dashboard({
    id: names.dashboard.operation,
    tag: names.tag,
    title: `${names.title}: operation`,
    description: 'Runs of jobs: tiles, verdicts, gaps, lag, and what exclusions hid.',
    from: 'now-7d',
    rows,
    controls: controls(names),
  });
}

function controls({ data }: Names): Control[] {
  return [
    { field: 'hunt.job.id', title: 'Job', data: data.runs },
    { field: 'hunt.name', title: 'Hunt', data: data.runs },
    { field: 'hunt.verdict', title: 'Verdict', data: data.runs },
  ];
}

/** Runs of jobs, each over one tile. */
function ofRuns({ data }: Names, id: string, title: string, ...conditions: readonly Condition[]): LensPanel {
  return { id, title, data: data.runs, query: kql(scheduled, ...conditions) };
}

/** Gaps are shown whatever is filtered: nobody should miss one, and a ledger has no verdict. */
function ofLedgers({ data }: Names, id: string, title: string, ...conditions: readonly Condition[]): LensPanel {
  return { id, title, data: data.ledger, query: kql(ledgers, ...conditions), unfiltered: true };
}

function runTotals(names: Names): Panel[] {
  const runs = (id: string, title: string, ...conditions: readonly Condition[]) =>
    ofRuns(names, id, title, ...conditions);
  return [
    number(runs('tiles', 'Tiles'), count('runs of jobs'), COLORS.plain),
    number(runs('degraded', 'Degraded', ofVerdict('degraded')), count('runs'), COLORS.medium),
    number(runs('blind', 'Blind', ofVerdict('blind')), count('runs'), COLORS.high),
    number(runs('failed', 'Failed', ofVerdict('failed')), count('runs'), COLORS.critical),
  ];
}

function otherTotals(names: Names): Panel[] {
  const untold = {
    id: 'untold',
    title: 'News given up on',
    data: names.data.outbox,
    query: kql(DEAD),
    unfiltered: true,
  };
  return [
    number(ofLedgers(names, 'gaps', 'Gaps now'), sum('hunt.gaps', 'of any time'), COLORS.critical),
    number(ofLedgers(names, 'oldest-gap', 'Oldest gap', WITH_GAPS), earliest('hunt.oldest_gap', 'since'), COLORS.soft),
    number(ofRuns(names, 'hidden-in-all', 'Hidden'), sum('hunt.hidden', 'events, rows and values'), COLORS.soft),
    number(untold, count('that a channel did not take'), COLORS.critical),
  ];
}

function verdicts(names: Names): Panel {
  const series = Object.entries(VERDICT_COLORS).map(([verdict, color]) => {
    return [verdict, { column: count(verdict, kql(ofVerdict(verdict))), color }] as const;
  });
  return barsOverTime(ofRuns(names, 'verdicts', 'Verdicts'), Object.fromEntries(series));
}

function tiles(names: Names): Panel {
  const job = terms('hunt.job.id', 'Job', { size: 20, by: 'value' });
  return ranking(ofRuns(names, 'by-job', 'Tiles by job'), job, count('tiles'), COLORS.plain);
}

/** Lag is the data's: from event to arrival. Delay is ours: from the end of a tile to the end of its run. */
function lags(names: Names): Panel {
  return linesOverTime(ofRuns(names, 'lag', 'Lag of sources, delay of tiles'), {
    lag: { column: largest('hunt.lag_ms', 'Lag: worst source, 99 of 100 events'), color: COLORS.medium },
    delay: { column: percentile('hunt.delay_ms', 95, 'Delay: 95 of 100 tiles'), color: COLORS.plain },
  });
}

function hidden(names: Names): Panel {
  const hunt = terms('hunt.name', 'Hunt', { size: COLOURED, by: 'value' });
  const panel = ofRuns(names, 'hidden', 'Hidden by lists, exceptions and keep');
  return splitOverTime(panel, hunt, sum('hunt.hidden', 'hidden events, rows and values'));
}

function gaps(names: Names): Panel {
  const columns = {
    job: terms('hunt.job.id', 'Job', { size: 20, by: 'gaps' }),
    hunt: terms('hunt.first_id', 'Hunt', { size: HUNTS, by: 'gaps' }),
    gaps: sum('hunt.gaps', 'Gaps'),
    oldest: earliest('hunt.oldest_gap', 'Oldest gap'),
    until: latest('hunt.examined_until', 'Examined until'),
  };
  return dataTable(ofLedgers(names, 'gaps-by-hunt', 'Gaps by hunt', WITH_GAPS), columns, 'gaps');
}

function gapReasons(names: Names): Panel {
  const reason = terms('hunt.gap_reasons', 'Reason', { size: 10, by: 'value' });
  const panel = ofLedgers(names, 'gap-reasons', 'Why there are gaps');
  return ranking(panel, reason, count('hunts with such a gap'), COLORS.high);
}

function hunts(names: Names): Panel {
  const findings = { id: 'findings-of-hunt', name: 'Its findings', dashboardId: names.dashboard.findings };
  const columns = {
    hunt: terms('hunt.name', 'Hunt', { size: HUNTS, by: 'runs' }),
    runs: count('Runs'),
    degraded: count('Degraded', kql(ofVerdict('degraded'))),
    blind: count('Blind', kql(ofVerdict('blind'))),
    failed: count('Failed', kql(ofVerdict('failed'))),
    findings: sum('hunt.findings', 'Findings'),
    hidden: sum('hunt.hidden', 'Hidden'),
    took: largest('hunt.took_ms', 'Longest query time'),
    last: latest('@timestamp', 'Last run'),
  };
  return dataTable({ ...ofRuns(names, 'hunts', 'Hunts'), drillDowns: [findings] }, columns, 'runs');
}
