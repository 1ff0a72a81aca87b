import { DAY_MS, type Instant, SECOND_MS } from '../core/time.ts';
import { TELL_MAX_MS, type Told } from './port.ts';

/** The world as sending needs it; tests give their own. */
export interface Means {
  readonly fetch: typeof fetch;
  readonly now: () => Instant;
  /** Longest wait for an answer, ms. */
  readonly tellMaxMs?: number;
}

export interface Parcel {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A receiver that wants to be left alone for longer is asked once a day. */
const RETRY_AFTER_MAX_MS = DAY_MS;
/** Statuses that mean this body: malformed, too large, of a kind that is not taken, not to be processed. */
const ABOUT_THE_BODY: ReadonlySet<number> = new Set([400, 413, 415, 422]);
/** What a receiver may say of itself that is shown: Slack's words, such as `invalid_payload`, and nothing that it was sent. */
const WORD = /^[a-z]{2,20}(?:_[a-z]{2,20}){0,4}$/;
const WORD_MAX = 100;

/**
 * Posts once. No redirect is followed: what is meant for one server must not go to another because the first says so. What
 * went wrong is told by status or by code, never by a text that could hold the address or what was sent.
 */
export async function post(
  { url, headers, body }: Parcel,
  { fetch, now, tellMaxMs = TELL_MAX_MS }: Means,
): Promise<Told> {
  const signal = AbortSignal.timeout(tellMaxMs);
  try {
    const response = await fetch(url, { method: 'POST', redirect: 'manual', headers, body, signal });
    const told = await judge(response, now);
    await response.body?.cancel().catch(() => undefined);
    return told;
  } catch (error) {
    const because = signal.aborted ? `no answer within ${tellMaxMs / SECOND_MS} s` : reasonOf(error);
    return { ok: false, because, retryAfterMs: null, alone: false };
  }
}

async function judge(response: Response, now: () => Instant): Promise<Told> {
  const { status, headers } = response;
  if (status >= 200 && status < 300) return { ok: true };
  if (status === 0 || (status >= 300 && status < 400)) {
    const because = `the answer is a redirect (${status}), which is not followed: configure the final address`;
    return { ok: false, because, retryAfterMs: null, alone: false };
  }
  const word = await firstWord(response).catch(() => null);
  const because = `the answer is ${status}${word === null ? '' : ` (${word})`}`;
  return { ok: false, because, retryAfterMs: retryAfter(headers, now()), alone: ABOUT_THE_BODY.has(status) };
}

/** The answer where it is a single word of the kind that Slack gives; of a longer one nothing is read beyond its beginning. */
async function firstWord({ body }: Response): Promise<string | null> {
  if (body === null) return null;
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  reader.releaseLock();
  if (value === undefined || value.length > WORD_MAX) return null;
  const text = new TextDecoder().decode(value).trim();
  return WORD.test(text) ? text : null;
}

/** Seconds or a date (RFC 9110, 10.2.3); null where there is none, or none that can be read. */
function retryAfter(headers: Headers, now: Instant): number | null {
  const text = headers.get('retry-after')?.trim() ?? '';
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * SECOND_MS : Date.parse(text) - now;
  return Number.isNaN(ms) ? null : Math.min(RETRY_AFTER_MAX_MS, Math.max(0, ms));
}

/** `fetch failed` says nothing; its cause has a code. Messages may name the address, which may be a secret. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = codeOf(cause) ?? codeOf(error);
  return code === null ? 'the connection failed' : (REASONS[code] ?? `the connection failed: ${code}`);
}

function codeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(error.code) ? error.code : null;
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens at the address',
  ECONNRESET: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name of the host cannot be looked up now',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed (NODE_EXTRA_CA_CERTS names further authorities)',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is of an unknown authority (NODE_EXTRA_CA_CERTS names further ones)',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate is of an unknown authority (NODE_EXTRA_CA_CERTS names further ones)',
  CERT_HAS_EXPIRED: 'its certificate has expired',
};
