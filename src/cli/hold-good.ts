import { join, resolve } from 'node:path';
import { HuntError } from '../core/error.ts';
import { type Problem, sortProblems } from '../core/problem.ts';
import type { Instant } from '../core/time.ts';
import { FILE_BYTES_MAX } from '../definition/decode.ts';
import { type Files, isMissing } from '../definition/files.ts';
import { readOne } from '../definition/read-site.ts';
import { defaultSite, parseConfig, type SiteConfig } from '../definition/site.ts';
import { absentSources } from '../schedule/check-jobs.ts';
import { type Contents, differing, Look, withEarlier } from './look.ts';
import { loadStock, type Stock } from './stock.ts';

/** Definitions, with some files (absolute paths) as they were earlier. */
interface Reading {
  readonly site: SiteConfig;
  readonly stock: Stock;
  readonly stale: ReadonlySet<string>;
  /** What is wrong with what was read, `hunt.config.yml` included. */
  readonly problems: readonly Problem[];
}

/** The definitions that are gone by: each file as it is, or as it was when it could last be used. */
export interface Held extends Reading {
  /** What the files hold that are gone by. */
  readonly contents: Contents;
  /** What the files held when they were looked at, and what is wrong with them as they are. */
  readonly seen: Contents;
  readonly faults: readonly Problem[];
}

/** A working folder at an instant. */
export interface Folder {
  readonly root: string;
  readonly files: Files;
  readonly now: Instant;
}

/** The site's own configuration; the parts of it that name servers and limits count from the start of a process only. */
export function configPath(root: string): string {
  return join(root, 'hunt.config.yml');
}

/** The definitions of a folder as they are; what is broken is left out. Rejects where `hunt.config.yml` cannot be used. */
export async function firstHeld(folder: Folder): Promise<Held> {
  const look = new Look(folder.files);
  const reading = await read(folder, look, { stale: new Set(), otherwise: null });
  const contents = await look.contents();
  return { ...reading, contents, seen: contents, faults: reading.problems };
}

/** Files that are tried without being put back: each means reading the site anew. */
const RELEASED_MAX = 20;

/**
 * The definitions after a change; null where nothing has changed since they were looked at. Files whose edit brings an
 * error are put back until it is gone; every other edit counts. A hunt or job whose file was removed is gone.
 */
export async function nextHeld(held: Held, folder: Folder): Promise<Held | null> {
  const look = new Look(folder.files);
  const asItIs = await read(folder, look, { stale: new Set(), otherwise: held });
  const seen = await look.contents();
  if (differing(seen, held.seen).length === 0) return null;
  const again = (stale: Iterable<string>) => read(folder, look, { stale: new Set(stale), otherwise: held });
  const faulty = async (reading: Reading) => {
    const changed = differing(await look.contents(), held.contents).filter((path) => !reading.stale.has(path));
    return toPutBack(held, reading, changed, { root: folder.root, seen });
  };
  let reading = asItIs;
  for (let back = await faulty(reading); back.length > 0; back = await faulty(reading)) {
    reading = await again([...reading.stale, ...back]);
  }
  // An edit that came to grief only by another one counts after all.
  for (const path of [...reading.stale].slice(0, RELEASED_MAX)) {
    const without = await again([...reading.stale].filter((other) => other !== path));
    if ((await faulty(without)).length === 0) reading = without;
  }
  const contents = goneBy(await look.contents(), held.contents, reading.stale);
  return { ...reading, contents, seen, faults: asItIs.problems };
}

async function read(
  { root, now }: Folder,
  look: Look,
  { stale, otherwise }: { readonly stale: ReadonlySet<string>; readonly otherwise: Held | null },
): Promise<Reading> {
  const files = otherwise === null ? look : withEarlier(look, otherwise.contents, stale);
  const config = await readSiteConfig(root, files);
  const site = config.site ?? otherwise?.site;
  if (site === undefined)
    throw new HuntError('CONFIGURATION', 'Cannot use hunt.config.yml', { remedy: 'See hunt check' });
  const stock = await loadStock(site, now, files);
  return { site, stock, stale, problems: sortProblems([...config.problems, ...stock.problems]) };
}

async function readSiteConfig(
  root: string,
  files: Files,
): Promise<{ readonly site: SiteConfig | null; readonly problems: readonly Problem[] }> {
  const path = configPath(root);
  const isThere = await files.read(path, FILE_BYTES_MAX + 1).then(
    () => true,
    (error: unknown) => !isMissing(error),
  );
  if (!isThere) return { site: defaultSite(root), problems: [] };
  const parsed = await readOne(files, path, 'hunt.config.yml', (file, bytes) => parseConfig(path, file, root, bytes));
  return { site: parsed.ok ? parsed.value.site : null, problems: parsed.problems };
}

/** A hunt that was removed takes nothing with it but itself: its file does not come back for the sake of who named it. */
const OF_REMOVED_HUNTS: ReadonlySet<string> = new Set(['names-no-hunt', 'unknown-hunt']);

/**
 * Of the changed files those to put back next: whose own content is at fault, what others name before who names it; where
 * an unchanged file is in error, whatever it may name. None where there is no error that was not there before.
 */
function toPutBack(
  held: Held,
  reading: Reading,
  changed: readonly string[],
  { root, seen }: { readonly root: string; readonly seen: Contents },
): readonly string[] {
  const before = new Set(errorsOf(held).map(nameOf));
  const errors = errorsOf(reading).filter((problem) => !before.has(nameOf(problem)));
  const files = [...errors.map(({ place }) => place.file), ...huntsLost(held, reading)];
  const atFault = new Set(files.map((file) => resolve(root, file)));
  const runnable = new Set([held, reading].flatMap(filesOfHuntsAndJobs).map((file) => resolve(root, file)));
  const named = changed.filter((path) => !runnable.has(path));
  const own = changed.filter((path) => atFault.has(path));
  const ownNamed = named.filter((path) => atFault.has(path));
  if (ownNamed.length > 0) return ownNamed;
  if (own.length > 0 || errors.every(({ rule }) => OF_REMOVED_HUNTS.has(rule))) return own;
  return named.length > 0 ? named : changed.filter((path) => seen.has(path));
}

function errorsOf({ problems }: Reading): readonly Problem[] {
  return problems.filter(({ severity }) => severity === 'error');
}

/** Lines move with every edit above them. */
function nameOf({ place, rule, message }: Problem): string {
  return JSON.stringify([place.file, rule, message]);
}

/** Files of hunts that no longer go with a job that had them: the fault is told in the job's file. */
function huntsLost(held: Held, { stock }: Reading): string[] {
  return [...held.stock.jobs.values()].flatMap(({ job, hunts }) => {
    const after = stock.jobs.get(job.id);
    if (after === undefined) return [];
    const kept = new Set(after.hunts.map(({ hunt }) => hunt.id));
    return hunts.flatMap(({ hunt }) => {
      const checked = stock.checked.get(hunt.id);
      const isLost = !kept.has(hunt.id) && checked !== undefined && absentSources(checked) === null;
      return isLost ? [checked.hunt.file] : [];
    });
  });
}

function filesOfHuntsAndJobs({ stock }: Reading): string[] {
  return [...stock.definitions.hunts, ...stock.definitions.jobs].map(({ file }) => file);
}

/** What was looked at, with the earlier content of what was put back. */
function goneBy(seen: Contents, earlier: Contents, stale: ReadonlySet<string>): Contents {
  const contents = new Map(seen);
  for (const path of stale) {
    const content = earlier.get(path);
    if (content === undefined) contents.delete(path);
    else contents.set(path, content);
  }
  return contents;
}
