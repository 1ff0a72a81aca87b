// log: events to lines. In: what unattended work tells. Out: one JSON object a line, with ECS names.
// May import: core.
import { hostname } from 'node:os';
import { pino } from 'pino';
import type { Tell } from '../core/work-event.ts';
import { harmlessJson } from '../core/unsafe-text.ts';
import { Streaks } from '../core/streaks.ts';
import { lineOf } from './line.ts';
import { type LogLevel, plain, plainFields } from './plain.ts';
import { prettyLine } from './pretty.ts';

export interface LogOptions {
  readonly level: LogLevel;
  /** `pretty`: a line to read, for a terminal. */
  readonly format: 'json' | 'pretty';
  /** Where lines go, each with its line break; null: standard error. */
  readonly stream: { write(line: string): unknown } | null;
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
  const out = stream ?? pino.destination({ fd: 2, sync: false, maxLength: WAITING_MAX_BYTES });
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
  return {
    tell: (event) => {
      const line = lineOf(event, streaks);
      logger[line.level](plainFields(line.fields), plain(line.message));
    },
    say: (level, message) => logger[level](plain(message)),
    close: () => flushed(out),
  };
}

async function flushed(out: { flush?(done: (error?: Error | null) => void): void } | object): Promise<void> {
  if (!('flush' in out) || out.flush === undefined) return;
  await new Promise<void>((resolve) => out.flush?.(() => resolve()));
}
