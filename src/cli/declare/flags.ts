import { type Command, InvalidArgumentError, Option } from 'commander';
import { DISPOSITIONS, FINDING_STATUSES } from '../../core/finding.ts';
import { SEVERITIES } from '../../core/hunt.ts';

/** Rows that an answer may have: ES|QL gives 10,000, of which one tells that there are more. */
export const ROWS_MAX = 9_999;

/** A flag that takes one or more of some words: separated by commas, or given again. */
export function someOf(flags: string, description: string, words: readonly string[]): Option {
  return new Option(flags, `${description}: ${words.join(', ')}; several with commas`).argParser(
    (text: string, before: readonly string[] | undefined) => [
      ...(before ?? []),
      ...text.split(',').map((word) => oneOf(word.trim(), words)),
    ],
  );
}

/** A flag that takes one of some words. */
export function choice(flags: string, description: string, words: readonly string[]): Option {
  return new Option(flags, description).choices(words);
}

/** A flag that may be given again. */
export function repeated(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text: string, before: readonly string[] | undefined) => [
    ...(before ?? []),
    text,
  ]);
}

/** `--timezone <zone>`, an IANA name. */
export function timezone(): Option {
  return new Option('--timezone <zone>', 'zone of times that name none, such as Europe/Copenhagen; else UTC').argParser(
    (text: string) => {
      try {
        return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
      } catch {
        throw new InvalidArgumentError('It must be an IANA time zone such as Europe/Copenhagen.');
      }
    },
  );
}

/** `--limit <n>`, a whole number from 1 to `most`. */
export function limit(fallback: number, most: number): Option {
  return new Option('--limit <n>', `show at most so many, up to ${most}`)
    .default(fallback)
    .argParser((text: string) => {
      const value = /^\d{1,6}$/.test(text) ? Number(text) : 0;
      if (value < 1 || value > most) throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`);
      return value;
    });
}

export function since(description: string): Option {
  return new Option('--since <time>', `${description}: a length of time (7d) or a time`);
}

/** The flags that name a tile. */
export function timeFlags(all: boolean): Option[] {
  const span = [
    new Option('--since <time>', 'from then until now: a length of time (7d) or a time'),
    new Option('--from <time>', 'start: 2026-11-01 or 2026-11-01T10:00Z; without a zone UTC'),
    new Option('--to <time>', 'end, itself not included'),
  ];
  return all ? [...span, new Option('--all', 'everything from 1970 until now, as one piece of time')] : span;
}

function oneOf(word: string, words: readonly string[]): string {
  const found = words.find((each) => each === word);
  if (found === undefined) throw new InvalidArgumentError(`Allowed are ${words.join(', ')}.`);
  return found;
}

/** The flags that choose findings, for whatever is done with them. */
export function findingFlags(command: Command, fallback: number, most: number): Command {
  return command
    .option('--hunt <id>', 'of this hunt')
    .addOption(someOf('--status <status>', 'of these states', FINDING_STATUSES))
    .addOption(someOf('--severity <severity>', 'of these severities', SEVERITIES))
    .addOption(someOf('--disposition <disposition>', 'of these dispositions', DISPOSITIONS))
    .option('--host <name>', 'on this host')
    .addOption(since('new or reopened since'))
    .addOption(limit(fallback, most));
}
