import { FORMATS, type Format } from './format.ts';

/** Logs in a form of their own, which become ECS documents on the way in. */
export const LOG_FORMATS = ['windows-json', 'windows-xml', 'pfirewall', 'zeek', 'zeek-json'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** Everything that `hunt ingest` reads. */
export const INPUT_FORMATS = [...FORMATS, ...LOG_FORMATS] as const;
export type InputFormat = Format | LogFormat;

export function isLogFormat(format: InputFormat): format is LogFormat {
  return LOG_FORMATS.some((name) => name === format);
}

/** What logs do not say of themselves. */
export interface LogContext {
  /** IANA zone of times that carry none; null: UTC. */
  readonly timezone: string | null;
  /** Name of the host that wrote logs which do not name it (`pfirewall.log`); null: they stay without. */
  readonly host: string | null;
}

export const NO_CONTEXT: LogContext = { timezone: null, host: null };
