import type { Command } from 'commander';
import type { CoverageFlags } from '../commands/coverage.ts';
import { type Act, examples } from './act.ts';

export function declareCoverage(program: Command, act: Act): void {
  program
    .command('coverage')
    .summary('techniques and sources: what runs, what is blind')
    .description(
      'Shows by tactic, technique and hunt what is hunted, in which job, how far it is examined, and why not; then\n' +
        'the sources that are missed, how to switch each on, and what it costs.\n\n' +
        'STATE    runs: a job runs it and its sources send. degraded: one of its sources fell silent.\n' +
        '         blind: it lacks the sources it needs. idle: nothing runs it.\n' +
        '         scheduled: a job names it, and it was not asked how it stands.\n' +
        '         A technique stands as the best of its hunts does.\n\n' +
        'Exits with 3 when a server did not answer, with 4 when a hunt has errors or one that is to run is blind or\n' +
        'degraded, with 0 otherwise; what the site declares absent, or nobody has set up, is no error.',
    )
    .option('--offline', 'only what is defined: ask neither sources nor jobs')
    .option('--navigator <file>', 'write a layer for the ATT&CK Navigator (format 4.5) too; - is standard output')
    .addHelpText(
      'after',
      examples(['hunt coverage', 'hunt coverage --navigator layer.json', 'hunt coverage --offline --json']),
    )
    .action((flags: CoverageFlags) =>
      act(async (effects) => (await import('../commands/coverage.ts')).coverage(flags, effects)),
    );
}
