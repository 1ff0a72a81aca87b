import type { Command } from 'commander';
import { HUNT_STATUSES } from '../../core/hunt.ts';
import { CLOCKS } from '../../core/tile.ts';
import type { ListFlags } from '../commands/list.ts';
import type { RunFlags } from '../commands/run.ts';
import type { TestFlags } from '../commands/test.ts';
import { type Act, examples } from './act.ts';
import { declareCoverage } from './coverage.ts';
import { choice, repeated, timeFlags } from './flags.ts';

/** The commands about stored hunts. What a command does is loaded only when it is called. */
export function declareHunts(program: Command, act: Act): void {
  declareRun(program, act);
  declareList(program, act);
  declareShow(program, act);
  declareCheck(program, act);
  declareTest(program, act);
  declareCoverage(program, act);
}

function declareRun(program: Command, act: Act): void {
  const command = program
    .command('run')
    .summary('run hunts now')
    .description(
      'Runs hunts now, one after the other, and keeps what they find.\n' +
        'Without a time the window of the hunt is examined, ending now less the query delay; over ingested\n' +
        'events, ending at the newest. With --param, or with a file outside of the hunts folders, nothing is\n' +
        'written unless --save says so.\n\n' +
        'Exit codes, the first that applies: 2 usage, definition or configuration; 3 a run failed; 4 a run was blind or\n' +
        'degraded; 1 findings, with --fail-on-findings; 0.',
    )
    .argument(
      '<what...>',
      'an id, tag:x, technique:T1071 (its sub-techniques too), a glob (network/*), or a .yml file',
    );
  timeFlags(true).forEach((option) => command.addOption(option));
  command
    .addOption(repeated('--param <name=value>', 'a parameter for this run; lists with commas; may be given again'))
    .addOption(choice('--clock <clock>', 'time by which documents are chosen (default: event)', CLOCKS))
    .option('--dry-run', 'write nothing')
    .option('--save', 'write in spite of --param or a file outside of the hunts folders')
    .option('--fail-on-findings', 'exit with 1 when there are findings')
    .addHelpText(
      'after',
      examples([
        'hunt run network/rare-egress',
        'hunt run tag:prevalence technique:T1071 --since 24h',
        'hunt run "network/*" --from 2026-11-01 --to 2026-11-08 --json',
        'hunt run network/rare-egress --param max_hosts=5 --dry-run',
        'hunt run ./draft.yml --all',
      ]),
    )
    .action((whats: readonly string[], flags: RunFlags) =>
      act(async (effects) => (await import('../commands/run.ts')).run(whats, flags, effects)),
    );
}

function declareList(program: Command, act: Act): void {
  program
    .command('list')
    .summary('the stored hunts')
    .description('Lists the stored hunts that all of the flags fit.')
    .option('--tag <tag>', 'with this tag')
    .option('--technique <id>', 'about this ATT&CK technique, or a sub-technique of it')
    .addOption(choice('--status <status>', 'of this status', HUNT_STATUSES))
    .option('--source <name>', 'that read this source')
    .addHelpText(
      'after',
      examples(['hunt list', 'hunt list --tag prevalence --status stable', 'hunt list --technique T1071 --json']),
    )
    .action((flags: ListFlags) => act(async (effects) => (await import('../commands/list.ts')).list(flags, effects)));
}

function declareShow(program: Command, act: Act): void {
  program
    .command('show')
    .summary('one stored hunt')
    .description('Shows one stored hunt, or the ES|QL that it sends.')
    .argument('<id>', 'the id of the hunt')
    .option('--esql', 'the queries it sends, to paste into Discover')
    .addHelpText('after', examples(['hunt show network/rare-egress', 'hunt show network/rare-egress --esql']))
    .action((id: string, flags: { readonly esql?: boolean }) =>
      act(async (effects) => (await import('../commands/show.ts')).show(id, flags, effects)),
    );
}

function declareCheck(program: Command, act: Act): void {
  program
    .command('check')
    .summary('everything that is wrong with the definitions')
    .description(
      'Checks hunts, lists, exceptions, sources and jobs, and names every problem at once, a line each:\n' +
        'file:line:column  rule  what is wrong  how to mend it. Exits with 2 when one is an error.',
    )
    .argument('[path...]', 'files or folders; without one, everything')
    .addHelpText('after', examples(['hunt check', 'hunt check hunts/network', 'hunt check draft.yml --json']))
    .action((paths: readonly string[]) =>
      act(async (effects) => (await import('../commands/check.ts')).check(paths, effects)),
    );
}

function declareTest(program: Command, act: Act): void {
  program
    .command('test')
    .summary('the tests inside hunts')
    .description(
      'Runs the tests that hunts carry, with all lists and active exceptions, each over its own events alone.\n' +
        'With --engine elasticsearch the events go to indices hunt-test-*, which the user must be allowed to make\n' +
        'and to remove again.\n' +
        'Exits with 1 when a test fails, with 2 when a definition has an error.',
    )
    .argument('[what...]', 'as in hunt run; without one, all hunts')
    .addOption(choice('--engine <engine>', 'what answers (default: embedded)', ['embedded', 'elasticsearch']))
    .option('--junit <file>', 'write the results as JUnit XML too')
    .option('--watch', 'run again what changes, until Ctrl+C')
    .addHelpText(
      'after',
      examples([
        'hunt test',
        'hunt test network/rare-egress --watch',
        'hunt test --engine elasticsearch --junit out.xml',
      ]),
    )
    .action((whats: readonly string[], flags: TestFlags) =>
      act(async (effects) => (await import('../commands/test.ts')).test(whats, flags, effects)),
    );
}
