// A site whose one hunt finds three users in each minute, of which a job tells a webhook.
import { activated, ledgerName } from '../../src/core/books.ts';
import { isoTime, type Instant, MINUTE_MS, type Span } from '../../src/core/time.ts';
import type { Store } from '../../src/store/port.ts';
import { busyFiles } from './busy-site.ts';
import { type HuntRig, huntRig } from './hunt.ts';
import { isFromTracehound, type Receiver } from './receiver.ts';

export const SECRET = 'the secret of the receiver 4711';
export const SECRET_VARIABLE = 'TRACEHOUND_NOTIFY_WEBHOOK_SOC_SECRET';
const KEY = { jobId: 'minutely', huntId: 'busy/h0' };
const USERS_A_MINUTE = 3;
const { signal } = new AbortController();

export interface NotifySite {
  readonly index: string;
  /** The minutes that are due when a scheduler begins. */
  readonly span: Span;
}

/** So many whole minutes that are over. */
export function minutesUntil(now: Instant, minutes: number): Span {
  const end = Math.floor(now / MINUTE_MS) * MINUTE_MS - MINUTE_MS;
  return { start: end - minutes * MINUTE_MS, end };
}

/** The folder of the site, for the real binary. */
export function notifyRig(
  { index }: NotifySite,
  receiver: Pick<Receiver, 'url'>,
  env: Readonly<Record<string, string>> = {},
): Promise<HuntRig> {
  const notify = { webhook: { soc: { url: receiver.url, severity: 'low' } } };
  const config = { notify, serve: { port: 'none' }, limits: { concurrency: 1 } };
  const files = busyFiles({ hunts: 1, index, finds: true, queryDelay: '0s', config });
  const job = {
    schedule: { every: '1m' },
    hunts: ['busy/*'],
    query_delay: '0s',
    look_back: '0s',
    notify: ['webhook:soc'],
  };
  return huntRig({
    files: { ...files, 'jobs/minutely.yml': JSON.stringify(job) },
    env: { [SECRET_VARIABLE]: SECRET, ...env },
  });
}

/** Its events, as the body of a bulk request: each user is seen once. */
export function notifyEvents({ index, span }: NotifySite): string {
  const count = ((span.end - span.start) / MINUTE_MS) * USERS_A_MINUTE;
  const lines = Array.from({ length: count }, (_, at) => {
    const event = {
      '@timestamp': isoTime(span.start + (at * MINUTE_MS) / USERS_A_MINUTE + 1_000),
      user: { name: `user-${at}` },
      host: { name: `ws-${at % 12}` },
      labels: { hunt: 'h0' },
    };
    return `${JSON.stringify({ index: { _index: index } })}\n${JSON.stringify(event)}\n`;
  });
  return lines.join('');
}

/** The job has been there since the beginning of the span: all of it is due. */
export async function beginNotifySite(store: Store, { span }: NotifySite): Promise<void> {
  await store.writeLedger(activated(KEY, span.start), null, signal);
}

/** Whether all of the span is examined. */
export async function isExamined(store: Store, { span }: NotifySite): Promise<boolean> {
  const ledger = (await store.ledgers([KEY], signal)).get(ledgerName(KEY))?.value;
  return ledger?.examined.some(({ start, end }) => start <= span.start && end >= span.end) ?? false;
}

/** As if time had passed: what somebody who was killed had in hand, and what waits after a failure, is due now. */
export async function lapse(store: Store): Promise<void> {
  const { items } = await store.notices({ states: ['waiting'] }, 10_000, signal);
  const now = Date.now();
  const writes = items.map(({ value, mark }) => ({ value: { ...value, nextAttemptAt: now }, mark }));
  await store.writeNotices(writes, signal);
}

/** What findings of the store claim to be news, sorted. */
export async function claimedNews(store: Store): Promise<string[]> {
  await store.refresh(signal);
  const { items } = await store.list({}, 10_000, signal);
  return items
    .flatMap(({ finding: { state, news = [] } }) => news.map((key) => `${state.fingerprint}.${key}`))
    .toSorted();
}

/** What came, each once, sorted; throws where something was not signed by us. */
export function receivedNews({ requests }: Receiver): string[] {
  const forged = requests.filter((request) => !isFromTracehound(SECRET, request));
  if (forged.length > 0) throw new Error(`${forged.length} requests are not ours`);
  return [...new Set(requests.map(({ headers }) => headers['idempotency-key'] ?? 'none'))].toSorted();
}
