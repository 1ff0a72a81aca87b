import { describe, expect, it } from 'vitest';
import { smallestSet } from '../../src/core/smallest-set.ts';
import { newsOf, sampleNews } from '../../src/notify/news.ts';
import { slackChannel, slackMessage } from '../../src/notify/slack.ts';
import { sampleFinding, sampleLatest, sampleState } from '../rig/sample-findings.ts';
import { sampleNotice } from '../rig/sample-notices.ts';
import { HARMFUL } from '../rig/hostile-texts.ts';
import { startReceiver } from '../rig/receiver.ts';

const means = { fetch, now: () => 0 };

/** Every text of a message with the type of what holds it. */
function textsOf(value: unknown, type = ''): [string, string][] {
  if (typeof value === 'string') return [[type, value]];
  if (typeof value !== 'object' || value === null) return [];
  const own = 'type' in value ? String(value.type) : type;
  return Object.entries(value).flatMap(([name, inner]) => (name === 'type' ? [] : textsOf(inner, own)));
}

describe('a message for Slack', () => {
  it('names the finding, why it is told, and how to look at it', () => {
    const texts = textsOf(slackMessage(newsOf(sampleNotice(), sampleFinding()))).map(([, text]) => text);
    const all = texts.join('\n');
    expect(all).toContain('🟨 medium, new: updater32.exe reached 203.0.113.7');
    expect(all).toContain('process.name: updater32.exe');
    expect(all).toContain('host.name: ws1');
    expect(all).toContain('network/rare-egress');
    expect(all).toContain(`hunt findings show ${sampleNotice().fingerprint.slice(0, 12)}`);
  });

  it('reads nothing of an event as formatting, link, mention or emoji', () => {
    const hostile = '<!channel> <@U123> <https://evil.example|click> *b* `c` :bomb: &amp; @here \u202e\u001b[31m\u0000';
    const state = sampleState('p', 0, {
      key: { 'process.name': hostile },
      sets: { 'host.name': smallestSet([hostile, ...Array.from({ length: 9 }, (_, at) => `h${at}`)], 20) },
      latest: sampleLatest({ title: hostile, huntName: hostile, techniques: [hostile] }),
    });
    const message = slackMessage(newsOf(sampleNotice('p'), sampleFinding('p', { state })));
    const texts = textsOf(message);
    expect(texts.filter(([, text]) => text.includes('!channel')).length).toBeGreaterThan(3);
    for (const [type, text] of texts) {
      expect(text).not.toMatch(HARMFUL);
      expect(text).not.toMatch(/[<>]/);
      expect(text.replaceAll(/&(?:amp|lt|gt);/g, '')).not.toContain('&');
      if (text.includes('channel')) expect(['plain_text', '']).toContain(type);
    }
    expect(message).toMatchObject({ mrkdwn: false, link_names: false, parse: 'none', unfurl_links: false });
    expect(JSON.stringify(message)).not.toContain('"mrkdwn","text"');
    expect(texts.some(([, text]) => text.includes('\\u202e'))).toBe(true);
  });

  it('stays within what Slack takes, whatever the finding holds', () => {
    const huge = '<&>'.repeat(200_000);
    const names = Array.from({ length: 60 }, (_, at) => `field.${at}`);
    const state = sampleState('p', 0, {
      key: Object.fromEntries(names.map((name) => [name, huge])),
      latest: sampleLatest({ title: huge, huntName: huge }),
    });
    const { blocks } = slackMessage(newsOf(sampleNotice('p'), sampleFinding('p', { state })));
    for (const block of blocks) {
      const texts = 'elements' in block ? block.elements : [block.text];
      expect(texts?.length).toBeLessThanOrEqual(10);
      for (const each of texts ?? []) expect(each?.text.length).toBeLessThanOrEqual(3_000);
    }
    expect(blocks.length).toBeLessThanOrEqual(50);
  });

  it('is posted as JSON, and what Slack says of it is told', async () => {
    await using receiver = await startReceiver((_received, index) =>
      index === 0 ? { status: 200, body: 'ok' } : { status: 403, body: 'action_prohibited' },
    );
    const channel = slackChannel({ kind: 'slack', name: 'slack:hunting', url: receiver.url }, means);
    expect(await channel.tell(sampleNews(0, 'a'))).toEqual({ ok: true });
    expect(await channel.tell(sampleNews(0, 'b'))).toMatchObject({ because: 'the answer is 403 (action_prohibited)' });
    expect(JSON.parse(receiver.requests[0]?.body ?? '')).toMatchObject({
      text: expect.stringContaining('test: This is'),
    });
    expect(Object.keys(receiver.requests[0]?.headers ?? {}).filter((name) => name.startsWith('tracehound'))).toEqual(
      [],
    );
  });
});
