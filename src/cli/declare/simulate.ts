import { type Command, InvalidArgumentError, Option } from 'commander';
import { ATTACK_NAMES } from '../../simulate/plant.ts';
import { OUTPUT_NAMES } from '../../simulate/shapes/shape.ts';
import type { SimulateFlags } from '../commands/simulate.ts';
import { type Act, examples } from './act.ts';
import { choice } from './flags.ts';

/**
 * The end of a simulation unless one is named: a fixed time, so that the same flags give the same bytes tomorrow. The
 * last 24 h are a Friday, on which people work.
 */
const DEFAULT_END = '2026-11-14';

/** Those that the hunts of the first release were made for: the same flags give the same bytes as ever. */
const DEFAULT_ATTACKS = 'rare-egress,browser-beacon';

/** A small office and planted attacks, to try hunts on. */
export function declareSimulate(program: Command, act: Act): void {
  program
    .command('simulate')
    .summary('events of an invented office')
    .description(
      'Writes events of an invented office with planted attacks, each beside harmless things that look like it, and a\n' +
        'manifest with the truth about them. The same seed and flags give the same bytes.',
    )
    .option('--out <path>', 'a folder, or a file that ends in .ndjson or .ndjson.gz')
    .option('--index', 'write into the configured Elasticsearch, into data streams of the namespace "simulate"')
    .addOption(number('--hosts <n>', 'hosts of the office', 60))
    .addOption(number('--days <n>', 'days that pass', 7))
    .addOption(new Option('--seed <text>', 'any text; another one gives another office').default('1'))
    .option('--attacks <names>', `${ATTACK_NAMES.join(', ')}; several with commas; or all, or none`, DEFAULT_ATTACKS)
    .addOption(choice('--as <agent>', 'whose events, or in which log', OUTPUT_NAMES).default('defend'))
    .option('--end <time>', 'the end of it all: a time, or now', DEFAULT_END)
    .addOption(number('--density <n>', 'how much goes on: 2 is twice as much', 1))
    .addHelpText(
      'after',
      examples([
        'hunt simulate --out office',
        'hunt simulate --out week.ndjson.gz --seed 7 --as sysmon --attacks rare-egress',
        'hunt simulate --index --end now',
      ]),
    )
    .action((flags: SimulateFlags) =>
      act(async (effects) => (await import('../commands/simulate.ts')).simulateOffice(flags, effects)),
    );
}

function number(flags: string, description: string, fallback: number): Option {
  return new Option(flags, description).default(fallback).argParser((text: string) => {
    if (!/^\d{1,9}(?:\.\d{1,9})?$/.test(text)) throw new InvalidArgumentError('It must be a number.');
    return Number(text);
  });
}
