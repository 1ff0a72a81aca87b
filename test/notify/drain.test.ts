import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/core/finding.ts';
import { newsKey, type Notice } from '../../src/core/notice.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/core/time.ts';
import type { WorkEvent } from '../../src/core/work-event.ts';
import { ATTEMPTS_MAX, Pauses, waitAfter } from '../../src/notify/back-off.ts';
import { type Desk, drain } from '../../src/notify/drain.ts';
import type { News } from '../../src/notify/news.ts';
import type { Told } from '../../src/notify/port.ts';
import { runSender } from '../../src/notify/sender.ts';
import { memoryStore } from '../../src/store/memory/store.ts';
import type { Store } from '../../src/store/port.ts';
import { latch } from '../rig/latch.ts';
import { sampleFinding } from '../rig/sample-findings.ts';
import { sampleNotice } from '../rig/sample-notices.ts';

const START = sampleNotice().writtenAt;
const OK: Told = { ok: true };
const go = new AbortController().signal;
const failed = (because: string, change: Partial<Extract<Told, { ok: false }>> = {}): Told => {
  return { ok: false, because, retryAfterMs: null, alone: false, ...change };
};

interface Stand {
  readonly store: Store;
  /** Ids of news in the order in which channels were told. */
  readonly told: string[];
  readonly events: WorkEvent[];
  clock: number;
  /** What a channel says; OK by default. */
  reply: (news: News, channel: string) => Told | Promise<Told>;
  /** A sender over the store, as another process has one. */
  desk(channels?: readonly string[]): Desk;
  notices(): Promise<Notice[]>;
  /** Puts notices with findings that claim them. */
  given(...notices: readonly Notice[]): Promise<void>;
}

async function stand(): Promise<Stand> {
  const store = memoryStore();
  await store.setup({ dryRun: false }, go);
  const all: Stand = {
    store,
    told: [],
    events: [],
    clock: START,
    reply: () => OK,
    desk: (names = ['webhook:soc', 'slack:hunting']) => ({
      store,
      channels: new Map(
        names.map((name) => [
          name,
          { name, tell: async (news) => (all.told.push(`${name} ${news.id}`), await all.reply(news, name)) },
        ]),
      ),
      pauses: new Pauses(),
      now: () => all.clock,
      random: () => 1,
      tell: (event) => void all.events.push(event),
    }),
    notices: async () => (await store.notices({}, 1_000, go)).items.map(({ value }) => value),
    async given(...notices) {
      await store.putNotices(notices, go);
      await write(store, ...notices.map((notice) => claiming(notice)));
    },
  };
  return all;
}

const claiming = ({ fingerprint, delta, tile }: Notice): Finding => {
  const finding = sampleFinding();
  return { ...finding, state: { ...finding.state, fingerprint }, news: [newsKey(delta, tile)] };
};

const write = async (store: Store, ...findings: readonly Finding[]) => {
  for (const finding of findings) {
    const { fingerprint } = finding.state;
    const mark = (await store.read([fingerprint], go)).get(fingerprint)?.mark ?? null;
    await store.write([{ finding, mark }], [], go);
  }
};

const outcomes = ({ events }: Stand) =>
  events.flatMap((event) => (event.type === 'notice_ended' ? [event.outcome] : []));

describe('what is due', () => {
  it('is sent once, and marked as sent', async () => {
    const all = await stand();
    await all.given(sampleNotice('a'), sampleNotice('b'));
    expect(await drain(all.desk(), go)).toBe(false);
    expect(await drain(all.desk(), go)).toBe(false);
    const told = ['a', 'b'].map((process) => `webhook:soc ${sampleNotice(process).news}`);
    expect(all.told.toSorted()).toEqual(told.toSorted());
    expect(await all.notices()).toMatchObject([
      { state: 'sent', attempts: 1, settledAt: START, trouble: null },
      { state: 'sent', attempts: 1 },
    ]);
    expect(outcomes(all)).toEqual(['sent', 'sent']);
  });

  it('is sent by one of several processes', async () => {
    const all = await stand();
    const notices = Array.from({ length: 130 }, (_, at) => sampleNotice(`p${at}`));
    await all.given(...notices);
    const drainAll = async () => {
      while (await drain(all.desk(), go));
    };
    await Promise.all([drainAll(), drainAll(), drainAll(), drainAll()]);
    await drainAll();
    expect(all.told).toHaveLength(130);
    expect(new Set(all.told).size).toBe(130);
    expect((await all.notices()).every(({ state }) => state === 'sent')).toBe(true);
  });

  it('is not asked for where no channel is configured, nor for a channel that is not', async () => {
    const all = await stand();
    await all.given(sampleNotice('a', { id: 'other', channel: 'webhook:elsewhere' }));
    await drain(all.desk(), go);
    await drain({ ...all.desk([]), store: { ...all.store, dueNotices: () => Promise.reject(new Error('asked')) } }, go);
    expect(all.told).toEqual([]);
    expect(await all.notices()).toMatchObject([{ state: 'waiting', attempts: 0, nextAttemptAt: START }]);
  });

  it('is left to others while one sends it, and taken over when he is gone', async () => {
    const all = await stand();
    await all.given(sampleNotice('a'));
    const [inHand, released] = [latch(), latch()];
    all.reply = async () => {
      inHand.open();
      await released.opened;
      return OK;
    };
    const killed = drain(all.desk(), go);
    await inHand.opened;
    all.reply = () => OK;
    await drain(all.desk(), go);
    expect(all.told).toHaveLength(1);
    all.clock += 5 * MINUTE_MS;
    await drain(all.desk(), go);
    expect(all.told).toHaveLength(2);
    expect(all.told[0]).toBe(all.told[1]);
    // The one who was thought gone comes back: what is written down stays.
    released.open();
    await killed;
    expect(await all.notices()).toMatchObject([{ state: 'sent', attempts: 2 }]);
  });
});

