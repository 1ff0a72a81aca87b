// The real binary is killed with -9 between the steps of telling: nobody who should be told is not, nobody is told of what
// is not there.
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { connect } from '../../src/elastic/client.ts';
import { elasticsearchStore } from '../../src/store/elasticsearch/store.ts';
import type { Store } from '../../src/store/port.ts';
import { sqliteStore } from '../../src/store/sqlite/store.ts';
import { clearNode } from '../rig/clear-node.ts';
import { mustAsk } from '../rig/elasticsearch.ts';
import type { HuntRig } from '../rig/hunt.ts';
import { latch } from '../rig/latch.ts';
import { describeLive, uniqueName } from '../rig/live.ts';
import {
  beginNotifySite,
  claimedNews,
  isExamined,
  lapse,
  minutesUntil,
  notifyEvents,
  notifyRig,
  type NotifySite,
  receivedNews,
  SECRET,
  SECRET_VARIABLE,
} from '../rig/notify-site.ts';
import { startProxy } from '../rig/proxy.ts';
import { random } from '../rig/random.ts';
import { type Receiver, startReceiver } from '../rig/receiver.ts';

const { signal } = new AbortController();
const PATIENCE = { timeout: 120_000, interval: 200 };

/** Runs `hunt start` until everything is examined and nothing waits. */
async function runToTheEnd(rig: HuntRig, store: Store, site: NotifySite): Promise<string> {
  await lapse(store);
  const started = rig.start('start');
  const isDone = async () => {
    const waiting = (await store.notices({ states: ['waiting'] }, 0, signal)).total;
    return (await isExamined(store, site)) && waiting === 0;
  };
  await expect.poll(isDone, PATIENCE).toBe(true);
  started.kill('SIGTERM');
  const { stderr, stdout } = await started.ended;
  return stderr + stdout;
}

async function expectToldRightly(store: Store, receiver: Receiver, minutes: number): Promise<void> {
  const claimed = await claimedNews(store);
  // Scheduled minutes after the span may have come to their slot meanwhile; they hold no events.
  expect(claimed).toHaveLength(minutes * 3);
  expect(receivedNews(receiver)).toEqual(claimed);
  expect((await store.notices({ states: ['dead'] }, 0, signal)).total).toBe(0);
}

describe('a site whose channel has no secret', () => {
  const site = { index: 'logs-app-default', span: minutesUntil(0, 1) };

  it('does not begin to work, and says what is missing, but nothing that is secret; who only looks may look', async () => {
    await using rig = await notifyRig(
      site,
      { url: 'http://127.0.0.1:1/path-that-is-secret' },
      { [SECRET_VARIABLE]: '' },
    );
    const { exitCode, stderr } = await rig.hunt('start');
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`The secret of webhook:soc is missing: set ${SECRET_VARIABLE}`);
    expect(stderr).not.toContain('path-that-is-secret');
    expect((await rig.hunt('findings')).exitCode).toBe(0);
    expect((await rig.hunt('check')).exitCode).toBe(0);
    const short = await rig.hunt('notify', 'test', 'webhook:soc');
    expect([short.exitCode, short.stdout]).toEqual([2, '']);
  });

  it('that jobs name and that is nowhere is a problem with its place', async () => {
    await using rig = await notifyRig(site, { url: 'http://127.0.0.1:1/x' });
    const job = { schedule: { every: '1m' }, hunts: ['busy/*'], notify: ['webhook:sock', 'slack:none'] };
    await rig.write('jobs/minutely.yml', JSON.stringify(job));
    const { exitCode, stdout, stderr } = await rig.hunt('check');
    expect(exitCode).toBe(2);
    const said = stdout + stderr;
    expect(said).toContain('No channel "webhook:sock" is configured  Did you mean "webhook:soc"?');
    expect(said).toContain('No channel "slack:none" is configured');
  });
});

