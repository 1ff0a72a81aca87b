import { join, relative, sep } from 'node:path';
import type { Exception } from '../core/exception.ts';
import { messageOf } from '../core/error.ts';
import type { Hunt } from '../core/hunt.ts';
import type { Place } from '../core/place.ts';
import type { Checked, Problem } from '../core/problem.ts';
import type { Source } from '../core/source.ts';
import type { Instant } from '../core/time.ts';
import { FILE_BYTES_MAX } from './decode.ts';
import type { Files } from './files.ts';
import { parseExceptions } from './parse-exceptions.ts';
import { parseHunt } from './parse-hunt.ts';
import { parseList, type ListFile } from './parse-list.ts';
import { parseSources } from './parse-sources.ts';
import { HUNT_ID_PATTERN } from './schema-parts.ts';
import { PACKAGE_HUNTS, type FolderRef, type SiteConfig } from './site.ts';

/** Everything that the folders of a site hold, file by file, before files are judged together. */
export interface SiteFiles {
  readonly hunts: readonly Hunt[];
  readonly sources: readonly Source[];
  /** In the order of the folders, those of the package first; `ours` is false for the package's. */
  readonly lists: readonly { readonly list: ListFile; readonly ours: boolean }[];
  readonly exceptions: readonly Exception[];
  readonly problems: readonly Problem[];
}

export interface Reading {
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
  const sources = await readAll(reading, paths.sources, (_path, file, bytes) => parseSources(file, bytes));
  const lists = await readAll(reading, paths.lists, ({ path, name }, file, bytes) => {
    const parsed = parseList(nameOf(name), file, bytes, now);
    return parsed.ok
      ? { ...parsed, value: { list: parsed.value, ours: !path.startsWith(join(PACKAGE_HUNTS, sep)) } }
      : parsed;
  });
  const exceptions = await readAll(reading, paths.exceptions, (_path, file, bytes) => parseExceptions(file, bytes));
  return { hunts, sources: sources.flat(), lists, exceptions: exceptions.flat(), problems: reading.problems };
}

interface FoundFile {
  readonly path: string;
  /** Path below its folder, with `/`. */
  readonly name: string;
}

interface SitePaths {
  readonly hunts: readonly FoundFile[];
  readonly sources: readonly FoundFile[];
  readonly lists: readonly FoundFile[];
  readonly exceptions: readonly FoundFile[];
}

/** Which file is what: by its folder, and `lists/` and `sources.yml` inside a hunts folder. A leading `_` or `.` hides. */
async function pathsOf(reading: Reading): Promise<SitePaths> {
  const inHunts = await filesBelow(reading, reading.site.huntFolders);
  const isList = ({ name }: FoundFile): boolean => name.startsWith('lists/');
  const isSources = ({ name }: FoundFile): boolean => name === 'sources.yml' || name === 'sources.yaml';
  const inLists = inHunts.filter(isList).map(({ path, name }) => ({ path, name: name.slice('lists/'.length) }));
  return {
    hunts: inHunts.filter((file) => !isList(file) && !isSources(file)),
    sources: inHunts.filter(isSources),
    lists: [...inLists, ...(await filesBelow(reading, reading.site.listFolders))],
    exceptions: await filesBelow(reading, reading.site.exceptionFolders),
  };
}

async function filesBelow(reading: Reading, folders: readonly FolderRef[]): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const { path, place } of folders) {
    const names = await listed(reading, path, place);
    const visible = names.filter((name) => /\.ya?ml$/.test(name) && !/(^|\/)[._]/.test(name));
    found.push(...visible.map((name) => ({ path: join(path, name), name })));
  }
  return found;
}

/** Files of a folder; a folder that a file names must exist, a default one need not. */
async function listed(
  { files, problems, site }: Reading,
  path: string,
  place: Place | null,
): Promise<readonly string[]> {
  try {
    const names = await files.list(path);
    if (names === null && place !== null)
      problems.push({
        rule: 'no-folder',
        severity: 'error',
        place,
        message: `There is no folder "${shownPath(site.root, path)}"`,
        hint: 'Make it, or remove this line',
      });
    return names ?? [];
  } catch (error) {
    const file = shownPath(site.root, path);
    problems.push({
      rule: 'unreadable',
      severity: 'error',
      place: place ?? { file, line: 1, column: 1 },
      message: `Cannot list the folder "${file}": ${reasonOf(error)}`,
      hint: 'Check its permissions',
    });
    return [];
  }
}

async function readAll<T>(
  reading: Reading,
  found: readonly FoundFile[],
  parse: (found: FoundFile, file: string, bytes: Uint8Array) => Checked<T>,
): Promise<T[]> {
  const values: T[] = [];
  for (const each of found) {
    const parsed = await readOne(reading.files, each.path, shownPath(reading.site.root, each.path), (file, bytes) =>
      parse(each, file, bytes),
    );
    reading.problems.push(...parsed.problems);
    if (parsed.ok) values.push(parsed.value);
  }
  return values;
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
  return parse(file, bytes);
}

function parseNamedHunt(id: string, file: string, bytes: Uint8Array): Checked<Hunt> {
  const parsed = parseHunt(id, file, bytes);
  if (HUNT_ID_PATTERN.test(id)) return parsed;
  const place = { file, line: 1, column: 1 };
  const problem: Problem = {
    rule: 'hunt-id',
    severity: 'error',
    place,
    message: `"${id}" cannot be the id of a hunt`,
    hint: 'Name file and folders with lower-case letters, digits, - and _ only',
  };
  return { ok: false, problems: [problem, ...parsed.problems] };
}

function nameOf(name: string): string {
  return name.replace(/\.ya?ml$/, '');
}

/** A path as messages show it: relative to the site where it lies inside. */
export function shownPath(root: string, path: string): string {
  const below = relative(root, path);
  return below === '' || below.startsWith('..') ? path : below.split(sep).join('/');
}

/** What the system said, without the path, which the message has. */
function reasonOf(error: unknown): string {
  return messageOf(error).replace(/, \w+ '.*'$/s, '');
}
