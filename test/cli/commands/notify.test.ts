import { describe, expect, it } from 'vitest';
import { doctor } from '../../../src/cli/commands/doctor.ts';
import { dropNotices, listNotices, sendNotices, testChannel } from '../../../src/cli/commands/notify.ts';
import type { ChannelConfig } from '../../../src/config/notify.ts';
import { Secret } from '../../../src/config/secret.ts';
import { newsKey, type Notice } from '../../../src/core/notice.ts';
import { DAY_MS, HOUR_MS, isoTime } from '../../../src/core/time.ts';
import { SITE_FILES } from '../../../src/cli/site-files.ts';
import { parseConfig } from '../../../src/definition/site.ts';
import type { Store } from '../../../src/store/port.ts';
import { HARMFUL, HOSTILE_TEXTS } from '../../rig/hostile-texts.ts';
import { sampleFinding, sampleLatest, sampleState } from '../../rig/sample-findings.ts';
import { sampleNotice } from '../../rig/sample-notices.ts';
import { isFromTracehound, startReceiver } from '../../rig/receiver.ts';
import { bench, NOW } from '../fakes.ts';

const { signal } = new AbortController();
const SECRET = 'a secret of enough characters';
const STDOUT: ChannelConfig = { channel: 'stdout', kind: 'stdout', url: null, secret: null, troubles: [] };

const webhook = (url: string, change: Partial<ChannelConfig> = {}): ChannelConfig => {
  return {
    channel: 'webhook:soc',
    kind: 'webhook',
    url: new Secret(url),
    secret: new Secret(SECRET),
    troubles: [],
    ...change,
  };
};

/** A finding that claims a notice, which is in the outbox too. */
async function given(store: Store, process: string, change: Partial<Notice> = {}): Promise<void> {
  const notice = sampleNotice(process, { writtenAt: NOW - HOUR_MS, nextAttemptAt: NOW - HOUR_MS, ...change });
  await store.putNotices([notice], signal);
  const finding = { ...sampleFinding(process), news: [newsKey(notice.delta, notice.tile)] };
  await store.write([{ finding, mark: null }], [], signal);
}

const dead = { state: 'dead', attempts: 12, settledAt: NOW - HOUR_MS, trouble: 'the answer is 500' } as const;
const shown = (text: string) => text.split('\n').map((line) => line.trim().replace(/ {2,}/g, ' | '));

describe('hunt notify list', () => {
  it('shows what waits for whom, and why', async () => {
    const { effects, store, stdout, stderr } = await bench({ config: { notify: [STDOUT] } });
    await given(store, 'a', { attempts: 2, nextAttemptAt: NOW + HOUR_MS, trouble: '\u001b[31mno answer' });
    await given(store, 'b', { ...dead, writtenAt: NOW - DAY_MS });
    expect(await listNotices({ limit: 10 }, effects)).toBe(0);
    const [a, b] = ['a', 'b'].map((process) => sampleState(process).fingerprint.slice(0, 12));
    const of = 'medium | network/rare-egress | nightly';
    expect(shown(stdout.text)).toEqual([
      'STATE | CHANNEL | FINDING | DELTA | SEVERITY | HUNT | JOB | WRITTEN | TRIED | NEXT | WHY',
      `waiting | webhook:soc | ${a} | new | ${of} | 60 min ago | 2 | in 60 min | \\x1b[31mno answer`,
      `dead | webhook:soc | ${b} | new | ${of} | 24 h ago | 12 | the answer is 500`,
      '',
    ]);
    expect(stderr.text).toBe('Not configured here, so not sent by this site: webhook:soc\n');
  });

  it('says that there is nothing, and gives JSON', async () => {
    const empty = await bench();
    await listNotices({ limit: 10 }, empty.effects);
    expect(empty.stderr.text).toBe('No notification\n');
    const { effects, store, stdout } = await bench({ format: 'json' });
    await given(store, 'a', dead);
    await given(store, 'b');
    await listNotices({ limit: 10, state: ['dead'], channel: 'webhook:soc' }, effects);
    expect(JSON.parse(stdout.text)).toMatchObject([
      { state: 'dead', settledAt: isoTime(NOW - HOUR_MS), channel: 'webhook:soc' },
    ]);
  });
});

