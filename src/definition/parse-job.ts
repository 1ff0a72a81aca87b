import type { Job, Schedule } from '../core/job.ts';
import { hasErrors, type Checked, type Problem } from '../core/problem.ts';
import { DAY_MS, MINUTE_MS, parseDuration } from '../core/time.ts';
import { jobSchema, type JobInput } from './schemas/schema-job.ts';
import { checkShape, problemAt, problemAtKey } from './shape.ts';
import { parseYaml, type YamlFile } from './yaml-file.ts';

const QUERY_DELAY_MS = 5 * MINUTE_MS;
const LOOK_BACK_MS = 10 * MINUTE_MS;
const CATCH_UP_MS = 14 * DAY_MS;
const TIMEOUT_MS = 10 * MINUTE_MS;
const RETRIES = 3;
/** A shorter step asks more often than events become searchable. */
const STEP_MIN_MS = MINUTE_MS;

/** The job that a file holds, or everything that is wrong with the file. What its expressions mean is judged with the hunts. */
export function parseJob(id: string, file: string, bytes: Uint8Array): Checked<Job> {
  const yaml = parseYaml(file, bytes);
  if (!yaml.ok) return yaml;
  const shape = checkShape(jobSchema, yaml.value);
  const problems = [...shape.problems, ...checkJobFile(yaml.value)];
  if (shape.value === null || hasErrors(problems)) return { ok: false, problems };
  return { ok: true, value: jobOf(id, yaml.value, shape.value), problems };
}

function jobOf(id: string, file: YamlFile, input: JobInput): Job {
  const { catch_up: catchUp } = input;
  return {
    id,
    file: file.file,
    schedule: scheduleOf(input.schedule),
    hunts: input.hunts,
    queryDelayMs: lengthOf(input.query_delay, QUERY_DELAY_MS),
    lookBackMs: lengthOf(input.look_back, LOOK_BACK_MS),
    catchUp: { atMostMs: lengthOf(catchUp?.at_most, CATCH_UP_MS), order: catchUp?.order ?? 'oldest_first' },
    timeoutMs: lengthOf(input.timeout, TIMEOUT_MS),
    retries: input.retries ?? RETRIES,
    calendar: input.calendar ?? null,
    notify: input.notify ?? [],
    places: file.places,
  };
}

function scheduleOf({ cron, timezone, every }: JobInput['schedule']): Schedule {
  if (cron === undefined) return { type: 'every', everyMs: lengthOf(every, STEP_MIN_MS) };
  return { type: 'cron', cron: cron.trim(), timezone: timezone ?? 'UTC' };
}

function lengthOf(text: string | undefined, fallback: number): number {
  return text === undefined ? fallback : (parseDuration(text) ?? fallback);
}

/** What a schema of single values cannot say. It reads the raw value and never repeats a problem of the schema. */
function checkJobFile(file: YamlFile): Problem[] {
  const job = mapping(file.value);
  return [...checkSchedule(file, job['schedule']), ...checkNotify(file, job['notify'])];
}

function checkSchedule(file: YamlFile, value: unknown): Problem[] {
  const { cron, every, timezone } = mapping(value);
  if (mapping(value) !== value) return [];
  const tell = (key: string, rule: string, message: string, hint: string): Problem[] => [
    problemAtKey(file, ['schedule', ...(key === '' ? [] : [key])], rule, message, hint),
  ];
  if (cron !== undefined && every !== undefined) {
    return tell('every', 'schedule', 'The schedule has both cron and every', 'Keep one of them');
  }
  if (cron === undefined && every === undefined) {
    const hint = 'Write { cron: "0 2 * * *", timezone: Europe/Copenhagen }, or { every: 15m }';
    return tell('', 'schedule', 'The schedule has neither cron nor every', hint);
  }
  const step = typeof every === 'string' ? parseDuration(every) : null;
  return [
    ...(every !== undefined && timezone !== undefined
      ? tell('timezone', 'schedule', '"every" counts in UTC and has no time zone', 'Remove it, or write a cron')
      : []),
    ...(step !== null && step > 0 && step < STEP_MIN_MS
      ? [
          problemAt(
            file,
            ['schedule', 'every'],
            'every-too-short',
            `"${String(every)}" is below 1m`,
            'Write 1m or more',
          ),
        ]
      : []),
  ];
}

/** A channel that is named twice would be told once all the same: most likely another one was meant. */
function checkNotify(file: YamlFile, value: unknown): Problem[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((channel: unknown, at) =>
    typeof channel === 'string' && value.indexOf(channel) < at
      ? [problemAt(file, ['notify', at], 'channel-twice', `"${channel}" is named twice`, 'Keep one of them')]
      : [],
  );
}

type Mapping = Readonly<Record<string, unknown>>;

/** The value itself where it is a mapping, else one without keys. */
function mapping(value: unknown): Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Mapping) : {};
}
