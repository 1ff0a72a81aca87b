import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { HuntError, messageOf } from '../core/error.ts';
import { MANIFEST_ABOUT, type Manifest } from './manifest.ts';
import type { Simulation } from './simulate.ts';

/** Where a simulation goes: one file of events, and the truth about them. */
export interface Target {
  readonly events: string;
  readonly manifest: string;
}

/** `FILE.ndjson`, or another extension of logs, with or without `.gz`, names the events; anything else a folder for both files. */
export function targetOf(path: string, extension = 'ndjson'): Target {
  const file = /^(.+)\.(?:ndjson|json|xml|log)(?:\.gz)?$/.exec(path);
  return file === null
    ? { events: join(path, `events.${extension}`), manifest: join(path, 'manifest.json') }
    : { events: path, manifest: `${file[1]}.manifest.json` };
}

/**
 * Writes events and manifest, the manifest last. Each stands under its name only when it is whole. Files of an earlier
 * simulation are replaced; USAGE for any other file of that name.
 */
export async function writeSimulation(
  simulation: Simulation,
  target: Target,
  { signal, onLines }: { readonly signal: AbortSignal; readonly onLines: (count: number) => void },
): Promise<Manifest> {
  await refuseForeign(target);
  await makeFolder(target, signal);
  const half = join(dirname(target.events), `.${basename(target.events)}.half`);
  try {
    const gzip = extname(target.events) === '.gz' ? [createGzip()] : [];
    await pipeline([Readable.from(chunks(simulation, onLines)), ...gzip, createWriteStream(half)], { signal });
    await rm(target.manifest, { force: true });
    await rename(half, target.events);
    const manifest = simulation.manifest();
    await writeFile(target.manifest, `${JSON.stringify(manifest, null, 2)}\n`);
    return manifest;
  } catch (cause) {
    await rm(half, { force: true });
    throw writeError(target, cause, signal);
  }
}

async function makeFolder(target: Target, signal: AbortSignal): Promise<void> {
  try {
    await mkdir(dirname(target.events), { recursive: true });
  } catch (cause) {
    throw writeError(target, cause, signal);
  }
}

function* chunks(simulation: Simulation, onLines: (count: number) => void): Generator<string> {
  if (simulation.file !== undefined) yield simulation.file.head;
  for (const lines of simulation.batches()) {
    onLines(lines.length);
    yield `${lines.join('\n')}\n`;
  }
  if (simulation.file !== undefined) yield simulation.file.tail;
}

async function refuseForeign({ events, manifest }: Target): Promise<void> {
  const taken = await Promise.all([exists(events), exists(manifest)]);
  if (!taken.includes(true)) return;
  const text = taken[1] ? await readFile(manifest, 'utf8') : '';
  if (text.includes(MANIFEST_ABOUT)) return;
  throw new HuntError(
    'USAGE',
    `Cannot write "${taken[0] ? events : manifest}": it exists, and no simulation wrote it`,
    {
      remedy: 'Name another folder or file, or remove it',
    },
  );
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(String(error.code))) return false;
    throw error;
  }
}

function writeError({ events }: Target, cause: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) {
    return new HuntError('CANCELLED', `Cannot write "${events}": it was called off`, { cause, remedy: 'Run it again' });
  }
  if (!(cause instanceof Error && 'code' in cause)) return cause;
  return new HuntError('USAGE', `Cannot write "${events}": ${messageOf(cause)}`, {
    cause,
    remedy: 'Name a place that may be written to and has room',
  });
}
