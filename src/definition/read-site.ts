import { join, sep } from 'node:path';
import type { Exception } from '../core/exception.ts';
import type { Hunt } from '../core/hunt.ts';
import type { Job } from '../core/job.ts';
import { sortProblems, type Checked, type Problem } from '../core/problem.ts';
import type { Source } from '../core/source.ts';
import type { Instant } from '../core/time.ts';
import { FILE_BYTES_MAX } from './decode.ts';
import type { Files } from './files.ts';
import { pathsOf, reasonOf, shownPath, type FoundFile } from './find-files.ts';
import { parseExceptions } from './parse-exceptions.ts';
import { parseHunt } from './parse-hunt.ts';
import { parseJob } from './parse-job.ts';
import { parseList, type ListFile } from './parse-list.ts';
import { parseSources } from './parse-sources.ts';
import { HUNT_ID_PATTERN, SLUG_PATTERN } from './schemas/schema-parts.ts';
import { PACKAGE_HUNTS, type SiteConfig } from './site.ts';

/** Most problems of one file that are told: a hostile file of 1 MB has half a million. */
const PROBLEMS_MAX = 200;

/** Everything that the folders of a site hold, file by file, before files are judged together. */
export interface SiteFiles {
  readonly hunts: readonly Hunt[];
  readonly sources: readonly Source[];
  /** In the order of the folders, those of the package first. */
  readonly lists: readonly OwnedList[];
  readonly exceptions: readonly Exception[];
  readonly jobs: readonly Job[];
  readonly problems: readonly Problem[];
  /** Names of what is there but broken, so that what refers to it is not called wrong as well. */
  readonly broken: Broken;
}

/** A list, and whether it is the site's own rather than the package's. */
export interface OwnedList {
  readonly list: ListFile;
  readonly ours: boolean;
}

interface Broken {
  readonly hunts: ReadonlySet<string>;
  readonly lists: ReadonlySet<string>;
  readonly jobs: ReadonlySet<string>;
  /** Whether a file of sources is; what it would name is not known. */
  readonly sources: boolean;
}

interface Reading {
  readonly site: SiteConfig;
  readonly files: Files;
  readonly now: Instant;
  readonly problems: Problem[];
}

/** Reads and parses every file of a site's folders; a file that is broken is a problem and the others are still read. */
export async function readSite(site: SiteConfig, files: Files, now: Instant): Promise<SiteFiles> {
  const reading: Reading = { site, files, now, problems: [] };
  const paths = await pathsOf(reading);
  const hunts = await readAll(reading, paths.hunts, ({ name }, file, bytes) =>
    parseNamedHunt(nameOf(name), file, bytes),
  );
  const sources = await readAll(reading, paths.sources, (_found, file, bytes) => parseSources(file, bytes));
  const lists = await readAll(reading, paths.lists, (found, file, bytes) => parseOwnedList(found, file, bytes, now));
  const exceptions = await readAll(reading, paths.exceptions, (_found, file, bytes) => parseExceptions(file, bytes));
  const jobs = await readAll(reading, paths.jobs, ({ name }, file, bytes) => parseNamedJob(nameOf(name), file, bytes));
  return {
    hunts: hunts.values,
    sources: sources.values.flat(),
    lists: lists.values,
    exceptions: exceptions.values.flat(),
    jobs: jobs.values,
    problems: reading.problems,
    broken: { hunts: hunts.broken, lists: lists.broken, jobs: jobs.broken, sources: sources.broken.size > 0 },
  };
}

function parseOwnedList({ path, name }: FoundFile, file: string, bytes: Uint8Array, now: Instant): Checked<OwnedList> {
  const list = nameOf(name);
  const parsed = named(parseList(list, file, bytes, now), SLUG_PATTERN, { rule: 'list-name', name: list, file });
  const ours = !path.startsWith(join(PACKAGE_HUNTS, sep));
  return parsed.ok ? { ...parsed, value: { list: parsed.value, ours } } : parsed;
}

/** The values of those files that are whole, and the names of the others. */
interface ReadFiles<T> {
  readonly values: readonly T[];
  readonly broken: ReadonlySet<string>;
}

async function readAll<T>(
  reading: Reading,
  found: readonly FoundFile[],
  parse: (found: FoundFile, file: string, bytes: Uint8Array) => Checked<T>,
): Promise<ReadFiles<T>> {
  const values: T[] = [];
  const broken = new Set<string>();
  for (const each of found) {
    const parsed = await readOne(reading.files, each.path, shownPath(reading.site.root, each.path), (file, bytes) =>
      parse(each, file, bytes),
    );
    reading.problems.push(...parsed.problems);
    if (parsed.ok) values.push(parsed.value);
    else broken.add(nameOf(each.name));
  }
  return { values, broken };
}

/** Parses one file; one that cannot be read is a problem like any other. */
export async function readOne<T>(
  files: Files,
  path: string,
  file: string,
  parse: (file: string, bytes: Uint8Array) => Checked<T>,
): Promise<Checked<T>> {
  let bytes: Uint8Array;
  try {
    bytes = await files.read(path, FILE_BYTES_MAX + 1);
  } catch (error) {
    const place = { file, line: 1, column: 1 };
    return {
      ok: false,
      problems: [
        {
          rule: 'unreadable',
          severity: 'error',
          place,
          message: `Cannot read the file: ${reasonOf(error)}`,
          hint: 'Check that it is a file and may be read',
        },
      ],
    };
  }
  return capped(parse(file, bytes), file);
}

/** The first problems of a file, and how many there are besides. */
function capped<T>(parsed: Checked<T>, file: string): Checked<T> {
  const { problems } = parsed;
  if (problems.length <= PROBLEMS_MAX) return parsed;
  const message = `${problems.length - PROBLEMS_MAX} further problems of this file are not shown`;
  const last = sortProblems(problems).slice(0, PROBLEMS_MAX);
  const place = last.at(-1)?.place ?? { file, line: 1, column: 1 };
  const more: Problem = { rule: 'more-problems', severity: 'error', place, message, hint: 'Mend these first' };
  return { ...parsed, problems: [...last, more] };
}

function parseNamedHunt(id: string, file: string, bytes: Uint8Array): Checked<Hunt> {
  return named(parseHunt(id, file, bytes), HUNT_ID_PATTERN, { rule: 'hunt-id', name: id, file });
}

/** Its id is part of names of ledgers and of work, as hunt ids are. */
function parseNamedJob(id: string, file: string, bytes: Uint8Array): Checked<Job> {
  return named(parseJob(id, file, bytes), HUNT_ID_PATTERN, { rule: 'job-id', name: id, file });
}

/** What a file holds, refused where the file's own name cannot be a name. */
function named<T>(
  parsed: Checked<T>,
  pattern: RegExp,
  { rule, name, file }: { rule: string; name: string; file: string },
): Checked<T> {
  if (pattern.test(name)) return parsed;
  const place = { file, line: 1, column: 1 };
  const hint = 'Name file and folders with lower-case letters, digits and - only';
  return {
    ok: false,
    problems: [
      { rule, severity: 'error', place, message: `"${name}" cannot be a name here`, hint },
      ...parsed.problems,
    ],
  };
}

function nameOf(name: string): string {
  return name.replace(/\.ya?ml$/, '');
}
