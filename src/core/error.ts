/**
 * Every way Tracehound gives up, with the exit code that goes with it (design.md, "The command line"): 2 usage,
 * definition or configuration; 3 a run or a server failed. docs/errors.md lists each code and what to do about it.
 */
export const ERROR_CODES = {
  USAGE: 2,
  CONFIGURATION: 2,
  DEFINITION: 2,
  NOT_FOUND: 2,
  CONFLICT: 3,
  UNREACHABLE: 3,
  CONNECTION_LOST: 3,
  NOT_ELASTICSEARCH: 3,
  AUTHENTICATION: 3,
  PRIVILEGE: 3,
  NO_INDEX: 3,
  CLOSED_INDEX: 3,
  UNKNOWN_COLUMN: 3,
  TYPE_CONFLICT: 3,
  QUERY_REJECTED: 3,
  CIRCUIT_BREAKER: 3,
  OVERLOADED: 3,
  SHARD_FAILURE: 3,
  TIMEOUT: 3,
  CANCELLED: 3,
  ANSWER_NOT_UNDERSTOOD: 3,
  STORE_NOT_READY: 3,
  STORE_REFUSED: 3,
  GEOIP_UNAVAILABLE: 3,
  QUEUE_UNAVAILABLE: 3,
  JOB_UNKNOWN: 2,
  NOT_KIBANA: 3,
  KIBANA_REFUSED: 3,
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** What may accompany an error. `remedy` says what the reader can do next. */
export interface ErrorDetail {
  readonly cause?: unknown;
  readonly remedy?: string;
}

/**
 * The one error class. Message: capital letter, no full stop, values in quotes, what was being done, then the state.
 * Credentials are removed from message and remedy when it is constructed, so a secret cannot reach a log through an error.
 */
export class HuntError extends Error {
  readonly code: ErrorCode;
  readonly remedy: string | undefined;

  constructor(code: ErrorCode, message: string, detail: ErrorDetail = {}) {
    super(redact(message), detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = 'HuntError';
    this.code = code;
    this.remedy = detail.remedy === undefined ? undefined : redact(detail.remedy);
  }

  get exitCode(): number {
    return ERROR_CODES[this.code];
  }
}

/** Whether a value is a HuntError, optionally of one of the given codes. */
export function isHuntError(error: unknown, ...codes: readonly ErrorCode[]): error is HuntError {
  return error instanceof HuntError && (codes.length === 0 || codes.includes(error.code));
}

/** Whether no other question would be answered either: nobody is there, nobody is let in, or it was called off. */
export function isFatal({ code }: HuntError): boolean {
  return ['UNREACHABLE', 'CONNECTION_LOST', 'AUTHENTICATION', 'CANCELLED'].includes(code);
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Removes user information from URLs and the value of authorization headers and of password-like assignments. */
export function redact(text: string): string {
  return text
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1***@')
    .replace(/\b(ApiKey|Bearer|Basic)\s+[A-Za-z0-9+/=_.:-]+/g, '$1 ***')
    .replace(/\b(password|passwd|api_?key|secret|token)(["']?\s*[=:]\s*["']?)[^\s"',}]+/gi, '$1$2***');
}

/** For the end of a switch over a closed union: a forgotten member is a compile error, a corrupt value a clear one. */
export function unreachable(value: never): never {
  throw new TypeError(`Unexpected value: ${JSON.stringify(value)}`);
}
