// The month as a section of docs/evaluation.md. It names hunts, attacks and counts; the events are invented anyhow.
import type { MonthIngest } from './month.ts';
import { type MonthJudgement, OTHERS_MAX } from './month-judge.ts';
import type { MonthPlan } from './month-plan.ts';
import { markdown } from './table.ts';

/** How the month was made, and which hunts found no source of theirs in it. */
export interface MonthFrame {
  readonly ingest: MonthIngest;
  readonly unseen: readonly string[];
}

export function monthSection({ request }: MonthPlan, { ingest, unseen }: MonthFrame, judged: MonthJudgement): string {
  const { hosts, days } = request;
  const times = Object.entries(judged.attacks);
  const found = times.filter(([, hunts]) => hunts.length > 0);
  const [all, mediumUp] = [figuresOf(judged, 'all'), figuresOf(judged, 'mediumUp')];
  return [
    '## A simulated month',
    `${hosts} hosts for ${days} days make ${number(ingest.events)} events, generated and ingested straight into segments in
${number(Math.round(ingest.seconds))} s. Half of the hosts have Elastic Defend, the others Sysmon with 5156 or with the DNS client's channel; logons, starts of
processes, services and PowerShell are audited on all. Ordinary traffic is thinned by host: servers and a seeded tenth of
the desks keep all of theirs, the other desks make ${(100 * ingest.rate).toFixed(0)} % of their connections and lookups. What is started, who logs on, which
scripts run, each attack and each look-alike stays whole.`,
    `Every hunt of the shipped jobs runs once a day over the tile of that day, in the order of time and with one store, so what
recurs is not told again; hunts of the hourly jobs run over tiles of a day too. A finding counts as other unless it names
an address or domain of a planted attack, or a host of it together with a program or user of it, at its time.`,
    `**${found.length} of ${times.length} planted attacks are found. Findings that show none: ${all.mean} a day on average and ${all.most} at most, of
them ${mediumUp.mean} and ${mediumUp.most} of medium severity or above.** The floor: every attack at each of its times, and at most ${OTHERS_MAX} others on any day,
of all severities.`,
    `Not run, since the estate has none of their sources (no sensor, no firewall log): ${unseen.join(', ') || 'none'}.`,
    '### Planted attacks',
    markdown(['attack', 'times', 'found', 'by'], attackLines(judged)),
    '### Other findings by day',
    markdown(
      ['day', 'others', 'of medium or above'],
      judged.others.map(({ day, all, mediumUp }) => [day, String(all), String(mediumUp)]),
    ),
    '### Hunts',
    markdown(['hunt', 'show an attack', 'others', 'of medium or above', 'runs by verdict'], huntLines(judged)),
  ].join('\n\n');
}

function figuresOf({ others }: MonthJudgement, kind: 'all' | 'mediumUp') {
  const counts = others.map((day) => day[kind]);
  const sum = counts.reduce((total, count) => total + count, 0);
  return { mean: (sum / Math.max(1, counts.length)).toFixed(1), most: Math.max(0, ...counts) };
}

/** The times of one attack in one line. */
function attackLines({ attacks }: MonthJudgement): readonly (readonly string[])[] {
  const plants = Map.groupBy(Object.entries(attacks), ([id]) => id.split(' ')[0] ?? '');
  return [...plants].map(([plant, times]) => {
    const hunts = [...new Set(times.flatMap(([, each]) => each))].toSorted();
    const found = times.filter(([, each]) => each.length > 0).length;
    return [plant, String(times.length), String(found), hunts.join(', ') || '**none**'];
  });
}

function huntLines({ byHunt }: MonthJudgement): readonly (readonly string[])[] {
  return byHunt.map(({ hunt, found, others, mediumUp, verdicts }) => {
    const told = Object.entries(verdicts).map(([verdict, count]) => `${count} ${verdict}`);
    return [hunt, String(found), String(others), String(mediumUp), told.join(', ')];
  });
}

function number(count: number): string {
  return count.toLocaleString('en');
}