describe('telling on the embedded stack', () => {
  const MINUTES = 40;

  const newStand = async (reply?: Parameters<typeof startReceiver>[0]) => {
    await using parts = new AsyncDisposableStack();
    const site = { index: 'logs-app-default', span: minutesUntil(Date.now(), MINUTES) };
    const receiver = parts.use(await startReceiver(reply));
    const rig = parts.use(await notifyRig(site, receiver));
    await rig.write('events.ndjson', notifyEvents(site));
    expect(await rig.hunt('ingest', 'events.ndjson', '--as', 'bulk')).toMatchObject({ exitCode: 0 });
    const store = parts.use(sqliteStore(join(rig.folder, '.tracehound', 'findings.sqlite')));
    await store.setup({ dryRun: false }, signal);
    await beginNotifySite(store, site);
    const made = parts.move();
    return { site, receiver, rig, store, [Symbol.asyncDispose]: () => made.disposeAsync() };
  };

  it('killed with -9 while the receiver has it, it is sent again under the same key', async () => {
    const inHand = latch();
    let held = true;
    await using stand = await newStand(async () => {
      if (!held) return { status: 204 };
      inHand.open();
      return 'never';
    });
    const { rig, store, site, receiver } = stand;
    const started = rig.start('start');
    await inHand.opened;
    started.kill('SIGKILL');
    await started.ended;
    held = false;
    const first = receiver.requests[0]?.headers['idempotency-key'];
    expect((await store.notices({ states: ['sent'] }, 0, signal)).total).toBe(0);
    const said = await runToTheEnd(rig, store, site);
    await expectToldRightly(store, receiver, MINUTES);
    const again = receiver.requests.filter(({ headers }) => headers['idempotency-key'] === first);
    expect(again.length).toBeGreaterThanOrEqual(2);
    expect(said).not.toContain(SECRET);
    expect(said).not.toContain(new URL(receiver.url).pathname);
  }, 240_000);

  it('killed with -9 at random moments, it tells each piece of news, and nothing else', async () => {
    const next = random(20_261_121);
    await using stand = await newStand(async (_received, index) => {
      await setTimeout(30); // so that kills find it at work
      return index === 3 ? { status: 500 } : index === 50 ? 'cut' : { status: 200 };
    });
    const { rig, store, site, receiver } = stand;
    const isDone = async () =>
      (await isExamined(store, site)) && (await store.notices({ states: ['waiting'] }, 0, signal)).total === 0;
    let killed = 0;
    for (; killed < 10 && !(await isDone()); killed++) {
      const before = receiver.requests.length;
      const started = rig.start('start');
      // The moment of the kill is what is drawn: at the beginning, or after the first of its notifications.
      if (killed % 2 === 0) await setTimeout(500 + next() * 1_500);
      else await expect.poll(async () => receiver.requests.length > before || (await isDone()), PATIENCE).toBe(true);
      await setTimeout(next() * 300);
      started.kill('SIGKILL');
      await started.ended;
      await lapse(store);
    }
    expect(killed).toBeGreaterThan(2);
    await runToTheEnd(rig, store, site);
    await expectToldRightly(store, receiver, MINUTES);
  }, 300_000);

  it('in the calm case each is told once, by three processes at once', async () => {
    await using stand = await newStand();
    const { rig, store, site, receiver } = stand;
    const others = [rig.start('start'), rig.start('start')];
    const mine = rig.start('start');
    const isDone = async () =>
      (await isExamined(store, site)) && (await store.notices({ states: ['sent'] }, 0, signal)).total === MINUTES * 3;
    await expect.poll(isDone, PATIENCE).toBe(true);
    for (const each of [...others, mine]) each.kill('SIGTERM');
    await expectToldRightly(store, receiver, MINUTES);
    expect(receiver.requests).toHaveLength(MINUTES * 3);
    expect((await Promise.all([...others, mine].map((each) => each.ended))).map(({ exitCode }) => exitCode)).toEqual([
      0, 0, 0,
    ]);
  }, 240_000);
});