describe('hunt notify test', () => {
  it('tells the channel what is no finding, and says whether it was taken', async () => {
    await using receiver = await startReceiver((_received, index) => ({ status: index === 0 ? 200 : 500 }));
    const { effects, stdout } = await bench({ config: { notify: [webhook(receiver.url)] } });
    expect(await testChannel('webhook:soc', effects)).toBe(0);
    expect(await testChannel('webhook:soc', effects)).toBe(3);
    expect(stdout.text).toBe('webhook:soc was told\nwebhook:soc was not told: the answer is 500\n');
    const [request] = receiver.requests;
    expect(request?.headers).toMatchObject({ 'tracehound-event': 'test', 'idempotency-key': 'test.run-1' });
    expect(request !== undefined && isFromTracehound(SECRET, request, NOW)).toBe(true);
  });

  it('writes a line to standard output, JSON unless that is a terminal', async () => {
    const { effects, stdout } = await bench({ config: { notify: [STDOUT] } });
    expect(await testChannel('stdout', effects)).toBe(0);
    expect(JSON.parse(stdout.text)).toMatchObject({ type: 'test', version: 1 });
    const terminal = await bench({ config: { notify: [STDOUT] }, tty: true });
    await testChannel('stdout', terminal.effects);
    expect(terminal.stdout.text).toMatch(/^test {2}test\/notification {2}This is a test/);
  });

  it('refuses a channel that is not there, or that cannot be used, naming what is missing and no secret', async () => {
    const troubled = webhook('https://soc.example/abc', { troubles: ['The secret of webhook:soc is missing: set X'] });
    const { effects } = await bench({ config: { notify: [troubled, STDOUT] } });
    await expect(testChannel('webhook:sox', effects)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      remedy: 'Did you mean "webhook:soc"?',
    });
    await expect(testChannel('webhook:soc', effects)).rejects.toMatchObject({
      code: 'CONFIGURATION',
      message: expect.stringMatching(/is missing: set X$/),
    });
    await expect(testChannel('x', (await bench()).effects)).rejects.toMatchObject({
      remedy: expect.stringContaining('hunt.config.yml'),
    });
  });
});

describe('hunt notify send', () => {
  it('sends what is due, and with --dead what was given up', async () => {
    await using receiver = await startReceiver();
    const { effects, store, stdout } = await bench({ config: { notify: [webhook(receiver.url)] } });
    await given(store, 'a');
    await given(store, 'b', dead);
    await given(store, 'later', { nextAttemptAt: NOW + 1 });
    expect(await sendNotices({}, effects)).toBe(0);
    expect(await sendNotices({ dead: true, channel: 'webhook:soc' }, effects)).toBe(0);
    expect(receiver.requests).toHaveLength(2);
    expect(stdout.text).toBe('1 notification sent, 1 waiting\n1 notification sent, 1 waiting\n');
  });

  it('exits with 3 where a channel does not take it, and says why', async () => {
    await using receiver = await startReceiver(() => ({ status: 503 }));
    const { effects, store, stderr, stdout } = await bench({ config: { notify: [webhook(receiver.url)] } });
    await given(store, 'a');
    expect(await sendNotices({}, effects)).toBe(3);
    expect(stderr.text).toContain('webhook:soc: failed: the answer is 503');
    expect(stdout.text).toBe('0 notifications sent, 1 waiting\n');
    expect(stderr.text + stdout.text).not.toContain(receiver.url);
  });
});

