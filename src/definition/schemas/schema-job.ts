import { z } from 'zod';
import { CATCH_UP_ORDERS } from '../../core/job.ts';
import { parseDuration } from '../../core/time.ts';
import { channelName, duration, isDuration, ruled, some } from './schema-parts.ts';

/** Further tries of one query within one attempt; more would only hold up the other hunts. */
const RETRIES_MAX = 10;

/** Whether a text is the name of a time zone that this machine knows (IANA). */
function isTimezone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Its fields are judged with the jobs: only `schedule` reads cron expressions. */
function cron(describe: string) {
  return ruled({
    rule: 'cron',
    what: 'a cron expression such as "0 2 * * *"',
    hint: 'Write minute, hour, day of month, month and day of week',
    describe,
    test: (text) => text.trim() !== '' && text.length <= 200,
  });
}

const timezone = ruled({
  rule: 'timezone',
  what: 'a time zone such as Europe/Copenhagen or UTC',
  hint: 'Look the name up in the IANA list; an abbreviation such as CEST is none',
  describe: 'Whose wall clock the expression reads, by its IANA name. Default UTC.',
  test: isTimezone,
});

/** A length of time that may be none at all. */
function lag(describe: string) {
  return ruled({
    rule: 'duration',
    what: 'a duration such as 5m, or 0s',
    hint: 'Write a whole number and s, m, h, d or w',
    describe,
    pattern: /^[0-9]{1,9}[smhdw]$/,
    test: (text) => isDuration(text) || parseDuration(text) === 0,
  });
}

const huntChoice = ruled({
  rule: 'hunt-choice',
  what: 'a hunt id, a glob, tag:x or technique:T1071',
  hint: 'Write names as hunt run takes them, but for files: a job names stored hunts only',
  describe: 'A hunt id, a glob over ids (network/*), tag:x, or technique:T1071, which names its sub-techniques too.',
  pattern: /^(tag:[a-z0-9][a-z0-9-]{0,99}|technique:[Tt]\d{4}(\.\d{3})?|[a-z0-9_*-]+(\/[a-z0-9_*-]+)*)$/,
});

/** `jobs/*.yml`; the job is named as its file. */
export const jobSchema = z
  .strictObject({
    schedule: z
      .strictObject({
        cron: cron('Cron expression: minute, hour, day of month, month, day of week.').optional(),
        timezone: timezone.optional(),
        every: duration('Due each time that so much has passed since 1970 in UTC; at least 1m.').optional(),
      })
      .meta({ description: 'When the hunts are due: cron with a timezone, or every.' }),
    hunts: some(huntChoice, 'The hunts of the job; one that several of these name is in it once.'),
    query_delay: lag(
      'How long events take to become searchable: each tile ends so long before its slot. Default 5m.',
    ).optional(),
    look_back: lag('How far before its range a run reads once more, for stragglers. Default 10m.').optional(),
    catch_up: z
      .strictObject({
        at_most: duration('Tiles missed for longer become a gap that waits for a backfill. Default 14d.').optional(),
        order: z
          .enum(CATCH_UP_ORDERS)
          .optional()
          .meta({ description: 'Which of the missed tiles come first. Default oldest_first.' }),
      })
      .optional()
      .meta({ description: 'What happens with tiles that were missed.' }),
    timeout: duration('Longest time of one query. Default 10m.').optional(),
    retries: z
      .int()
      .min(0)
      .max(RETRIES_MAX)
      .optional()
      .meta({ description: 'Further tries within one attempt, for what may pass. Default 3.' }),
    calendar: z
      .strictObject({
        starts: cron('Cron expression of its start, on the clock of the schedule.'),
        ends: cron('Cron expression of its end, on the clock of the schedule.'),
      })
      .optional()
      .meta({
        description: 'The time examined apart from the time of the run: from the last start to the last end before it.',
      }),
    notify: some(
      channelName('A channel of notify in hunt.config.yml.'),
      'Channels that are told of new and reopened findings.',
    ).optional(),
  })
  .meta({ title: 'Job', description: 'Hunts on a calendar.' });

export type JobInput = z.infer<typeof jobSchema>;
