import { open, readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** What the definitions need of a disk. */
export interface Files {
  /** The first `bytesMax` bytes of a file; rejects where there is none or it may not be read. */
  read(path: string, bytesMax: number): Promise<Uint8Array>;
  /** Paths of all files below a folder, relative to it with `/`, sorted; null where there is no such folder. */
  list(folder: string): Promise<readonly string[] | null>;
}

/** The disk. Symbolic links are not followed into folders, so a ring of them ends. */
export const diskFiles: Files = { read: readFirst, list: listFiles };

async function readFirst(path: string, bytesMax: number): Promise<Uint8Array> {
  await using file = await open(path, 'r');
  const parts: Buffer[] = [];
  for (let size = 0; size < bytesMax;) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.min(bytesMax - size, 65_536)));
    if (bytesRead === 0) break;
    parts.push(buffer.subarray(0, bytesRead));
    size += bytesRead;
  }
  return Buffer.concat(parts);
}

async function listFiles(folder: string): Promise<readonly string[] | null> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() || entry.isSymbolicLink())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
      .sort();
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Whether a system call failed because there is no such file or folder. */
export function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
