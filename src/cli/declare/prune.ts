import type { Command } from 'commander';
import type { PruneFlags } from '../commands/prune.ts';
import { type Act, examples } from './act.ts';

export function declarePrune(program: Command, act: Act): void {
  program
    .command('prune')
    .summary('remove what is older than the configured retention')
    .description(
      'Removes what is older than "retention" in hunt.config.yml says; without it, nothing. Run it from a timer, once a day.\n\n' +
        'findings   closed ones whose last event is older, with their sightings; open ones stay whatever their age.\n' +
        'sightings  those whose tile ended before. runs: those that ended before.\n' +
        'outbox     notifications that were sent, or whose finding was never written; dead ones stay.\n' +
        'events     of the embedded store, whole segments; those of Elasticsearch are left to its own lifecycle rules.\n\n' +
        'The ledger of what was examined, and gaps, are never removed.',
    )
    .option('--dry-run', 'say what would be removed')
    .addHelpText('after', examples(['hunt prune --dry-run', 'hunt prune']))
    .action((flags: PruneFlags) =>
      act(async (effects) => (await import('../commands/prune.ts')).prune(flags, effects)),
    );
}