describe('a notice that its finding does not claim', () => {
  it('is never sent, whether the finding is not there or is otherwise, and is dropped after a week', async () => {
    const all = await stand();
    const lost = sampleNotice('lost');
    await all.store.putNotices([sampleNotice('never'), lost], go);
    await write(all.store, { ...claiming(lost), news: ['new.1.2'] });
    let looks = 0;
    for (; all.clock < START + 8 * DAY_MS; all.clock += MINUTE_MS) {
      await drain({ ...all.desk(), store: { ...all.store, read: (...of) => (looks++, all.store.read(...of)) } }, go);
    }
    expect(all.told).toEqual([]);
    const ended = (await all.notices()).map(({ state, attempts, trouble }) => `${state} ${attempts} ${trouble}`);
    expect(ended.toSorted()).toEqual([
      'dropped 0 its finding came to be otherwise',
      'dropped 0 its finding was never written',
    ]);
    expect(outcomes(all)).toEqual(['dropped', 'dropped']);
    expect(looks).toBeLessThan(60);
  });

  it('is sent soon after the finding is written', async () => {
    const all = await stand();
    await all.store.putNotices([sampleNotice('a')], go);
    await drain(all.desk(), go);
    await write(all.store, claiming(sampleNotice('a')));
    all.clock += 5 * SECOND_MS;
    await drain(all.desk(), go);
    expect(all.told).toHaveLength(1);
  });

  it('begins anew when its tile is run again after it was dropped', async () => {
    const all = await stand();
    const notice = sampleNotice('a');
    await all.store.putNotices([notice], go);
    all.clock += 7 * DAY_MS;
    await drain(all.desk(), go);
    expect(await all.notices()).toMatchObject([{ state: 'dropped' }]);
    await all.given({ ...notice, writtenAt: all.clock, nextAttemptAt: all.clock });
    await drain(all.desk(), go);
    expect(all.told).toHaveLength(1);
  });
});

