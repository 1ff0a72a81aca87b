import { existsSync, readdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DAY_MS, HOUR_MS, type Instant } from '../../core/time.ts';
import type { Manifest } from './manifest.ts';

/**
 * How long the file of a segment that was merged into another stays. A reader takes a snapshot and attaches its files
 * at once; on Linux and macOS an attached file outlives its removal, on Windows the removal fails and is tried again.
 */
const REPLACED_KEPT_MS = HOUR_MS;
/** After which a segment that another machine has announced and not finished is given up. */
const WRITING_KEPT_MS = DAY_MS;

/** Removes what killed processes left behind, and replaced segments that nobody can still be about to read. */
export function tidy(manifest: Manifest, now: Instant): void {
  for (const { id, state, host, pid, changed_at: changedAt } of manifest.rows()) {
    const age = now - changedAt;
    const dead = state === 'writing' && (host === hostname() ? !isAlive(pid) : age > WRITING_KEPT_MS);
    if (!dead && !(state === 'replaced' && age > REPLACED_KEPT_MS)) continue;
    if (removeFile(manifest.fileOf(id))) manifest.forget(id);
  }
  // The folder is read before the manifest: a file that is announced in between is in neither list, or in both.
  const files = readdirSync(manifest.segmentsFolder);
  const known = new Set(manifest.rows().map(({ id }) => id));
  for (const file of files) {
    const [id = ''] = file.split('.');
    if (!known.has(id)) removeFile(join(manifest.segmentsFolder, file));
  }
  // Named by process, `-query` behind it where queries spilled.
  for (const name of existing(manifest.spillFolder)) {
    if (!isAlive(Number.parseInt(name, 10))) rmSync(join(manifest.spillFolder, name), { recursive: true, force: true });
  }
}

function existing(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** Removes a segment's file with its log; false where something still holds it. */
export function removeFile(file: string): boolean {
  try {
    rmSync(`${file}.wal`, { force: true });
    rmSync(file, { force: true });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EBUSY' || code === 'EPERM') return false;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
