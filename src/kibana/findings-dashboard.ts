import { COLORS } from './colors.ts';
import { count, distinct, sum, terms } from './columns.ts';
import { dashboard, type Control, type PanelRow } from './dashboard.ts';
import { type Condition, kql } from './kql.ts';
import { barsOverTime, dataTable, number, ranking } from './lens.ts';
import type { Names } from './names.ts';
import { type Panel, shown } from './panel.ts';
import type { SavedObject } from './saved-object.ts';
import { OPEN } from './sessions.ts';

/** Values of a ranking; more are not read. */
const RANKED = 15;

const ofSeverity = (...severities: readonly string[]): Condition => ({ field: 'hunt.severity', is: severities });
const scheduled: Condition = { field: 'hunt.ad_hoc', is: [false] };

/** What was found: how much, when, of what kind, where, on whom, and each finding. */
export function findingsDashboard(names: Names): SavedObject {
  const rows: readonly PanelRow[] = [
    { height: 5, panels: totals(names).map((panel) => [panel, 12]) },
    {
      height: 12,
      panels: [
        [bySeverity(names), 32],
        [byTactic(names), 16],
      ],
    },
    {
      height: 14,
      panels: [
        [shown('map', 'where', 'Where they lead', names.map), 24],
        [newAndReopened(names), 24],
      ],
    },
    { height: 14, panels: rankings(names).map((panel) => [panel, 16]) },
    {
      height: 18,
      panels: [
        [shown('search', 'each', 'Open findings: a fingerprint leads to its sightings', names.session.open), 48],
      ],
    },
  ];
  return dashboard({
    id: names.dashboard.findings,
    tag: names.tag,
    title: `${names.title}: findings`,
    description: 'What hunts found: new and reopened findings, by the time of the write that made them so.',
    from: 'now-30d',
    rows,
    controls: controls(names),
  });
}

function controls({ data }: Names): Control[] {
  return [
    { field: 'hunt.name', title: 'Hunt', data: data.findings },
    { field: 'hunt.severity', title: 'Severity', data: data.findings },
    { field: 'hunt.status', title: 'Status', data: data.findings },
    { field: 'host.name', title: 'Host', data: data.findings },
  ];
}

function totals({ data }: Names): Panel[] {
  const open = { data: data.findings, query: kql(OPEN) };
  const urgent = { data: data.findings, query: kql(OPEN, ofSeverity('critical', 'high')) };
  return [
    number({ ...open, id: 'open', title: 'Open' }, count('open findings'), COLORS.plain),
    number({ ...urgent, id: 'urgent', title: 'Open, high or critical' }, count('open findings'), COLORS.high),
    number({ ...open, id: 'hosts', title: 'Hosts of them' }, distinct('host.name', 'hosts'), COLORS.medium),
    number({ data: data.findings, id: 'all', title: 'All, closed ones too' }, count('findings'), COLORS.soft),
  ];
}

function bySeverity({ data }: Names): Panel {
  const of = (severity: 'critical' | 'high' | 'medium' | 'low') => {
    return { column: count(severity, kql(ofSeverity(severity))), color: COLORS[severity] };
  };
  const series = { low: of('low'), medium: of('medium'), high: of('high'), critical: of('critical') };
  return barsOverTime({ id: 'by-severity', title: 'New and reopened, by severity', data: data.findings }, series);
}

function byTactic({ data }: Names): Panel {
  const tactic = terms('threat.tactic.name', 'Tactic', { size: RANKED, by: 'value' });
  return ranking({ id: 'by-tactic', title: 'Tactics', data: data.findings }, tactic, count('findings'), COLORS.plain);
}

/** A finding says not whether it was reopened; its runs say how many they made new and how many they reopened. */
function newAndReopened({ data }: Names): Panel {
  const panel = {
    id: 'deltas',
    title: 'New against reopened, by runs of jobs',
    data: data.runs,
    query: kql(scheduled),
  };
  return barsOverTime(panel, {
    new: { column: sum('hunt.deltas.new', 'new'), color: COLORS.plain },
    reopened: { column: sum('hunt.deltas.reopened', 'reopened'), color: COLORS.medium },
  });
}

function rankings({ data, dashboard: { operation } }: Names): Panel[] {
  const runs = { id: 'runs-of-hunt', name: 'How its runs went', dashboardId: operation };
  const top = (field: string, label: string) => ({
    by: terms(field, label, { size: RANKED, by: 'findings' }),
    findings: count('Findings'),
    urgent: count('High or critical', kql(ofSeverity('critical', 'high'))),
  });
  const panel = (id: string, title: string) => ({ id, title, data: data.findings });
  return [
    dataTable(panel('top-hosts', 'Hosts'), top('host.name', 'Host'), 'findings'),
    dataTable(panel('top-processes', 'Processes'), top('process.name', 'Process'), 'findings'),
    dataTable({ ...panel('top-hunts', 'Hunts'), drillDowns: [runs] }, top('hunt.name', 'Hunt'), 'findings'),
  ];
}