describe('a channel that fails', () => {
  it('is left alone ever longer, and only one of what waits is tried each time', async () => {
    const all = await stand();
    await all.given(...Array.from({ length: 5 }, (_, at) => sampleNotice(`p${at}`)));
    all.reply = () => failed('the answer is 500');
    const desk = all.desk();
    const triedAt: number[] = [];
    for (; all.clock < START + HOUR_MS; all.clock += SECOND_MS) {
      const before = all.told.length;
      await drain(desk, go);
      if (all.told.length > before) triedAt.push((all.clock - START) / SECOND_MS);
    }
    expect(triedAt).toEqual([0, 30, 90, 210, 450, 930, 1890]);
    const attempts = (await all.notices()).map((notice) => notice.attempts);
    expect(attempts.reduce((sum, count) => sum + count, 0)).toBe(7);
    expect((await all.notices()).every(({ state }) => state === 'waiting')).toBe(true);
    all.reply = () => OK;
    all.clock += 6 * HOUR_MS;
    while (await drain(desk, go));
    expect((await all.notices()).every(({ state }) => state === 'sent')).toBe(true);
  });

  it('holds up no other channel', async () => {
    const all = await stand();
    await all.given(sampleNotice('a'), sampleNotice('a', { id: 'slack', channel: 'slack:hunting' }));
    all.reply = (_news, channel) => (channel === 'webhook:soc' ? failed('no answer within 10 s') : OK);
    await drain(all.desk(), go);
    expect(outcomes(all).toSorted()).toEqual(['failed', 'sent']);
  });

  it('is asked again when it wants to be, where that is later', async () => {
    const all = await stand();
    await all.given(sampleNotice('a'));
    all.reply = () => failed('the answer is 429', { retryAfterMs: HOUR_MS });
    await drain(all.desk(), go);
    expect(await all.notices()).toMatchObject([{ nextAttemptAt: START + HOUR_MS, trouble: 'the answer is 429' }]);
    // Another process has not heard it, but the notice says so.
    all.clock += HOUR_MS - 1;
    await drain(all.desk(), go);
    expect(all.told).toHaveLength(1);
  });

  it('takes the others where it refuses one', async () => {
    const all = await stand();
    await all.given(...['a', 'b', 'c'].map((process) => sampleNotice(process)));
    const poison = sampleNotice('b').news;
    all.reply = ({ id }) => (id === poison ? failed('the answer is 400', { alone: true }) : OK);
    await drain(all.desk(), go);
    expect(outcomes(all).toSorted()).toEqual(['failed', 'sent', 'sent']);
  });

  it('has its notice dead after so many attempts, loudly, and not again', async () => {
    const all = await stand();
    await all.given(sampleNotice('a'));
    all.reply = () => failed('the answer is 410');
    for (; all.clock < START + 3 * DAY_MS; all.clock += MINUTE_MS) await drain(all.desk(), go);
    expect(all.told).toHaveLength(ATTEMPTS_MAX);
    expect(await all.notices()).toMatchObject([
      { state: 'dead', attempts: ATTEMPTS_MAX, trouble: 'the answer is 410' },
    ]);
    expect(outcomes(all)).toEqual([...Array<string>(ATTEMPTS_MAX - 1).fill('failed'), 'dead']);
  });

  it('is waited for between 7 and 15 hours, as the documentation says', () => {
    const total = (random: number) =>
      Array.from({ length: ATTEMPTS_MAX - 1 }, (_, at) => waitAfter(at + 1, () => random)).reduce((a, b) => a + b) /
      HOUR_MS;
    expect(total(0)).toBeGreaterThan(7);
    expect(total(1)).toBeLessThan(15);
    expect(waitAfter(50, () => 1)).toBe(6 * HOUR_MS);
  });
});

describe('a sender', () => {
  it('gives back what it has not begun when it is told to stop, and writes down what it has', async () => {
    const all = await stand();
    await all.given(...['a', 'b', 'c'].map((process) => sampleNotice(process)));
    const stop = new AbortController();
    all.reply = () => (stop.abort(), OK);
    await drain(all.desk(), stop.signal);
    const notices = await all.notices();
    const states = notices.map(({ state, attempts }) => `${state} ${attempts}`);
    expect(states.toSorted()).toEqual(['sent 1', 'waiting 0', 'waiting 0']);
    all.reply = () => OK;
    await drain(all.desk(), go);
    expect(all.told).toHaveLength(3);
  });

  it('sends again, under the same id, what it could not write down', async () => {
    const all = await stand();
    await all.given(sampleNotice('a'));
    let writes = 0;
    const broken: Store['writeNotices'] = (...of) =>
      ++writes === 2 ? Promise.reject(new Error('The store is gone')) : all.store.writeNotices(...of);
    await expect(drain({ ...all.desk(), store: { ...all.store, writeNotices: broken } }, go)).rejects.toThrow('gone');
    await drain(all.desk(), go);
    expect(all.told).toHaveLength(1);
    all.clock += 5 * MINUTE_MS;
    await drain(all.desk(), go);
    expect(new Set(all.told).size).toBe(1);
    expect(all.told).toHaveLength(2);
  });

  it('looks again after a while, tells trouble and goes on, counts the outbox, and ends when told to', async () => {
    const all = await stand();
    await all.given(sampleNotice('a'), {
      ...sampleNotice('d', { state: 'dead', settledAt: START }),
      nextAttemptAt: START,
    });
    const stop = new AbortController();
    const waits: number[] = [];
    let broken = true;
    const dueNotices: Store['dueNotices'] = (...of) => {
      if (!broken) return all.store.dueNotices(...of);
      broken = false;
      return Promise.reject(new Error('The store is away'));
    };
    const alarm = {
      wait: async (until: number) => {
        waits.push(until - all.clock);
        all.clock = until;
        if (waits.length === 6) stop.abort();
      },
    };
    await runSender({ ...all.desk(), store: { ...all.store, dueNotices } }, alarm, stop.signal);
    expect(waits).toEqual(Array(6).fill(15 * SECOND_MS));
    expect(all.told).toHaveLength(1);
    expect(all.events.map(({ type }) => type)).toEqual(['trouble', 'outbox', 'notice_ended', 'outbox']);
    expect(all.events[0]).toMatchObject({ where: 'sender' });
    expect(all.events[3]).toEqual({ type: 'outbox', waiting: 0, dead: 1 });
  });
});
