import { relative, resolve, sep } from 'node:path';
import { isMissing } from '../../definition/files.ts';
import { stat } from 'node:fs/promises';
import { HuntError } from '../../core/error.ts';
import { hasErrors, type Problem } from '../../core/problem.ts';
import { loadHuntFile } from '../../definition/load.ts';
import { checkHunts } from '../../pipeline/check-hunts.ts';
import type { CheckedHunt } from '../../pipeline/checked.ts';
import type { CheckedJob } from '../../schedule/check-jobs.ts';
import type { Effects } from '../effects.ts';
import { countProblems, plural, problemLines } from '../problems.ts';
import { joined, safe } from '../views/safe-text.ts';
import type { Stock } from '../stock.ts';

/** Exit code of definitions that cannot be used. */
const BROKEN_EXIT = 2;

interface Judged {
  readonly hunts: number;
  readonly problems: readonly Problem[];
  readonly checked: readonly CheckedHunt[];
  readonly jobs: readonly CheckedJob[];
}

/**
 * `hunt check`: every problem of every definition, or of those at or below the paths. A hunt file outside of the hunts
 * folders is checked against the sources and lists of the site. 2 when there is an error, else 0.
 */
export async function check(
  paths: readonly string[],
  effects: Pick<Effects, 'out' | 'cwd' | 'stock' | 'config' | 'now'>,
): Promise<number> {
  const stock = await effects.stock();
  const judged = paths.length === 0 ? judgeAll(stock) : await judgePaths(paths, stock, effects);
  const without = judged.checked.filter(({ sources }) => sources.length === 0);
  const { out } = effects;
  const unscheduled = judged.jobs.flatMap(({ job, unscheduled: left }) =>
    left.map((each) => ({ job: job.id, ...each })),
  );
  const answer = {
    hunts: judged.hunts,
    jobs: judged.jobs.length,
    problems: judged.problems,
    withoutSources: without.map(({ hunt }) => hunt.id),
    unscheduled,
  };
  out.answer(answer, () => problemLines(judged.problems, out.paint));
  for (const { hunt, absent } of without)
    out.note(safe`${hunt.id} cannot run here: the site declares ${joined(absent, ', ')} absent`);
  for (const { job, huntId, why } of unscheduled) out.note(safe`${job} does not run ${huntId}: ${why}`);
  const jobs = judged.jobs.length === 0 ? '' : `${plural(judged.jobs.length, 'job')}, `;
  out.note(safe`${plural(judged.hunts, 'hunt')}, ${jobs}${countProblems(judged.problems)}`);
  return hasErrors(judged.problems) ? BROKEN_EXIT : 0;
}

function judgeAll({ definitions, checked, jobs, problems }: Stock): Judged {
  return { hunts: definitions.hunts.length, problems, checked: [...checked.values()], jobs: [...jobs.values()] };
}

/** What of the site lies at or below the paths; a single hunt file from elsewhere is read by itself. */
async function judgePaths(
  paths: readonly string[],
  stock: Stock,
  effects: Pick<Effects, 'cwd' | 'config' | 'now'>,
): Promise<Judged> {
  const root = (await effects.config()).site.root;
  const wanted = paths.map((path) => resolve(effects.cwd, path));
  const isWanted = (file: string) => wanted.some((path) => liesIn(path, resolve(root, file)));
  const outside = await Promise.all(wanted.map((path) => judgeOutside(path, root, stock, effects)));
  const mine: Judged = {
    hunts: stock.definitions.hunts.filter(({ file }) => isWanted(file)).length,
    problems: stock.problems.filter(({ place }) => isWanted(place.file)),
    checked: [...stock.checked.values()].filter(({ hunt }) => isWanted(hunt.file)),
    jobs: [...stock.jobs.values()].filter(({ job }) => isWanted(job.file)),
  };
  const all = [mine, ...outside];
  return {
    hunts: all.reduce((sum, { hunts }) => sum + hunts, 0),
    problems: all.flatMap(({ problems }) => problems),
    checked: all.flatMap(({ checked }) => checked),
    jobs: mine.jobs,
  };
}

/** Nothing for a path that the site's own files have already answered for. */
async function judgeOutside(path: string, root: string, stock: Stock, { now }: Pick<Effects, 'now'>): Promise<Judged> {
  const { hunts: stored, jobs } = stock.definitions;
  const known = [...[...stored, ...jobs].map(({ file }) => file), ...stock.problems.map(({ place }) => place.file)];
  const isKnown = known.some((file) => resolve(root, file) === path);
  if (isKnown || (await isFolder(path))) return { hunts: 0, problems: [], checked: [], jobs: [] };
  const loaded = await loadHuntFile(path);
  const { sources, lists } = stock.definitions;
  const { hunts, problems } = checkHunts(loaded.ok ? [loaded.value] : [], { sources, lists, now: now() });
  return { hunts: loaded.ok ? 1 : 0, problems: [...loaded.problems, ...problems], checked: hunts, jobs: [] };
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new HuntError('NOT_FOUND', `There is no file or folder "${path}"`, {
      remedy: 'Check the path',
      cause: error,
    });
  }
}

function liesIn(folder: string, path: string): boolean {
  const below = relative(folder, path);
  return below === '' || (below !== '..' && !below.startsWith(`..${sep}`));
}
