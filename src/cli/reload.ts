import { type Instant, MINUTE_MS } from '../core/time.ts';
import type { Tell } from '../core/work-event.ts';
import { diskFiles, type Files } from '../definition/files.ts';
import type { SiteConfig } from '../definition/site.ts';
import type { Roster } from '../schedule/roster.ts';
import type { Effects } from './effects.ts';
import { configPath, firstHeld, type Held, nextHeld } from './hold-good.ts';
import { differing } from './look.ts';
import { changedFiles } from './watch.ts';

/** How often files are looked at though nobody said that they changed: a network drive tells nothing. */
const LOOK_MS = MINUTE_MS;

/** The roster of a working folder, kept up with its files until it is disposed of. */
export interface FollowedRoster extends AsyncDisposable {
  readonly current: () => Roster;
  /** Looks at the files now; resolves when what has changed counts. Never rejects. */
  readonly look: () => Promise<void>;
}

export interface RosterListeners {
  readonly tell: Tell;
  /** Another roster has taken the place of the one before. */
  readonly changed: () => void;
}

/** How files are read and watched; for tests. */
interface Means {
  readonly files?: Files;
  readonly watch?: typeof changedFiles;
  readonly lookMs?: number;
}

/**
 * Reads hunts, lists, exceptions, sources, jobs and the site's part of `hunt.config.yml`, and reads them again when they
 * change. What an edit breaks keeps its last good version and is told as `reload_refused`; the rest of the edit counts and
 * is told as `reloaded`. Rejects where there is nothing to begin with.
 */
export async function followRoster(
  { cwd, now }: Pick<Effects, 'cwd' | 'now'>,
  { tell, changed }: RosterListeners,
  { files = diskFiles, watch = changedFiles, lookMs = LOOK_MS }: Means = {},
): Promise<FollowedRoster> {
  const stop = new AbortController();
  let held = await firstHeld({ root: cwd, files, now: now() });
  let roster = rosterOf(held, now());
  if (held.faults.length > 0) tell({ type: 'reloaded', problems: held.faults });

  const lookOnce = async () => {
    const before = held;
    const next = stop.signal.aborted ? null : await nextHeld(before, { root: cwd, files, now: now() });
    if (next === null) return;
    [held, roster] = [next, rosterOf(next, now())];
    if (next.stale.size > 0) tell({ type: 'reload_refused', problems: next.faults });
    if (differing(next.contents, before.contents).length > 0) tell({ type: 'reloaded', problems: next.faults });
    changed();
  };
  const trouble = (error: unknown) => tell({ type: 'trouble', where: 'scheduler', error });
  let looking = Promise.resolve();
  const look = () => (looking = looking.then(lookOnce).catch(trouble));

  const timer = setInterval(() => void look(), lookMs);
  const watching = follow(cwd, { site: () => held.site, look, watch }, stop.signal).catch(trouble);
  return {
    current: () => roster,
    look,
    async [Symbol.asyncDispose]() {
      stop.abort();
      clearInterval(timer);
      await Promise.all([watching, looking]);
    },
  };
}

interface Following {
  readonly site: () => SiteConfig;
  readonly look: () => Promise<void>;
  readonly watch: typeof changedFiles;
}

/** Looks at each change, and watches other folders when the site names others. */
async function follow(cwd: string, { site, look, watch }: Following, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    const folders = foldersOf(site());
    const turn = new AbortController();
    const changes = watch(folders, AbortSignal.any([stop, turn.signal]), [configPath(cwd), ...folders]);
    // What changed before the watch began.
    await look();
    for await (const batch of changes) {
      if (batch.size > 0) await look();
      if (foldersOf(site()).join('\n') !== folders.join('\n')) turn.abort();
    }
  }
}

function foldersOf({ huntFolders, listFolders, exceptionFolders, jobFolders }: SiteConfig): string[] {
  return [...huntFolders, ...listFolders, ...exceptionFolders, ...jobFolders].map(({ path }) => path);
}

function rosterOf({ stock, faults }: Held, loadedAt: Instant): Roster {
  return { jobs: stock.jobs, problems: faults, loadedAt };
}
