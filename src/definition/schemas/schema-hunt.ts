import { z } from 'zod';
import { HUNT_STATUSES, SEVERITIES } from '../../core/hunt.ts';
import { VERDICTS } from '../../core/verdict.ts';
import { parseTime } from '../../core/time.ts';
import { exceptionSchema } from './schema-exception.ts';
import {
  countOrParam,
  duration,
  durationOrParam,
  field,
  HUNT_ID_PATTERN,
  params,
  ruled,
  slug,
  some,
  sourceName,
  words,
} from './schema-parts.ts';

/** Most values that a finding carries of one field; 4 sets of 100 addresses fit a finding of 20 kB. */
const COLLECT_MAX = 100;

/** Most rows of other events that a finding carries of one enrichment. */
const ENRICHMENT_ROWS_MAX = 20;
/** Each enrichment is asked once for each of up to 50 rows. */
const ENRICHMENTS_MAX = 5;

const technique = ruled({
  rule: 'technique',
  what: 'an ATT&CK technique such as T1071 or T1071.004',
  hint: 'Look the id up on attack.mitre.org',
  describe: 'ATT&CK technique or sub-technique.',
  pattern: /^T\d{4}(\.\d{3})?$/,
});

const reference = ruled({
  rule: 'reference',
  what: 'an address that begins with https://',
  hint: 'Write the whole address',
  describe: 'Where to read more.',
  pattern: /^https?:\/\/[^\s"<>]+$/,
});

const huntId = ruled({
  rule: 'hunt-id',
  what: 'a hunt id such as network/rare-egress',
  hint: 'Write the path below the hunts folder without its ending, in lower case',
  describe: 'Id of a hunt.',
  pattern: HUNT_ID_PATTERN,
});

const time = ruled({
  rule: 'time',
  what: 'a time such as 2026-11-01T10:00:00Z',
  hint: 'Write a date and, if need be, a time with Z or an offset',
  describe: 'ISO 8601; without a zone it is UTC.',
  test: (text) => parseTime(text) !== null,
});

const sourceList = some(sourceName('Name of a source.'), 'Names of sources from sources.yml.');
const sources = z
  .strictObject({ any_of: sourceList.optional(), all_of: sourceList.optional() })
  .meta({ description: 'The sources it needs: any_of, at least one; all_of, every one.' });

const collected = z
  .record(field('A field.'), z.int().min(1).max(COLLECT_MAX))
  .meta({ description: `Values to carry along by field: how many at most, up to ${COLLECT_MAX}.` });

const prevalence = z.strictObject({
  of: some(
    field('A field.'),
    "The entity: fields whose values, in lower case, make a row; they are the finding's key.",
  ),
  across: field('The field whose distinct values are counted and are the population, as a rule host.name.'),
  at_most: countOrParam(1, 'Most values of `across` that a row may have.'),
  min_population: countOrParam(
    1,
    'Smallest population on which the result says anything; below it a run is degraded. Default 10.',
  ).optional(),
  where: words('ES|QL condition that events must meet. Write it as a block after |.').optional(),
  collect: collected.optional(),
});

const firstSeen = z.strictObject({
  of: some(
    field('A field.'),
    "The entity: fields whose values, in lower case, must not have been seen before; they are the finding's key.",
  ),
  across: field('The field whose distinct values are counted and are the population. Default host.name.').optional(),
  where: words('ES|QL condition that events must meet. Write it as a block after |.').optional(),
  collect: collected.optional(),
  min_history: durationOrParam(
    'Least time before the tile that must be known; with less, rows are counted and not written. Default: half of the window.',
  ).optional(),
});

const exclusion = z.strictObject({
  field: field('The address field.'),
  lists: some(slug('Name of a list.'), 'Names of CIDR lists.'),
  stage: z
    .enum(['before', 'after'])
    .optional()
    .meta({ description: 'before (default): in the query, on events; after: on the values of rows.' }),
});

const finding = z.strictObject({
  title: words('One line about a finding; {column} stands for a value of its row.'),
  key: some(field('A column.'), 'Columns that make a finding the same finding (esql hunts only).').optional(),
  drilldown: words(
    "ES|QL that shows a finding's events; ?column stands for a value of its row, and == asks for any where it has several (esql hunts only).",
  ).optional(),
  seen: z
    .strictObject({ first: field('Column with the first time.'), last: field('Column with the last time.') })
    .optional()
    .meta({ description: "Columns that hold a row's first and last event, from hunt.clock (esql hunts only)." }),
  reopen: z
    .strictObject({
      after: duration('A silence between event times longer than this reopens.').optional(),
      on: some(field('A column.'), 'A value not seen before in one of these columns reopens.').optional(),
    })
    .optional()
    .meta({ description: 'When a finding that an analyst closed becomes open again.' }),
});

const enrichment = z.strictObject({
  name: slug('Its name, in findings and in what it hides.'),
  esql: words(
    'ES|QL about other events, with its own FROM; ?column stands for a value of the row, with underscores for dots.',
  ),
  within: duration('How far before the first event of the row and after its last it reads, in event time.'),
  at_most: z.int().min(1).max(ENRICHMENT_ROWS_MAX).meta({ description: 'Rows to keep as evidence.' }),
  unless: words(
    'ES|QL condition on its rows: where it is true for one of them, the row is dropped. Unknown never drops.',
  ).optional(),
});

const leftOut = z.strictObject({
  rule: ruled({
    rule: 'never-exclude-rule',
    what: 'a rule such as never-exclude-shell',
    hint: 'Write the rule that hunt check names; docs/exclusions.md lists them',
    describe: 'The rule, by the name that `hunt check` tells.',
    pattern: /^never-exclude-[a-z-]+$/,
  }),
  because: words('Why it is right for this hunt, and what looks there instead.'),
});

const row = z.record(z.string(), z.unknown());
const events = z
  .union(
    [
      ruled({
        rule: 'events-file',
        what: 'a file name beside the hunt',
        hint: 'Write a name without folders',
        describe: 'File of events beside the hunt, one JSON object a line.',
        pattern: /^[A-Za-z0-9_][A-Za-z0-9._-]*$/,
      }),
      z.array(row),
    ],
    { error: 'Expected a file name, or a list of events' },
  )
  .meta({ description: 'Events: a file beside the hunt, or a list of them.' });

const test = z.strictObject({
  name: words('What the case shows.'),
  events,
  params: params('Parameters that differ in this case.').optional(),
  tile: z
    .strictObject({ from: time, to: time })
    .optional()
    .meta({ description: 'The time examined; default: from the oldest to the newest event.' }),
  finds: z.array(row).meta({
    description:
      'One item per finding: columns that it must show, and under "enriched" the rows of other events by the name of the enrichment. Empty: it must stay quiet.',
  }),
  verdict: z.enum(VERDICTS).optional().meta({ description: 'The verdict the run must have.' }),
});

/** A hunt file. */
export const huntSchema = z
  .strictObject({
    name: words('Name for people.'),
    former_ids: z
      .array(huntId)
      .optional()
      .meta({ description: 'Ids this file had before, the first one first; findings follow the first.' }),
    hypothesis: words('What we believe an intruder does, and why it would show here.'),
    status: z
      .enum(HUNT_STATUSES)
      .meta({ description: 'experimental: being tried; stable: on a schedule; deprecated: kept for its findings.' }),
    severity: z.enum(SEVERITIES).meta({ description: 'The risk score follows: 21, 47, 73, 99.' }),
    tags: z.array(slug('A tag.')).optional().meta({ description: 'Words to choose hunts by: tag:egress.' }),
    techniques: z.array(technique).optional().meta({ description: 'ATT&CK techniques.' }),
    sources,
    window: duration('How far back a run reads.'),
    params: params('Numbers and lists that a site may change.').optional(),
    esql: words('The query, with its own FROM. Write it as a block after |.').optional(),
    top: z
      .boolean()
      .optional()
      .meta({ description: "true: the query's final LIMIT is meant, a top 20 for instance (esql hunts only)." }),
    prevalence: prevalence.optional().meta({ description: 'What few hosts have.' }),
    first_seen: firstSeen
      .optional()
      .meta({ description: 'What was never there before. The window is the time examined and the history before it.' }),
    beacon: z.unknown().optional().meta({ description: 'Reserved, not built yet.' }),
    exclude_cidrs: z.array(exclusion).optional().meta({ description: 'Address blocks to leave out.' }),
    exceptions: z.array(exceptionSchema).optional().meta({ description: 'What is known and accepted.' }),
    leaves_out: z
      .array(leftOut)
      .optional()
      .meta({ description: 'Rules of what never to exclude that its own conditions break on purpose.' }),
    enrich: z
      .strictObject({
        geoip: some(field('An address field.'), 'Address fields that get country and network.').optional(),
        events: z
          .array(enrichment)
          .min(1)
          .max(ENRICHMENTS_MAX)
          .optional()
          .meta({ description: 'Questions about other events, asked for at most 50 rows of a run after keep.' }),
      })
      .optional()
      .meta({ description: 'What to add to findings.' }),
    keep: words('ES|QL condition on result rows after enrichment; a row for which it is unknown stays.').optional(),
    finding,
    false_positives: z
      .array(words('One cause.'))
      .optional()
      .meta({ description: 'What it finds that is no intruder.' }),
    runbook: words('What to do with a finding, step by step.').optional(),
    references: z.array(reference).optional().meta({ description: 'Where to read more.' }),
    tests: z.array(test).optional().meta({ description: 'Cases: events, and what must be found in them.' }),
  })
  .meta({
    title: 'Hunt',
    description:
      'A stored hunt: what we believe, how to look, what to leave out, how a finding is keyed, and its tests.',
  });

export type HuntInput = z.infer<typeof huntSchema>;
