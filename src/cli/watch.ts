import { existsSync, type FSWatcher, readdirSync, watch } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** An editor writes a file in several steps, and version control many files: what follows within this time is one change. */
const QUIET_MS = 150;

/**
 * The files below folders that change, as absolute paths, all of one change together, until `signal` aborts. It watches
 * from now on, folders that exist. What changes while a batch is looked at comes with the next. `single`: absolute paths of
 * which only they themselves count, files or folders, also ones that are made later.
 */
export function changedFiles(
  folders: readonly string[],
  signal: AbortSignal,
  single: readonly string[] = [],
): AsyncGenerator<ReadonlySet<string>> {
  const tree = new WatchedTree(folders, new Set(single));
  tree.follow();
  return batches(tree, signal);
}

async function* batches(tree: WatchedTree, signal: AbortSignal): AsyncGenerator<ReadonlySet<string>> {
  const stop = () => tree.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    while (!signal.aborted) {
      const batch = await tree.next();
      if (batch.size > 0) yield batch;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    tree.close();
  }
}

/**
 * Watches each folder by itself: node's own recursive watch loses a file on Linux once an editor has put another in its
 * place, which is how most of them save.
 */
class WatchedTree {
  readonly #roots: readonly string[];
  readonly #single: ReadonlySet<string>;
  readonly #watchers = new Map<string, FSWatcher>();
  /** Folders of which every file counts. */
  #whole: ReadonlySet<string> = new Set();
  #paths = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #settled = Promise.withResolvers<void>();

  constructor(roots: readonly string[], single: ReadonlySet<string>) {
    this.#roots = roots;
    this.#single = single;
  }

  /** Watches folders that are new, and forgets those that are gone. */
  follow(): void {
    this.#whole = new Set(this.#roots.filter(existsSync).flatMap(foldersIn));
    const around = [...this.#single].map((path) => dirname(path)).filter(existsSync);
    const folders = new Set([...this.#whole, ...around]);
    for (const [folder, watcher] of this.#watchers) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    for (const folder of folders) if (!this.#watchers.has(folder)) this.#watch(folder);
  }

  /** The next batch; empty after the end. */
  async next(): Promise<ReadonlySet<string>> {
    await this.#settled.promise;
    const batch = this.#paths;
    this.#paths = new Set();
    this.#settled = Promise.withResolvers();
    if (batch.size > 0) this.follow();
    return batch;
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
    this.#paths = new Set();
    this.#settled.resolve();
  }

  #watch(folder: string): void {
    const watcher = watch(folder, (_event, name) => {
      const path = name === null ? null : resolve(folder, name);
      if (path !== null && (this.#whole.has(folder) || this.#single.has(path))) this.#add(path);
    });
    // A folder that is removed ends its watcher with an error; that it is gone shows in its parent.
    watcher.on('error', () => watcher.close());
    this.#watchers.set(folder, watcher);
  }

  #add(path: string): void {
    this.#paths.add(path);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#settled.resolve(), QUIET_MS);
  }
}

function foldersIn(root: string): string[] {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  const below = entries.filter((entry) => entry.isDirectory()).map(({ parentPath, name }) => join(parentPath, name));
  return [resolve(root), ...below];
}
