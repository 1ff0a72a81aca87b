import type { Command } from 'commander';
import { DISPOSITIONS, FINDING_STATUSES } from '../../core/finding.ts';
import { VERDICTS } from '../../core/verdict.ts';
import type { FindingsFlags, SetFlags } from '../commands/findings.ts';
import type { RunsFlags } from '../commands/runs.ts';
import { type Act, examples } from './act.ts';
import { choice, findingFlags, limit, since, someOf } from './flags.ts';

/** Most items that a list shows: a screen holds fifty, a script may want all. */
const LIST_DEFAULT = 50;
const LIST_MAX = 100_000;
const ID = 'its id, or the first digits of it (at least 4)';

/** The commands about what was found, and about what was examined. */
export function declareFound(program: Command, act: Act): void {
  const findings = program
    .command('findings')
    .summary('what was found')
    .description('Findings: what hunts have found, each kept once. Without a further word: list.');
  declareFindingsList(findings, act);
  declareFindingsShow(findings, act);
  declareFindingsSet(findings, act);
  const runs = program
    .command('runs')
    .summary('what was examined')
    .description('Runs: the account of each piece of time that a hunt examined. Without a further word: list.');
  declareRuns(runs, act);
}

function declareFindingsList(findings: Command, act: Act): void {
  const list = findings
    .command('list', { isDefault: true })
    .summary('findings, newest first')
    .description('Lists findings that all of the flags fit, the newest (new or reopened) first.');
  findingFlags(list, LIST_DEFAULT, LIST_MAX)
    .addHelpText(
      'after',
      examples([
        'hunt findings',
        'hunt findings --status open --severity high,critical --since 7d',
        'hunt findings --host ws-042 --ndjson',
      ]),
    )
    .action((flags: FindingsFlags) =>
      act(async (effects) => (await import('../commands/findings.ts')).listFindings(flags, effects)),
    );
}

function declareFindingsShow(findings: Command, act: Act): void {
  findings
    .command('show')
    .summary('everything about one finding')
    .description(
      'Shows one finding: key, values, evidence, the query for its events, its history and the tiles that saw it.',
    )
    .argument('<id>', ID)
    .addHelpText('after', examples(['hunt findings show 3fa94c01', 'hunt findings show 3fa94c01 --json']))
    .action((id: string) => act(async (effects) => (await import('../commands/findings.ts')).showFinding(id, effects)));
  findings
    .command('explain')
    .summary('what would leave a finding out')
    .description(
      "Names the exceptions and lists of the finding's hunt that would cover it by now, and those that do not.",
    )
    .argument('<id>', ID)
    .addHelpText('after', examples(['hunt findings explain 3fa94c01']))
    .action((id: string) =>
      act(async (effects) => (await import('../commands/findings-explain.ts')).explainFindings(id, effects)),
    );
}

function declareFindingsSet(findings: Command, act: Act): void {
  findings
    .command('set')
    .summary("set the analysts' fields")
    .description(
      'Sets status, disposition, note or assignee of findings. An id that names none changes nothing at all.\nAn empty note or assignee takes the old one away.',
    )
    .argument('<id...>', 'ids, or the first digits of them (at least 4)')
    .addOption(choice('--status <status>', 'its status', FINDING_STATUSES))
    .addOption(choice('--disposition <disposition>', 'what it turned out to be', [...DISPOSITIONS, 'none']))
    .option('--note <text>', 'why')
    .option('--assignee <name>', 'who looks at it')
    .option('--covered-by <exception>', 'the id of the exception that covers it from now on')
    .addHelpText(
      'after',
      examples([
        'hunt findings set 3fa94c01 --status acknowledged --assignee kim',
        'hunt findings set 3fa94c01 88b0 --status closed --disposition benign --covered-by backup-agent',
      ]),
    )
    .action((ids: readonly string[], flags: SetFlags) =>
      act(async (effects) => (await import('../commands/findings.ts')).setFindings(ids, flags, effects)),
    );
}

function declareRuns(runs: Command, act: Act): void {
  runs
    .command('list', { isDefault: true })
    .summary('runs, newest first')
    .description('Lists runs that all of the flags fit, the newest first.')
    .option('--hunt <id>', 'of this hunt')
    .option('--job <id>', 'of this job; without it also those asked for by a person')
    .addOption(someOf('--verdict <verdict>', 'of these verdicts', VERDICTS))
    .addOption(since('started since'))
    .addOption(limit(LIST_DEFAULT, LIST_MAX))
    .addHelpText(
      'after',
      examples(['hunt runs', 'hunt runs --job nightly-prevalence --verdict degraded,blind,failed --since 24h']),
    )
    .action((flags: RunsFlags) =>
      act(async (effects) => (await import('../commands/runs.ts')).listRuns(flags, effects)),
    );
  runs
    .command('show')
    .summary('everything about one run')
    .description('Shows one run: verdict and reasons, sources, times of its stages, and the queries as they were sent.')
    .argument('<id>', 'its id, or the beginning of it')
    .addHelpText('after', examples(['hunt runs show 0b54']))
    .action((id: string) => act(async (effects) => (await import('../commands/runs.ts')).showRun(id, effects)));
}
