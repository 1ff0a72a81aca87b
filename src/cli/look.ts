import { join, sep } from 'node:path';
import { messageOf } from '../core/error.ts';
import { diskFiles, type Files } from '../definition/files.ts';

/** What a path held: its bytes, or why it could not be read. */
type Content = Uint8Array | Error;

/**
 * One look at a disk. Each file and folder is read once, however often it is asked for, so that everything made of a look
 * fits together; the first reading of a file decides how much of it.
 */
export class Look implements Files {
  readonly #files: Files;
  readonly #contents = new Map<string, Promise<Content>>();
  readonly #folders = new Map<string, Promise<readonly string[] | null | Error>>();

  constructor(files: Files = diskFiles) {
    this.#files = files;
  }

  async read(path: string, bytesMax: number): Promise<Uint8Array> {
    const content = await remembered(this.#contents, path, () => this.#files.read(path, bytesMax));
    if (content instanceof Error) throw content;
    return content;
  }

  async list(folder: string): Promise<readonly string[] | null> {
    const names = await remembered(this.#folders, folder, () => this.#files.list(folder));
    if (names instanceof Error) throw names;
    return names;
  }

  /** Everything that was read so far. */
  async contents(): Promise<Contents> {
    const entries = [...this.#contents].map(async ([path, content]) => [path, await content] as const);
    return new Map(await Promise.all(entries));
  }
}

/** What files held, by absolute path; a path that is not there was not read. */
export type Contents = ReadonlyMap<string, Content>;

/** Paths whose content differs, those that are in one of the two only among them. */
export function differing(a: Contents, b: Contents): string[] {
  return [...new Set([...a.keys(), ...b.keys()])].filter((path) => !sameContent(a.get(path), b.get(path)));
}

/**
 * A look in which some paths are as they were at an earlier time: one that is gone is there again, one that is new is not
 * there, any other has its earlier content.
 */
export function withEarlier(look: Files, earlier: Contents, paths: ReadonlySet<string>): Files {
  return {
    read: async (path, bytesMax) => {
      const content = paths.has(path) ? earlier.get(path) : undefined;
      if (content instanceof Error) throw content;
      return content ?? look.read(path, bytesMax);
    },
    list: async (folder) => {
      const names = await look.list(folder);
      const back = [...paths].filter((path) => earlier.has(path) && path.startsWith(`${folder}${sep}`));
      const kept = (names ?? []).filter((name) => !isNew(join(folder, name)));
      const all = new Set([
        ...kept,
        ...back.map((path) =>
          path
            .slice(folder.length + 1)
            .split(sep)
            .join('/'),
        ),
      ]);
      return names === null && back.length === 0 ? null : [...all].sort();
    },
  };

  function isNew(path: string): boolean {
    return paths.has(path) && !earlier.has(path);
  }
}

function remembered<T>(known: Map<string, Promise<T | Error>>, key: string, ask: () => Promise<T>): Promise<T | Error> {
  const found = known.get(key);
  if (found !== undefined) return found;
  const asked = ask().catch((error: unknown) => (error instanceof Error ? error : new Error(messageOf(error))));
  known.set(key, asked);
  return asked;
}

function sameContent(a: Content | undefined, b: Content | undefined): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  return a instanceof Error && b instanceof Error ? a.message === b.message : a === b;
}
