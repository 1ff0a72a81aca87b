import type { ChannelConfig } from '../config/notify.ts';
import { isHuntError } from '../core/error.ts';
import { HOUR_MS, type Instant, roughly } from '../core/time.ts';
import type { Store } from '../store/port.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Effects } from './effects.ts';
import { strangersOf } from './views/view-notice.ts';

/** Waiting notices that are looked through for the oldest and for channels that nobody has. */
const LOOKED_AT = 1_000;
/** What waits for longer than the back-off of an ordinary outage. */
const LATE_MS = HOUR_MS;

/** Channels and the outbox; nothing where a site has no channel and never had one. */
export async function lookAtNotify(effects: Effects): Promise<Diagnosis[]> {
  const { notify } = await effects.config();
  return [...notify.flatMap(lookAtChannel), ...(await lookAtOutbox(notify, effects))];
}

/** A trouble is one of this machine: another may have the secret. */
function lookAtChannel({ channel, troubles, url }: ChannelConfig): Diagnosis[] {
  const what = `channel ${channel}`;
  const missing = troubles.map((text): Diagnosis => {
    return {
      what,
      level: 'warning',
      text,
      remedy: 'Without it nothing can be sent from here: hunt start refuses to begin',
    };
  });
  if (url === null || !isInPlain(url.reveal())) return missing;
  const remedy = 'Use https://, or a proxy on this machine that does';
  return [...missing, { what, level: 'warning', text: 'findings are sent unencrypted (http://)', remedy }];
}

function isInPlain(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === 'http:' && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}

/** A store that does not answer was told of already. */
async function lookAtOutbox(notify: readonly ChannelConfig[], effects: Effects): Promise<Diagnosis[]> {
  try {
    const store = await effects.store();
    await store.ready(effects.signal);
    return await judgeOutbox(store, notify, effects);
  } catch (error) {
    if (!isHuntError(error) || error.code === 'CANCELLED') throw error;
    return [];
  }
}

async function judgeOutbox(
  store: Store,
  notify: readonly ChannelConfig[],
  { now, signal }: Pick<Effects, 'now' | 'signal'>,
): Promise<Diagnosis[]> {
  const what = 'notifications';
  const { items, total: waiting } = await store.notices({ states: ['waiting'] }, LOOKED_AT, signal);
  const dead = (await store.notices({ states: ['dead'] }, 0, signal)).total;
  if (notify.length === 0 && waiting + dead === 0) return [];
  const text = `${waiting} waiting, ${dead} dead`;
  const warn = (text: string, remedy: string): Diagnosis => ({ what, level: 'warning', text, remedy });
  const strangers = strangersOf(
    items.map(({ value }) => value),
    { notify },
  );
  const late = lateText(
    items.map(({ value }) => value.writtenAt),
    now(),
  );
  const warnings = [
    ...(dead === 0 ? [] : [warn(text, 'See hunt notify list --state dead; hunt notify send --dead tries again')]),
    ...(late === null ? [] : [warn(late, 'See hunt notify list --state waiting; does hunt start run, or a worker?')]),
    ...(strangers.length === 0
      ? []
      : [
          warn(
            `waiting for channels that are not configured here: ${strangers.join(', ')}`,
            'Add them to notify, or hunt notify drop CHANNEL',
          ),
        ]),
  ];
  return warnings.length > 0 ? warnings : [{ what, level: 'ok', text, remedy: null }];
}

function lateText(writtenAt: readonly Instant[], now: Instant): string | null {
  const age = now - Math.min(now, ...writtenAt);
  return age < LATE_MS ? null : `the oldest has waited for ${roughly(age)}`;
}
