import { formatDuration, isoTime } from '../../core/time.ts';
import { runsOf, type SimulatedJob, type Simulation } from '../../schedule/simulate-jobs.ts';
import { spanJson } from './as-json.ts';
import type { Paint } from './paint.ts';
import { plural } from '../problems.ts';
import { joined, safe, type SafeText } from './safe-text.ts';
import { table, type TableColumn } from './table.ts';
import { clockTime } from './view-finding.ts';

/** Hours that are shown besides the peak. */
const HOURS_SHOWN = 5;

/** Each slot with its tile, per job; hours with the runs that fall due in them, the busiest first. */
export function simulationJson({ span, jobs, hours }: Simulation) {
  return {
    ...spanJson(span),
    runs: totalOf(jobs),
    hours: hours.map(({ start, runs }) => ({ start: isoTime(start), runs })),
    jobs: jobs.map((job) => ({
      jobId: job.jobId,
      hunts: job.hunts,
      runs: runsOf(job),
      slots: job.tiles.map(({ slot, tile }) => ({ at: isoTime(slot), tile: spanJson(tile) })),
    })),
  };
}

export function simulationView({ span, jobs, hours }: Simulation, paint: Paint, width: number | null): SafeText {
  const columns: TableColumn<SimulatedJob>[] = [
    { name: 'JOB', cell: ({ jobId }) => jobId },
    { name: 'HUNTS', cell: ({ hunts }) => hunts, align: 'right' },
    { name: 'SLOTS', cell: ({ tiles }) => tiles.length, align: 'right' },
    { name: 'RUNS', cell: runsOf, align: 'right' },
    { name: 'FIRST', cell: ({ tiles }) => clockTime(tiles[0]?.slot ?? null) },
    { name: 'LAST', cell: ({ tiles }) => clockTime(tiles.at(-1)?.slot ?? null) },
    { name: 'TILES', cell: lengthsOf },
  ];
  const busiest = hours
    .slice(0, HOURS_SHOWN)
    .map(({ start, runs }) => safe`${clockTime(start)}  ${plural(runs, 'run')}`);
  const total = safe`${plural(totalOf(jobs), 'run')} from ${clockTime(span.start)} to ${clockTime(span.end)}`;
  const parts = [
    table(jobs, columns, paint, width),
    total,
    ...(busiest.length === 0 ? [] : [busiestText(busiest, paint)]),
  ];
  return joined(parts, '\n\n');
}

function busiestText(hours: readonly SafeText[], paint: Paint): SafeText {
  return joined([paint.bold('Busiest hours'), ...hours.map((hour) => safe`  ${hour}`)], '\n');
}

/** `1d`, or `23h to 25h` where a change of clocks makes a difference. */
function lengthsOf({ tiles }: SimulatedJob): string {
  const lengths = tiles.map(({ tile }) => tile.end - tile.start);
  const [least, most] = lengths.reduce(([low, high], each) => [Math.min(low, each), Math.max(high, each)], [
    Number.POSITIVE_INFINITY,
    0,
  ] as [number, number]);
  if (lengths.length === 0) return '';
  return least === most ? formatDuration(most) : `${formatDuration(least)} to ${formatDuration(most)}`;
}

function totalOf(jobs: readonly SimulatedJob[]): number {
  return jobs.reduce((total, job) => total + runsOf(job), 0);
}
