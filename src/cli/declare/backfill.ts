import { type Command, Option } from 'commander';
import type { BackfillFlags } from '../commands/backfill.ts';
import { type Act, examples } from './act.ts';
import { timeFlags } from './flags.ts';

export function declareBackfill(program: Command, act: Act): void {
  const command = program
    .command('backfill')
    .summary('examine time that was missed')
    .description(
      'Examines gaps of jobs, below everything else, and time from before a job knew a hunt. What is examined already stays\n' +
        'as it is. With Redis the workers do it and this follows them; without, it is done here. Interrupted, it stays asked\n' +
        'for: the same command goes on, a running scheduler does too, --cancel takes it back.\n\n' +
        'Exits with 0 when the time is examined, 4 when gaps are left in it, 3 when some of them failed.',
    )
    .argument('<what...>', 'hunts of jobs: an id, a glob, tag:x or technique:T1071');
  for (const flag of timeFlags(false)) command.addOption(flag);
  command
    .option('--job <id>', 'as this job has it; without it, every job')
    .option('--cancel', 'take back what was asked for and is not examined yet')
    .addOption(new Option('--here', 'examine in this process, also where workers could').conflicts('cancel'))
    .option('--no-wait', 'ask for it and leave it to a running scheduler')
    .addHelpText(
      'after',
      examples([
        'hunt backfill network/rare-egress --from 2026-11-01 --to 2026-11-08',
        "hunt backfill 'network/*' --since 7d --job nightly-prevalence --no-wait",
        'hunt backfill network/rare-egress --since 7d --cancel',
      ]),
    )
    .action((whats: readonly string[], flags: BackfillFlags) =>
      act(async (effects) => (await import('../commands/backfill.ts')).backfill(whats, flags, effects)),
    );
}
