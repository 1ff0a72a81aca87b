import { glob, open, readdir, stat } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import type { Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { HuntError, messageOf } from '../core/error.ts';

/** One file of events, or standard input. */
export interface Input {
  /** As it was found, for messages. */
  readonly name: string;
  /** Absolute path; null for standard input. */
  readonly path: string | null;
  /** Bytes as they lie on the disk; null where that is not known. */
  readonly size: number | null;
}

/** Larger pieces than node's 64 KiB: fewer calls, and lines that are cut less often. */
const READ_BYTES = 1_048_576;
/** Files that a folder is searched for; a file that is named is read whatever it is called. */
const EVENT_FILE = /\.(?:ndjson|jsonl|json|log)(?:\.(?:gz|zst|zstd))?$/i;

/** The inputs that arguments name: `-`, files, folders (all event files below), globs. Rejects with NOT_FOUND. */
export async function findInputs(args: readonly string[], cwd: string): Promise<readonly Input[]> {
  const found: Input[] = [];
  for (const arg of args) found.push(...(await inputsOf(arg, cwd)));
  const seen = new Set<string>();
  return found.filter(({ path }) => path === null || (!seen.has(path) && seen.add(path)));
}

async function inputsOf(arg: string, cwd: string): Promise<Input[]> {
  if (arg === '-') return [{ name: 'standard input', path: null, size: null }];
  const path = resolve(cwd, arg);
  const known = await statOf(path);
  if (known?.isDirectory() === true) return filesBelow(path, cwd, arg);
  if (known !== null) return [{ name: arg, path, size: known.size }];
  const matches: string[] = [];
  if (/[*?[{]/.test(arg)) for await (const match of glob(arg, { cwd })) matches.push(match);
  const files = await Promise.all(matches.sort().map((match) => inputsOf(match, cwd)));
  if (files.flat().length > 0) return files.flat();
  throw new HuntError('NOT_FOUND', `Cannot find "${arg}": there is no such file, folder or match`, {
    remedy: 'Name a file, a folder, a glob in quotes, or - for standard input',
  });
}

async function filesBelow(folder: string, cwd: string, arg: string): Promise<Input[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && EVENT_FILE.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  if (paths.length === 0) {
    throw new HuntError('NOT_FOUND', `Cannot find any file of events in the folder "${arg}"`, {
      remedy: 'Such files end in .ndjson, .jsonl, .json or .log, packed also in .gz or .zst; or name the files',
    });
  }
  return Promise.all(paths.map(async (path) => ({ name: relative(cwd, path), path, size: (await stat(path)).size })));
}

async function statOf(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}

/**
 * What reading came to: `cut` says why it ended early; everything up to there was given. Each piece of `bytes` holds
 * until the next is asked for.
 */
export interface Reading {
  readonly bytes: AsyncIterable<Buffer>;
  readonly cut: () => string | null;
}

/** The bytes of an input, unpacked by what they begin with (gzip, zstd), whatever the file is called. */
export function openInput({ path }: Input, stdin: () => AsyncIterable<Buffer>): Reading {
  let cut: string | null = null;
  const raw = path === null ? stdin() : piecesOf(path);
  async function* bytes(): AsyncGenerator<Buffer> {
    try {
      yield* unpacked(raw);
    } catch (error) {
      const { code, syscall } = error as NodeJS.ErrnoException;
      if (syscall !== undefined && syscall !== 'read') throw notReadable(path, error);
      cut = `it ends early or is damaged (${code ?? messageOf(error)})`;
    }
  }
  return { bytes: bytes(), cut: () => cut };
}

/** All pieces in one buffer: the memory of a new one for each would be collected late, and looked for often. */
async function* piecesOf(path: string): AsyncGenerator<Buffer> {
  await using file = await open(path);
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, READ_BYTES);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

function notReadable(path: string | null, error: unknown): HuntError {
  return new HuntError('NOT_FOUND', `Cannot read "${basename(path ?? '-')}": ${messageOf(error)}`, {
    cause: error,
    remedy: 'Check that the file is there and may be read',
  });
}

async function* unpacked(raw: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const pieces = raw[Symbol.asyncIterator]();
  const first = await pieces.next();
  if (first.done === true) return;
  const all = rejoined(first.value, pieces);
  const unpacker = unpackerFor(first.value);
  yield* unpacker === null ? all : piped(all, unpacker);
}

async function* rejoined(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* { [Symbol.asyncIterator]: () => rest };
}

function unpackerFor(head: Buffer) {
  if (head[0] === 0x1f && head[1] === 0x8b) return createGunzip({ chunkSize: READ_BYTES });
  return head.subarray(0, 4).equals(ZSTD) ? createZstdDecompress({ chunkSize: READ_BYTES }) : null;
}

const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** Pieces that wait to be read before the unpacker is held back. */
const WAITING_MAX = 4;

/**
 * Through a stream that unpacks. Pieces are taken as they are told, not by iterating over the stream, which would lose
 * those that came out before an error: a cut file gives all that it holds.
 */
async function* piped(source: AsyncIterable<Buffer>, unpacker: Transform): AsyncGenerator<Buffer> {
  const waiting: Buffer[] = [];
  let over: { readonly error: unknown } | null = null;
  let wake: () => void = () => {};
  const finish = (error: unknown) => {
    over ??= { error };
    wake();
  };
  unpacker.on('data', (piece: Buffer) => {
    if (waiting.push(piece) >= WAITING_MAX) unpacker.pause();
    wake();
  });
  unpacker.on('end', () => finish(null)).on('error', finish);
  const feeding = feed(source, unpacker).catch(finish);
  for (;;) {
    const piece = waiting.shift();
    if (piece !== undefined) yield piece;
    else if (over !== null) break;
    else {
      if (unpacker.isPaused()) unpacker.resume();
      await new Promise<void>((resolve) => (wake = resolve));
    }
  }
  unpacker.destroy();
  await feeding;
  const { error } = over as { readonly error: unknown };
  if (error !== null) throw error;
}

async function feed(source: AsyncIterable<Buffer>, unpacker: Transform): Promise<void> {
  for await (const piece of source) {
    if (unpacker.destroyed) return;
    // It is unpacked later, when the piece holds something else.
    if (unpacker.write(Buffer.from(piece))) continue;
    await new Promise<void>((resolve) => unpacker.once('drain', resolve).once('close', resolve));
  }
  unpacker.end();
}
