import { type Command, InvalidArgumentError, Option } from 'commander';
import type { JobsSimulateFlags, PauseFlags } from '../commands/jobs.ts';
import { type Act, examples } from './act.ts';

/** A year of a job each minute is half a million slots, which takes a second. */
const DAYS_MAX = 366;

/** The commands about jobs: hunts on a calendar. */
export function declareJobs(program: Command, act: Act): void {
  const jobs = program
    .command('jobs')
    .summary('hunts on a calendar')
    .description('Jobs: which hunts are due when, and how that stands. Without a further word: list.');
  declareList(jobs, act);
  declarePause(jobs, act);
  declareSimulate(jobs, act);
}

function declareList(jobs: Command, act: Act): void {
  jobs
    .command('list', { isDefault: true })
    .summary('every job with its last and next time')
    .description(
      'Lists the jobs of the site. Times are UTC.\n\n' +
        'STATE    active; paused; behind: a tile is late, so look whether a scheduler and a worker run; new: no scheduler\n' +
        '         has seen it yet.\n' +
        'DUE      tiles to be examined now. GAPS: pieces of time that are known not to be examined, see hunt gaps.\n' +
        'OLDEST   the start of the oldest time that should be examined by now and is not.',
    )
    .addHelpText('after', examples(['hunt jobs', 'hunt jobs --json']))
    .action(() => act(async (effects) => (await import('../commands/jobs.ts')).listJobs(effects)));
  jobs
    .command('show')
    .summary('one job with its hunts')
    .description('Shows one job: its settings, its next slots, and for each hunt how far its time is examined.')
    .argument('<id>', 'the id of the job')
    .addHelpText('after', examples(['hunt jobs show nightly-prevalence']))
    .action((id: string) => act(async (effects) => (await import('../commands/jobs.ts')).showJob(id, effects)));
}

function declarePause(jobs: Command, act: Act): void {
  jobs
    .command('pause')
    .summary('let a job rest')
    .description(
      'Pauses a job from now on: slots in the pause become gaps, which nothing fills but a backfill. A running scheduler\n' +
        'hears of it within a minute; what is under way is ended.',
    )
    .argument('<id>', 'the id of the job')
    .requiredOption('--reason <text>', 'why')
    .option('--until <time>', 'when it goes on by itself: 2026-11-01 or 2026-11-01T10:00Z; without a zone UTC')
    .option('--for <length>', 'for how long, such as 2d')
    .addHelpText(
      'after',
      examples([
        'hunt jobs pause nightly-prevalence --reason "migration of the cluster" --for 2d',
        'hunt jobs pause hourly-connections --reason "too many findings, INC-4711"',
      ]),
    )
    .action((id: string, flags: PauseFlags) =>
      act(async (effects) => (await import('../commands/jobs.ts')).pause(id, flags, effects)),
    );
  jobs
    .command('resume')
    .summary('let a paused job go on')
    .description('Ends the pause of a job now. Its slots in the pause stay gaps until a backfill.')
    .argument('<id>', 'the id of the job')
    .addHelpText('after', examples(['hunt jobs resume nightly-prevalence']))
    .action((id: string) => act(async (effects) => (await import('../commands/jobs.ts')).resume(id, effects)));
}

function declareSimulate(jobs: Command, act: Act): void {
  jobs
    .command('simulate')
    .summary('what would run when')
    .description(
      'Counts slots and runs of each job over a time to come, changes of clocks included, and names the busiest hours.\n' +
        'With --json every slot with its tile is told. It asks no server and changes nothing.',
    )
    .addOption(
      new Option('--days <n>', `so many days, up to ${DAYS_MAX}`).default(30).argParser((text: string) => {
        const days = /^\d{1,3}$/.test(text) ? Number(text) : 0;
        if (days < 1 || days > DAYS_MAX)
          throw new InvalidArgumentError(`It must be a whole number from 1 to ${DAYS_MAX}.`);
        return days;
      }),
    )
    .option('--from <time>', 'from then on instead of from now')
    .addHelpText('after', examples(['hunt jobs simulate', 'hunt jobs simulate --days 2 --from 2027-03-27 --json']))
    .action((flags: JobsSimulateFlags) =>
      act(async (effects) => (await import('../commands/jobs.ts')).simulate(flags, effects)),
    );
}