describe('standard output as a channel', () => {
  it.each([true, false])('gets lines that are harmless, whatever events hold (terminal: %s)', async (tty) => {
    const title = Object.values(HOSTILE_TEXTS).join('');
    const { effects, store, stdout } = await bench({ config: { notify: [STDOUT] }, tty });
    const notice = sampleNotice('a', { channel: 'stdout', nextAttemptAt: NOW });
    await store.putNotices([notice], signal);
    const state = sampleState('a', 0, { latest: sampleLatest({ title }) });
    const finding = { ...sampleFinding('a', { state }), news: [newsKey(notice.delta, notice.tile)] };
    await store.write([{ finding, mark: null }], [], signal);
    expect(await sendNotices({}, effects)).toBe(0);
    const [line = '', said] = stdout.text.split('\n');
    expect(line).toContain('arrived-script');
    expect(line).not.toMatch(HARMFUL);
    expect(line.length).toBeLessThan(20_000);
    expect(said).toBe('1 notification sent, 0 waiting');
    if (!tty)
      expect(JSON.parse(line)).toMatchObject({ type: 'finding', delta: 'new', finding: { severity: 'medium' } });
  });
});

describe('hunt init', () => {
  it('writes a notify that is right once its marks of a comment are gone', () => {
    const text = SITE_FILES['hunt.config.yml'] ?? '';
    const from = text.indexOf('# notify:\n');
    const block = text.slice(from, text.indexOf('\n\n', from)).replaceAll(/^# ?/gm, '');
    const parsed = parseConfig('/site/hunt.config.yml', 'hunt.config.yml', '/site', new TextEncoder().encode(block));
    expect(parsed.ok && parsed.value.site.channels.map(({ channel }) => channel)).toEqual([
      'webhook:soc',
      'slack:hunting',
      'stdout',
    ]);
    expect(parsed.ok && parsed.value.site.jobChannels).toHaveLength(1);
  });
});

describe('hunt notify drop', () => {
  it('gives up what waits for a channel and what is dead, of that channel only, whether it is configured or not', async () => {
    const { effects, store, stdout } = await bench();
    await given(store, 'a');
    await given(store, 'b', dead);
    await given(store, 'c', { id: 'other', channel: 'slack:hunting' });
    await given(store, 'd', { state: 'sent', settledAt: NOW });
    expect(await dropNotices('webhook:soc', effects)).toBe(0);
    expect(stdout.text).toBe('2 notifications of webhook:soc dropped\n');
    const states = (await store.notices({}, 10, signal)).items.map(({ value }) => `${value.channel} ${value.state}`);
    expect(states.toSorted()).toEqual([
      'slack:hunting waiting',
      'webhook:soc dropped',
      'webhook:soc dropped',
      'webhook:soc sent',
    ]);
    const { items } = await store.notices({ states: ['dropped'] }, 1, signal);
    expect(items[0]?.value).toMatchObject({ settledAt: NOW, trouble: expect.stringMatching(/^given up by \S/) });
  });
});

describe('hunt doctor', () => {
  const told = async (
    notify: readonly ChannelConfig[],
    fill: (store: Store) => Promise<unknown> = async () => null,
  ) => {
    const { effects, store, stdout } = await bench({ format: 'json', config: { notify } });
    await fill(store);
    await doctor(effects);
    const all = JSON.parse(stdout.text) as { what: string; level: string; text: string }[];
    return all.filter(({ what }) => /channel|notifications/.test(what)).map(({ level, text }) => `${level}: ${text}`);
  };

  it('says how the outbox stands, loudly where somebody was not told', async () => {
    expect(await told([])).toEqual([]);
    expect(await told([STDOUT])).toEqual(['ok: 0 waiting, 0 dead']);
    expect(await told([STDOUT], (store) => given(store, 'a', { ...dead, channel: 'stdout' }))).toEqual([
      'warning: 0 waiting, 1 dead',
    ]);
    expect(await told([], (store) => given(store, 'a'))).toEqual([
      'warning: the oldest has waited for 60 min',
      'warning: waiting for channels that are not configured here: webhook:soc',
    ]);
  });

  it('names channels that cannot be used, and those without encryption, and no address', async () => {
    const notify = [webhook('http://soc.example/abc'), webhook('http://127.0.0.1:1/abc', { troubles: ['Missing'] })];
    expect(await told(notify)).toEqual([
      'warning: findings are sent unencrypted (http://)',
      'warning: Missing',
      'ok: 0 waiting, 0 dead',
    ]);
  });
});
