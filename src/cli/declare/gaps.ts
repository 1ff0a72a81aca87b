import type { Command } from 'commander';
import type { GapsFlags } from '../commands/gaps.ts';
import { type Act, examples } from './act.ts';
import { limit } from './flags.ts';

/** Most gaps that are shown: for each of them the engine is asked whether its events still exist. */
const LIST_DEFAULT = 50;
const LIST_MAX = 10_000;

export function declareGaps(program: Command, act: Act): void {
  program
    .command('gaps')
    .summary('time that was not examined')
    .description(
      'Lists time that jobs were to examine and that is not examined, the oldest first.\n\n' +
        'REASON   failed, blind, salvaged (only part of an answer): tried, NEXT says when again.\n' +
        '         paused, beyond_catch_up: never tried, waits for a backfill. requested: a backfill asked for it.\n' +
        '         overdue: its slot is over and nobody took it up. Is a scheduler running, and a worker?\n' +
        'EVENTS   events there: a backfill has something to read. events gone: no source of the hunt has an event in it,\n' +
        '         so they were removed, or never came. unknown: the engine could not tell, or the hunt is gone.\n\n' +
        'Gaps are no error: it exits with 0.',
    )
    .option('--job <id>', 'of this job')
    .option('--hunt <id>', 'of this hunt, by the id it has or the first it had')
    .addOption(limit(LIST_DEFAULT, LIST_MAX))
    .addHelpText(
      'after',
      examples(['hunt gaps', 'hunt gaps --job nightly-prevalence', 'hunt gaps --hunt network/rare-egress --json']),
    )
    .action((flags: GapsFlags) =>
      act(async (effects) => (await import('../commands/gaps.ts')).listGaps(flags, effects)),
    );
}
