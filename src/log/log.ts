// log: events to lines. In: what unattended work tells. Out: one JSON object a line, with ECS names.
// May import: core.
import { hostname } from 'node:os';
import { pino } from 'pino';
import type { Tell } from '../core/work-event.ts';
import { harmlessJson } from '../core/unsafe-text.ts';
import { Streaks } from '../core/streaks.ts';
import { lineOf } from './line.ts';
import { type Fields, type LogLevel, plain, plainFields } from './plain.ts';
import { prettyLine } from './pretty.ts';

export interface LineStream {
  write(line: string): unknown;
  /** Calls back when everything written is out. */
  flush?(done: () => void): void;
}

export interface LogOptions {
  readonly level: LogLevel;
  /** `pretty`: a line to read, for a terminal. */
  readonly format: 'json' | 'pretty';
  /** Where lines go, each with its line break; null: standard error. */
  readonly stream: LineStream | null;
}

/** Told of events, it writes lines. */
export interface Log {
  readonly tell: Tell;
  /** A line that is no event of work: what was configured, what is odd about it. */
  readonly say: (level: LogLevel, message: string) => void;
  /** Resolves when every line is handed to the stream. */
  readonly close: () => Promise<void>;
}

/**
 * Lines wait here while nobody reads standard error; what is more is dropped: a log must neither stop the work nor fill
 * the memory.
 */
const WAITING_MAX_BYTES = 16 * 1024 * 1024;

/**
 * Opens a log. Whatever an event holds, a line is one line of JSON: no character in it moves a cursor, long texts are
 * cut, credentials are left out.
 */
export function openLog({ level, format, stream }: LogOptions): Log {
  const out = stream ?? standardError((lines) => logger.warn(`Lines of log that nobody read in time: ${lines}`));
  const shape = format === 'json' ? harmlessJson : prettyLine;
  const logger = pino(
    {
      level,
      base: { 'service.name': 'tracehound', 'process.pid': process.pid, 'host.hostname': hostname() },
      messageKey: 'message',
      timestamp: () => `,"@timestamp":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ 'log.level': label }) },
    },
    { write: (line) => void out.write(shape(line)) },
  );
  const streaks = new Streaks();
  const write = (level: LogLevel, message: string, fields: Fields = {}) =>
    logger[level](plainFields(fields), plain(message));
  return {
    tell: (event) => {
      const { level, message, fields } = lineOf(event, streaks);
      write(level, message, fields);
    },
    say: write,
    close: () => flushed(out),
  };
}

/** Standard error, written to without waiting for it; how many lines it lost is told once it takes some again. */
function standardError(tellLost: (lines: number) => void): LineStream {
  const stream = pino.destination({ fd: 2, sync: false, maxLength: WAITING_MAX_BYTES });
  let lost = 0;
  stream.on('drop', () => void lost++);
  stream.on('drain', () => {
    const lines = lost;
    lost = 0;
    if (lines > 0) tellLost(lines);
  });
  return stream;
}

/** Not longer than this: a stream whose reader is gone never says that it is done. */
const FLUSH_MAX_MS = 2_000;

async function flushed(stream: LineStream): Promise<void> {
  if (stream.flush === undefined) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, FLUSH_MAX_MS);
  stream.flush(resolve);
  await promise;
  clearTimeout(timer);
}
