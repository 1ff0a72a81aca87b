import { join, relative, sep } from 'node:path';
import { messageOf } from '../core/error.ts';
import type { Place } from '../core/place.ts';
import type { Problem } from '../core/problem.ts';
import type { Files } from './files.ts';
import type { FolderRef, SiteConfig } from './site.ts';

export interface FoundFile {
  readonly path: string;
  /** Path below its folder, with `/`. */
  readonly name: string;
}

/** A site whose folders are read, and where to put what goes wrong. */
interface FolderReading {
  readonly site: SiteConfig;
  readonly files: Files;
  readonly problems: Problem[];
}

export interface SitePaths {
  readonly hunts: readonly FoundFile[];
  readonly sources: readonly FoundFile[];
  readonly lists: readonly FoundFile[];
  readonly exceptions: readonly FoundFile[];
  readonly jobs: readonly FoundFile[];
}

/** Which file is what: by its folder, and `lists/` and `sources.yml` inside a hunts folder. A leading `_` or `.` hides. */
export async function pathsOf(reading: FolderReading): Promise<SitePaths> {
  const inHunts = await filesBelow(reading, reading.site.huntFolders);
  const isList = ({ name }: FoundFile): boolean => name.startsWith('lists/');
  const isSources = ({ name }: FoundFile): boolean => name === 'sources.yml' || name === 'sources.yaml';
  const inLists = inHunts.filter(isList).map(({ path, name }) => ({ path, name: name.slice('lists/'.length) }));
  return {
    hunts: inHunts.filter((file) => !isList(file) && !isSources(file)),
    sources: inHunts.filter(isSources),
    lists: [...inLists, ...(await filesBelow(reading, reading.site.listFolders))],
    exceptions: await filesBelow(reading, reading.site.exceptionFolders),
    jobs: await filesBelow(reading, reading.site.jobFolders),
  };
}

async function filesBelow(reading: FolderReading, folders: readonly FolderRef[]): Promise<FoundFile[]> {
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
  { files, problems, site }: FolderReading,
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

/** A path as messages show it: relative to the site where it lies inside. */
export function shownPath(root: string, path: string): string {
  const below = relative(root, path);
  return below === '' || below.startsWith('..') ? path : below.split(sep).join('/');
}

/** What the system said, without the path, which the message has. */
export function reasonOf(error: unknown): string {
  return messageOf(error).replace(/, \w+ '.*'$/s, '');
}
