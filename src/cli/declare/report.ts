import type { Command } from 'commander';
import type { ReportFlags } from '../commands/report.ts';
import { type Act, examples } from './act.ts';
import { choice, findingFlags } from './flags.ts';

/** A page of 2,000 findings has about 8 MB; browsers take it, and people read no more. */
const FINDINGS_DEFAULT = 2_000;
const FINDINGS_MAX = 100_000;

export function declareReport(program: Command, act: Act): void {
  const command = program
    .command('report')
    .summary('findings as a page or a table for others')
    .description(
      'Writes findings, and before them what was not seen: gaps of jobs, and runs that failed, were blind or\n' +
        'degraded.\n\n' +
        'html      one file that needs no network: what is new, timeline, map, ATT&CK, every finding with its\n' +
        '          evidence. Without --out it goes to hunt-report.html.\n' +
        'csv       a finding a line (RFC 4180), for spreadsheets; an apostrophe stands before what would be a formula.\n' +
        'ndjson    a finding a line, as hunt findings --ndjson.\n' +
        'markdown  for a ticket or a wiki.\n\n' +
        'Runs are told since --since, without it of 30 days. Gaps are told whatever their age.',
    )
    .option('--out <file>', 'where to; - is standard output, where all but html goes by itself')
    .addOption(
      choice('--format <format>', 'by default that of the ending of the file, else html', [
        'html',
        'csv',
        'ndjson',
        'markdown',
      ]),
    );
  findingFlags(command, FINDINGS_DEFAULT, FINDINGS_MAX)
    .addHelpText(
      'after',
      examples([
        'hunt report',
        'hunt report --out monday.html --since 7d',
        'hunt report --format csv --status open > open.csv',
        'hunt report --out ticket.md --host ws-042',
      ]),
    )
    .action((flags: ReportFlags) =>
      act(async (effects) => (await import('../commands/report.ts')).report(flags, effects)),
    );
}
