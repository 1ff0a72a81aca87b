import { z } from 'zod';
import { redact } from '../../core/error.ts';
import { DAY_MS, parseDuration } from '../../core/time.ts';

/** What a text must be, in the words of a problem: `Expected <what>, found "…"`, and how to mend it. */
interface TextRule {
  readonly rule: string;
  readonly what: string;
  readonly hint: string;
  readonly describe: string;
  readonly pattern?: RegExp;
  readonly test?: (text: string) => boolean;
}

/** The longest window or age, days: ten years; a longer one is a slip of the unit. */
const DURATION_DAYS_MAX = 3_650;
/** Longest single text of a definition, characters; a query of this length is refused by Elasticsearch anyway. */
const TEXT_MAX = 100_000;

/** A text that must pass a rule; the rule's name, words and hint become the problem. */
export function ruled({ rule, what, hint, describe, pattern, test }: TextRule) {
  const holds = (text: string): boolean => (pattern?.test(text) ?? true) && (test?.(text) ?? true);
  return z
    .string()
    .refine(holds, { params: { rule, hint }, error: ({ input }) => `Expected ${what}, found ${shown(input)}` })
    .meta({ description: describe, ...(pattern === undefined ? {} : { pattern: pattern.source }) });
}

/** A value as a message shows it: short, quoted, one line, without the credentials of an address. */
export function shown(value: unknown): string {
  const text = redact(JSON.stringify(value) ?? 'nothing');
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** Text that says something. */
export function words(describe: string) {
  return ruled({
    rule: 'empty-text',
    what: `text of 1 to ${TEXT_MAX.toLocaleString('en')} characters`,
    hint: 'Write a sentence, or remove the key where it is optional',
    describe,
    test: (text) => text.trim() !== '' && text.length <= TEXT_MAX,
  });
}

/** A duration as people write it; its length in ms is `parseDuration`. */
export function duration(describe: string) {
  return ruled({
    rule: 'duration',
    what: 'a duration such as 15m, 4h or 30d',
    hint: `Write a whole number above 0 and s, m, h, d or w, together at most ${DURATION_DAYS_MAX} days`,
    describe,
    pattern: /^[0-9]{1,9}[smhdw]$/,
    test: isDuration,
  });
}

/** Whether a text is a duration above zero and within the longest. */
export function isDuration(text: string): boolean {
  const ms = parseDuration(text);
  return ms !== null && ms > 0 && ms <= DURATION_DAYS_MAX * DAY_MS;
}

/** A day that exists. */
export function day(describe: string) {
  return ruled({
    rule: 'date',
    what: 'a day such as 2027-06-30',
    hint: 'Write year, month and day of a day that exists',
    describe,
    pattern: /^\d{4}-\d{2}-\d{2}$/,
    test: isCalendarDay,
  });
}

/** Whether `2027-02-30` is a day: the calendar must give the text back. */
function isCalendarDay(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

/** A field or column by its ECS name. */
export function field(describe: string) {
  return ruled({
    rule: 'field-name',
    what: 'a field name such as destination.ip',
    hint: 'Write letters, digits, @, _, - and dots only',
    describe,
    pattern: /^[A-Za-z@_][A-Za-z0-9@_-]*(\.[A-Za-z0-9@_-]+)*$/,
  });
}

/** What names of lists, tags and exceptions are made of. */
export const SLUG_PATTERN = /^[a-z0-9][a-z0-9-]{0,99}$/;

/** A short name in lower case: ids of exceptions, names of lists. */
export function slug(describe: string) {
  return ruled({
    rule: 'name',
    what: 'a name such as signed-browsers',
    hint: 'Write lower-case letters, digits and - only, beginning with a letter or digit',
    describe,
    pattern: SLUG_PATTERN,
  });
}

/** The name of a source: `endpoint.network`. */
const SOURCE_NAME_PATTERN = /^[a-z0-9][a-z0-9_-]*(\.[a-z0-9][a-z0-9_-]*)*$/;
/** The id of a hunt: its path below the hunts folder without the ending. */
export const HUNT_ID_PATTERN = /^[a-z0-9][a-z0-9_-]*(\/[a-z0-9][a-z0-9_-]*)*$/;
/** The name of a parameter, as `?name` in ES|QL. */
const PARAM_NAME_PATTERN = /^[a-z][a-z0-9_]*$/;

export function sourceName(describe: string) {
  return ruled({
    rule: 'source-name',
    what: 'the name of a source such as endpoint.network',
    hint: 'Write lower-case letters, digits, _, - and dots only',
    describe,
    pattern: SOURCE_NAME_PATTERN,
  });
}

/** An index pattern. It goes into FROM, so nothing that could end its name may stand in it. */
export function indexPattern(describe: string) {
  return ruled({
    rule: 'index-pattern',
    what: 'an index pattern such as logs-endpoint.events.network-*',
    hint: 'Write lower-case letters, digits, . _ - * and cluster: only; one pattern per list item',
    describe,
    pattern: /^-?([a-z0-9_*][a-z0-9_.*-]*:)?[a-z0-9.*][a-z0-9_.*+-]*$/,
  });
}

/** A channel of notifications: its kind and its name in `hunt.config.yml`. */
export function channelName(describe: string) {
  return ruled({
    rule: 'channel-name',
    what: 'a channel such as webhook:soc, slack:hunting or stdout',
    hint: 'Write webhook: or slack: and the name it has in hunt.config.yml, or stdout',
    describe,
    pattern: /^((webhook|slack):[a-z0-9][a-z0-9-]{0,99}|stdout)$/,
  });
}

/** A glob over hunt ids. */
export function huntGlob(describe: string) {
  return ruled({
    rule: 'glob',
    what: 'a hunt id or a glob such as network/*',
    hint: 'Write a hunt id in which * stands for any part of a name and ** for any path',
    describe,
    pattern: /^[a-z0-9_*-]+(\/[a-z0-9_*-]+)*$/,
  });
}

const scalarParam = z.union([z.string(), z.number(), z.boolean()], { error: 'Expected a text, a number or a boolean' });

/** Parameters by name. */
export function params(describe: string) {
  const name = ruled({
    rule: 'param-name',
    what: 'a parameter name such as max_hosts',
    hint: 'Write lower-case letters, digits and _ only, beginning with a letter',
    describe: 'Name of a parameter; ES|QL refers to it as ?name.',
    pattern: PARAM_NAME_PATTERN,
  });
  const value = z.union([scalarParam, z.array(scalarParam).min(1)], {
    error: 'Expected a text, a number, a boolean, or a list of these',
  });
  return z.record(name, value).meta({ description: describe });
}

/** A whole number in a range, or `?name` of a parameter that holds one. */
export function countOrParam(min: number, describe: string) {
  const reference = z.string().regex(/^\?[a-z][a-z0-9_]*$/);
  return z
    .union([z.int().min(min), reference], { error: `Expected a whole number from ${min}, or ?name of a parameter` })
    .meta({ description: describe });
}

/** A duration, or `?name` of a parameter that holds one as text. */
export function durationOrParam(describe: string) {
  const reference = z.string().regex(/^\?[a-z][a-z0-9_]*$/);
  return z
    .union([z.string().refine(isDuration), reference], {
      error: 'Expected a duration such as 15d, or ?name of a parameter that holds one',
    })
    .meta({ description: describe });
}

/** A list that has at least one item. */
export function some<T extends z.ZodType>(item: T, describe: string) {
  return z.array(item).min(1).meta({ description: describe });
}