describeLive('telling with Elasticsearch', ['elasticsearch8'], ({ elasticsearch8 }) => {
  const MINUTES = 2;

  const newStand = async () => {
    await using parts = new AsyncDisposableStack();
    const prefix = uniqueName('notify');
    const site = { index: `logs-${prefix}`, span: minutesUntil(Date.now(), MINUTES) };
    parts.defer(() => clearNode(elasticsearch8, prefix, [site.index]));
    const receiver = parts.use(await startReceiver());
    const proxy = parts.use(await startProxy(elasticsearch8.url));
    const env = { TRACEHOUND_ELASTICSEARCH_NODES: proxy.url, TRACEHOUND_ELASTICSEARCH_PREFIX: prefix };
    const rig = parts.use(await notifyRig(site, receiver, env));
    const settings = { nodes: [elasticsearch8.url], auth: { type: 'none' }, ca: null, caFingerprint: null } as const;
    const client = parts.use(connect({ ...settings, compatibility: 'auto', requestTimeoutMs: 60_000 }));
    const store = elasticsearchStore(client, { prefix });
    await store.setup({ dryRun: false }, signal);
    await mustAsk(elasticsearch8, 'POST', '/_bulk?refresh=true', { body: notifyEvents(site) });
    await beginNotifySite(store, site);
    const made = parts.move();
    return { site, receiver, proxy, rig, store, prefix, [Symbol.asyncDispose]: () => made.disposeAsync() };
  };

  const PUT = (prefix: string) => new RegExp(`"create":\\{"_index":"${prefix}-outbox"`);
  const FINDINGS = (prefix: string) => new RegExp(`"create":\\{"_index":"${prefix}-findings"`);
  const TAKEN = (prefix: string) => new RegExp(`"index":\\{"_index":"${prefix}-outbox".*\n.*"state":"waiting"`);
  const SENT = (prefix: string) => new RegExp(`"index":\\{"_index":"${prefix}-outbox".*\n.*"state":"sent"`);

  it.each([
    ['before the outbox has it', PUT, 'before', 0],
    ['when the outbox has it, before it knows', PUT, 'after', 0],
    ['between outbox and finding', FINDINGS, 'before', 0],
    ['when the finding is written, before it knows', FINDINGS, 'after', 0],
    ['before it is taken up', TAKEN, 'before', 0],
    ['when it is taken up, before it knows', TAKEN, 'after', 0],
    ['when it is sent, before it is written down', SENT, 'before', 1],
    ['when it is written down as sent, before it knows', SENT, 'after', 1],
  ] as const)(
    'killed with -9 %s',
    async (_step, body, when, told) => {
      await using stand = await newStand();
      const { site, receiver, proxy, rig, store, prefix } = stand;
      const released = latch();
      using held = proxy.when(
        { path: /_bulk/, body: body(prefix), nth: 1 },
        { kind: 'delay', when, until: released.opened },
      );
      const started = rig.start('start');
      await held.struck;
      if (when === 'after') await setTimeout(500); // the server does what it was asked
      started.kill('SIGKILL');
      await started.ended;
      expect(receiver.requests.length).toBe(told);
      // Another process, while the one is dead and its tile not run again, sends only what is true.
      expect((await rig.hunt('notify', 'send')).exitCode).toBe(0);
      const claimed = await claimedNews(store);
      for (const news of receivedNews(receiver)) expect(claimed).toContain(news);
      released.open();
      await setTimeout(500); // what the proxy held reaches the server after its sender is dead
      await runToTheEnd(rig, store, site);
      await expectToldRightly(store, receiver, MINUTES);
    },
    240_000,
  );

  it('in the calm case each is told once, by two processes at once', async () => {
    await using stand = await newStand();
    const { site, receiver, rig, store } = stand;
    const both = [rig.start('start'), rig.start('start')];
    const isDone = async () =>
      (await isExamined(store, site)) && (await store.notices({ states: ['sent'] }, 0, signal)).total === MINUTES * 3;
    await expect.poll(isDone, PATIENCE).toBe(true);
    for (const each of both) each.kill('SIGTERM');
    expect((await Promise.all(both.map((each) => each.ended))).map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    await expectToldRightly(store, receiver, MINUTES);
    expect(receiver.requests).toHaveLength(MINUTES * 3);
  }, 240_000);
});
