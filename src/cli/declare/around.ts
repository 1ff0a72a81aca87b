import { type Command, Option } from 'commander';
import type { IngestFlags } from '../commands/ingest.ts';
import type { QueryFlags } from '../commands/query.ts';
import type { SetupFlags } from '../commands/setup.ts';
import { INPUT_FORMATS } from '../../ingest/input-format.ts';
import { type Act, examples } from './act.ts';
import { choice, limit, ROWS_MAX, timeFlags, timezone } from './flags.ts';
import { declareSimulate } from './simulate.ts';

const QUERY_DEFAULT = 100;

/** The commands around hunts: data, set-up, health. */
export function declareAround(program: Command, act: Act): void {
  declareIngest(program, act);
  declareSources(program, act);
  declareQuery(program, act);
  declareSetup(program, act);
  declareDoctor(program, act);
  declareInit(program, act);
  declareSimulate(program, act);
}

function declareIngest(program: Command, act: Act): void {
  program
    .command('ingest')
    .summary('read files of events into the embedded store')
    .description(
      'Adds what is new of files, folders, globs or standard input (-), plain or packed (gzip, zstd). A line that cannot\n' +
        'be read is refused, told and kept; the others are taken. The same file again adds nothing, a longer one its rest.\n' +
        'Exits with 4 when lines were refused or a file was cut.',
    )
    .argument(
      '<file...>',
      'ECS documents, exports of Elasticsearch, Windows events (JSON, XML), pfirewall.log, Zeek logs',
    )
    .addOption(choice('--as <format>', 'read every file as this, instead of recognising each', INPUT_FORMATS))
    .addOption(timezone())
    .option('--host <name>', 'host that wrote logs which do not name it (pfirewall.log)')
    .addHelpText(
      'after',
      examples(['hunt ingest export.ndjson.gz', 'hunt ingest captures/', 'zcat *.gz | hunt ingest - --as bulk']),
    )
    .action((files: string[], flags: IngestFlags) =>
      act(async (effects) => (await import('../commands/ingest.ts')).ingest(files, flags, effects)),
    );
}

function declareSources(program: Command, act: Act): void {
  program
    .command('sources')
    .summary('the data that hunts read')
    .description(
      'Shows each source: its index patterns, documents of the last day (of the embedded events all), newest\n' +
        'event and lag, state, missing privileges. With names, all about those sources: how they are recognised, which\n' +
        'hunts need them, how to switch them on, and what that costs.',
    )
    .argument('[name...]', 'sources to tell all about; without one, all of them in a table')
    .addHelpText('after', examples(['hunt sources', 'hunt sources sysmon.network', 'hunt sources --json']))
    .action((names: readonly string[]) =>
      act(async (effects) => (await import('../commands/sources.ts')).sources(names, effects)),
    );
}

function declareQuery(program: Command, act: Act): void {
  const command = program
    .command('query')
    .summary('one ES|QL query')
    .description('Sends one ES|QL query. Rows beyond the limit and parts that are missing are told.')
    .argument('<esql>', 'the query');
  timeFlags(false).forEach((option) => command.addOption(option));
  command
    .addOption(limit(QUERY_DEFAULT, ROWS_MAX))
    .addHelpText(
      'after',
      examples(['hunt query "FROM logs-* | STATS n = COUNT(*) BY host.name | SORT n DESC" --since 24h']),
    )
    .action((esql: string, flags: QueryFlags) =>
      act(async (effects) => (await import('../commands/query.ts')).query(esql, flags, effects)),
    );
}

function declareSetup(program: Command, act: Act): void {
  program
    .command('setup')
    .summary('make what findings are kept in and looked at')
    .description(
      'Makes or migrates the indices and templates of findings, sightings, runs and the ledger. May be run again.\n' +
        'Without an Elasticsearch nothing is needed: the file they are kept in is made by what needs it first.\n\n' +
        '--kibana also makes data views, Discover sessions, a map and two dashboards in the Kibana of "kibana:" in\n' +
        'hunt.config.yml. What is there and of this version stays as it is; an object that has an id of ours and not\n' +
        'our tag is a refusal, and nothing is written. Credentials come from variables or files.',
    )
    .option('--dry-run', 'say what would be made')
    .option('--kibana', 'fill Kibana too')
    .addOption(
      new Option(
        '--export <file>',
        'only write the objects for Kibana to a file (NDJSON); - is standard output',
      ).conflicts(['kibana', 'dryRun']),
    )
    .addHelpText(
      'after',
      examples([
        'hunt setup --dry-run',
        'hunt setup',
        'TRACEHOUND_KIBANA_URL=https://kibana.example:5601 hunt setup --kibana',
        'hunt setup --export tracehound.ndjson',
      ]),
    )
    .action((flags: SetupFlags) =>
      act(async (effects) => (await import('../commands/setup.ts')).setup(flags, effects)),
    );
}

function declareDoctor(program: Command, act: Act): void {
  program
    .command('doctor')
    .summary('whether everything a hunt needs is there')
    .description(
      'Looks at configuration, definitions, connection, version, set-up, privileges, sources, GeoIP data and notifications.\n' +
        'Exits with 0, with 4 when hunts see less than they should, with 3 when they cannot run.',
    )
    .addHelpText('after', examples(['hunt doctor', 'hunt doctor --json']))
    .action(() => act(async (effects) => (await import('../commands/doctor.ts')).doctor(effects)));
}

function declareInit(program: Command, act: Act): void {
  program
    .command('init')
    .summary('make the folder of a site')
    .description(
      'Writes hunt.config.yml, hunts/, lists/, exceptions/ and jobs/ with comments. Keeps every file that is there.',
    )
    .argument('[dir]', 'the folder', '.')
    .addHelpText('after', examples(['hunt init', 'hunt init soc-hunts']))
    .action((dir: string) => act(async (effects) => (await import('../commands/init.ts')).init(dir, effects)));
}
