import { basename } from 'node:path';
import type { Exception } from '../core/exception.ts';
import type { Hunt } from '../core/hunt.ts';
import type { Job } from '../core/job.ts';
import type { ChannelRule } from '../core/notice.ts';
import { sortProblems, type Checked, type Problem } from '../core/problem.ts';
import type { Source } from '../core/source.ts';
import type { Instant } from '../core/time.ts';
import type { CidrList } from '../core/value-list.ts';
import { applyChannels } from './apply-channels.ts';
import { applyExceptions } from './apply-exceptions.ts';
import { applyParams } from './apply-params.ts';
import { diskFiles, type Files } from './files.ts';
import { parseHunt } from './parse-hunt.ts';
import { mapSources } from './parse-sources.ts';
import { readOne, readSite, type SiteFiles } from './read-site.ts';
import { resolveLists } from './resolve-lists.ts';
import type { SiteConfig } from './site.ts';
import { uniqueHunts, uniqueJobs, uniqueLists, uniqueSources } from './unique.ts';
import { versionOf } from './version.ts';

/** All definitions of a site, and everything that is wrong with them. What is broken is left out, what is whole is in. */
export interface Definitions {
  /** By id. With the parameters, and the exceptions, of the site. */
  readonly hunts: readonly Hunt[];
  readonly sources: ReadonlyMap<string, Source>;
  readonly lists: ReadonlyMap<string, CidrList>;
  /** The site's own exceptions; those inside hunts are in the hunts only. */
  readonly exceptions: readonly Exception[];
  /** By id. What they name is not judged yet. */
  readonly jobs: readonly Job[];
  /** Channels of the site, which jobs may name. */
  readonly channels: readonly ChannelRule[];
  /** Ids of hunts whose file cannot be used, so that a name for one of them is not called unknown. */
  readonly brokenHunts: ReadonlySet<string>;
  /** In reading order. */
  readonly problems: readonly Problem[];
}

export interface LoadOptions {
  readonly files?: Files;
  /** When expiry is judged; default: the present. */
  readonly now?: Instant;
}

/** Reads hunts, lists, sources, exceptions and jobs of a site. Rejects never because of what the files hold. */
export async function loadDefinitions(
  site: SiteConfig,
  { files = diskFiles, now = Date.now() }: LoadOptions = {},
): Promise<Definitions> {
  const read = await readSite(site, files, now);
  return joinDefinitions(site, read);
}

/** Judges the files together and gives each hunt what the site says about it. Pure. */
function joinDefinitions(site: SiteConfig, read: SiteFiles): Definitions {
  const unique = uniqueHunts(read.hunts);
  const listFiles = uniqueLists(read.lists);
  const lists = resolveLists(listFiles.items, read.broken.lists);
  const ownSources = uniqueSources(read.sources);
  const sources = mapSources(ownSources.items, site.sources, read.broken.sources);
  const withParams = applyParams(unique.items, site.params, read.broken.hunts);
  const withExceptions = applyExceptions(withParams.hunts, read.exceptions, read.broken.hunts);
  const hunts = withExceptions.hunts.map((hunt) => ({ ...hunt, version: versionOf(hunt) }));
  const ownJobs = uniqueJobs(read.jobs);
  const jobs = applyChannels(ownJobs.items, site.jobChannels, site.channels, read.broken.jobs);
  const stages = [read, unique, listFiles, lists, ownSources, sources, withParams, withExceptions, ownJobs, jobs];
  const problems = stages.flatMap((stage) => stage.problems);
  return {
    hunts,
    sources: sources.sources,
    lists: lists.lists,
    exceptions: read.exceptions,
    jobs: jobs.jobs,
    channels: site.channels,
    brokenHunts: read.broken.hunts,
    problems: sortProblems(problems),
  };
}

/**
 * One hunt file that may lie outside of the hunts folders; its id is its file name. Exceptions and parameters of the
 * site do not reach it.
 */
export async function loadHuntFile(path: string, files: Files = diskFiles): Promise<Checked<Hunt>> {
  const id = basename(path).replace(/\.ya?ml$/, '');
  return readOne(files, path, path, (file, bytes) => parseHunt(id, file, bytes));
}
