import { HuntError, redact, unreachable, type ErrorCode } from '../core/error.ts';
import { fieldOf, listIn, textIn } from './answer.ts';
import { ruleFor, type Facts } from './failure-rules.ts';

/** Every way a request can fail, free of the client library's classes. */
export type Failure =
  | { readonly kind: 'response'; readonly status: number; readonly body: unknown; readonly product: boolean }
  | { readonly kind: 'connection'; readonly message: string }
  | { readonly kind: 'timeout'; readonly ms: number }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'other_product' }
  | { readonly kind: 'unreadable'; readonly message: string };

/** What was being done, and whom it concerns: `store` requests that are refused are STORE_REFUSED, not QUERY_REJECTED. */
export interface Doing {
  /** Infinitive: `run the query`, `read the fields of logs-*`. */
  readonly what: string;
  readonly side: 'events' | 'store';
  /** Index patterns it is about, where the server's reason may not name them. */
  readonly on?: string;
}

const REASON_LENGTH = 600;
const CAUSES_DEPTH = 8;

/** The one place where a failed request becomes an error with code, message and remedy (docs/errors.md); `cause` is what the library said. */
export function failureError(failure: Failure, doing: Doing, cause?: string): HuntError {
  const error = (code: ErrorCode, state: string, remedy: string, types: readonly string[] = []) =>
    new HuntError(code, `Cannot ${doing.what}: ${state}`, { remedy, cause: redact(cause ?? types.join(' ')) });
  switch (failure.kind) {
    case 'cancelled':
      return error('CANCELLED', 'it was cancelled', 'Nothing is left running; start it again when wanted');
    case 'timeout':
      return error('TIMEOUT', `Elasticsearch did not answer within ${failure.ms} ms`, TIMEOUT_REMEDY);
    case 'other_product':
      return error('NOT_ELASTICSEARCH', 'what answered does not say that it is Elasticsearch', PRODUCT_REMEDY);
    case 'unreadable':
      return error(
        'ANSWER_NOT_UNDERSTOOD',
        `the answer is no readable JSON (${clean(failure.message)})`,
        UNREADABLE_REMEDY,
      );
    case 'connection': {
      const { code, state, remedy } = connectionFault(clean(failure.message));
      return error(code, state, remedy);
    }
    case 'response': {
      if (isForeign(failure)) return failureError({ kind: 'other_product' }, doing);
      const facts = factsOf(failure, doing);
      const { code, remedy } = ruleFor(facts);
      return error(code, `Elasticsearch answered ${facts.status}: ${facts.reason}`, remedy, facts.types);
    }
    default:
      return unreachable(failure);
  }
}

const TIMEOUT_REMEDY = 'Give it a longer deadline, ask for a shorter window, or look at the load of the cluster';
const PRODUCT_REMEDY =
  'Check the URL of the node; a proxy in between must pass the response header "x-elastic-product" on';
const UNREADABLE_REMEDY = 'Check the URL of the node and whether a proxy in between changes answers';

/**
 * A status that Elasticsearch gives with a JSON error, here without one and without its product header: somebody else. The
 * header alone does not tell: 8.19.21 leaves it out of 401 and 403.
 */
export function isForeign(answer: {
  readonly status: number;
  readonly body: unknown;
  readonly product: boolean;
}): boolean {
  const gateway = [401, 403, 407, 429, 502, 503, 504].includes(answer.status);
  return !answer.product && !gateway && fieldOf(answer.body, 'error') === undefined;
}

/** Reads an error body, whatever its form: object, bare text, or none. */
function factsOf({ status, body }: { readonly status: number; readonly body: unknown }, { side, on }: Doing): Facts {
  const error = fieldOf(body, 'error');
  const chain = causes(error);
  const types = chain.flatMap((cause) => textIn(cause, 'type') ?? []);
  const reasons = chain.flatMap((cause) => textIn(cause, 'reason') ?? []);
  const plain = typeof error === 'string' ? error : typeof body === 'string' ? body : '';
  const text = clean([...new Set(reasons)].slice(0, 2).join(': ') || plain).replace(/\.$/, '');
  return { status, types, reason: text || 'no reason given', side, on: on ?? null };
}

/** The error itself, its root causes, and the chain below it, outermost first. */
function causes(error: unknown): readonly unknown[] {
  const chain: unknown[] = [error, ...listIn(error, 'root_cause')];
  let cause = fieldOf(error, 'caused_by');
  for (let depth = 0; cause !== undefined && depth < CAUSES_DEPTH; depth++) {
    chain.push(cause);
    cause = fieldOf(cause, 'caused_by');
  }
  const shards = listIn(error, 'failed_shards').map((shard) => fieldOf(shard, 'reason'));
  return [...chain, ...shards.slice(0, CAUSES_DEPTH)];
}

/**
 * The library hands on only the message of a connection fault. An address that resolves to several (`localhost`) fails
 * with no message at all, which the library words "connection failed (URL)".
 */
function connectionFault(message: string): { code: ErrorCode; state: string; remedy: string } {
  const state = `no connection to Elasticsearch (${message})`;
  if (/certificate|cert_|altname|self.signed|fingerprint/i.test(message)) {
    return { code: 'UNREACHABLE', state, remedy: TLS_REMEDY };
  }
  if (/EPROTO|wrong version number|SSL routines|tlsv1|TLS/i.test(message)) {
    return {
      code: 'UNREACHABLE',
      state,
      remedy: 'Check whether the node speaks http or https, and the URL accordingly',
    };
  }
  if (/ENOTFOUND|EAI_AGAIN/.test(message)) {
    return { code: 'UNREACHABLE', state, remedy: 'Check the host name in the URL of the node' };
  }
  if (
    /ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EADDRNOTAVAIL|Connect Timeout|connection failed|living/i.test(
      message,
    )
  ) {
    return { code: 'UNREACHABLE', state, remedy: 'Check that the node runs and that its URL and port are right' };
  }
  const lost = `the connection to Elasticsearch was lost (${message})`;
  return { code: 'CONNECTION_LOST', state: lost, remedy: LOST_REMEDY };
}

const TLS_REMEDY =
  'Name the file of its certificate authority (elasticsearch.ca_file) or the SHA-256 fingerprint of it (elasticsearch.fingerprint)';
const LOST_REMEDY =
  'Look at the log of the node before asking again: a query can end a node that runs out of memory; a node that speaks https hangs up on http';

/** One line without control characters, cut. */
export function clean(text: string): string {
  // oxlint-disable-next-line no-control-regex
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim();
  return line.length > REASON_LENGTH ? `${line.slice(0, REASON_LENGTH)}…` : line;
}
