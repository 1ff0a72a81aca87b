import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/core/time.ts';
import { smallestSet } from '../../src/core/smallest-set.ts';
import { reportPage } from '../../src/report/page.ts';
import { DAY_ONE, sampleFinding, sampleLatest, sampleRun, sampleState } from '../rig/sample-findings.ts';
import { sampleReport } from './sample-report.ts';

const page = reportPage(sampleReport());

function headings(text: string): string[] {
  return [...text.matchAll(/<h2>([^<]*)<\/h2>/g)].map(([, name = '']) => name);
}

describe('the page', () => {
  it('needs no network: it names no address but links that a person follows', () => {
    const addresses = [...page.matchAll(/(\w+)="(https?:[^"]*)"/g)].map(([, attribute]) => attribute);
    expect(new Set(addresses)).toEqual(new Set(['href']));
    expect(page).not.toMatch(/<(img|iframe|object|embed|link|base|form)\b|@import|url\(/i);
  });

  it('allows its own style and script alone, by their hashes', () => {
    const policy = /Content-Security-Policy"\s+content="([^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', "'") ?? '';
    const hash = (element: string) => {
      const bodies = [...page.matchAll(new RegExp(`<${element}>([^]*?)</${element}>`, 'g'))].map(
        ([, body = '']) => body,
      );
      expect(bodies).toHaveLength(1);
      return `'sha256-${createHash('sha256')
        .update(bodies[0] ?? '')
        .digest('base64')}'`;
    };
    expect(policy).toBe(
      `default-src 'none'; style-src ${hash('style')}; script-src ${hash('script')}; base-uri 'none'; form-action 'none'`,
    );
    expect(page).not.toMatch(/ (style|on\w+)="/);
  });

  it('tells first what was not seen', () => {
    expect(headings(page)).toEqual([
      'What was not seen',
      'What is new',
      'Timeline',
      'ATT&amp;CK',
      'By hunt',
      'By host',
      'Findings',
    ]);
    expect(page).toContain('population 7 &lt; 10');
  });

  it('tells what other events said of a finding, or why they said nothing', () => {
    const enrichment = [
      { name: 'asked-before', state: 'asked', rows: [{ 'dns.question.name': '<script>a</script>' }], more: false },
      { name: 'answers', state: 'no_data', rows: [], more: false },
    ] as const;
    const finding = sampleFinding('p', { state: sampleState('p', 0, { latest: sampleLatest({ enrichment }) }) });
    const text = reportPage(sampleReport({ findings: [finding] }));
    expect(text).toContain('<h3>Other events: asked-before</h3>');
    expect(text).toContain('<pre>dns.question.name &lt;script&gt;a&lt;/script&gt;</pre>');
    expect(text).toContain('(not asked: its sources hold nothing around that time)');
  });

  it('tells each gap, and that time without a job was not looked at', () => {
    const span = { start: DAY_ONE, end: DAY_ONE + HOUR_MS };
    const gap = {
      jobId: 'nightly',
      huntId: 'a/b',
      span,
      reason: 'blind',
      text: 'Silent',
      attempts: 2,
      nextAttemptAt: null,
    } as const;
    const told = reportPage(sampleReport({ gaps: [gap] })).replaceAll(/\s+/g, ' ');
    expect(told).toContain('2026-11-02 00:00');
    expect(told).toContain('Silent. Tried 2 times. Needs hunt backfill');
    expect(reportPage(sampleReport({ ledgers: 0 }))).toContain('No job keeps account of time here');
    expect(page).toContain('No gap: all time that jobs account for');
  });

  it('shows a finding with evidence, query, what was hidden, and what to do', () => {
    const details = page.slice(page.indexOf('<details')).replaceAll(/\s+/g, ' ');
    for (const part of ['logs-a/1', 'FROM logs-*', '900 events by list non-public', '1. Who signed it?', 'A new tool.'])
      expect(details).toContain(part);
  });

  it('shades countries, and marks one too small for an outline', () => {
    const sets = { 'destination.geo.country_iso_code': smallestSet(['DK', 'SG'], 5) };
    const findings = [sampleFinding('p', { state: sampleState('p', 0, { sets }) })];
    const told = reportPage(sampleReport({ findings }));
    expect(headings(told)).toContain('Where to');
    expect(told).toMatch(/class="land m1"[^>]*>\s*<title>Denmark: 1 finding</);
    expect(told).toMatch(/<circle[^>]*class="dot m1"[^>]*>\s*<title>Singapore: 1 finding</);
  });

  it('says when nothing was found and nothing ran', () => {
    const told = reportPage(sampleReport({ findings: [], runs: [] }));
    expect(headings(told)).toEqual(['What was not seen', 'What is new']);
    expect(told).toContain('No run of this time is stored');
  });

  it('stays whole over thousands of findings, runs and times that are years off', () => {
    const findings = Array.from({ length: 3_000 }, (_, at) =>
      sampleFinding(`tool-${at}.exe`, { newsAt: DAY_ONE + at, createdAt: DAY_ONE }),
    );
    const odd = sampleFinding('odd', { state: sampleState('odd', 0, { firstSeen: 0, lastSeen: 4_102_444_800_000 }) });
    const runs = Array.from({ length: 2_000 }, (_, at) =>
      sampleRun({ runId: `run-${at}`, startedAt: DAY_ONE + at * DAY_MS }),
    );
    const told = reportPage(sampleReport({ findings: [...findings, odd], runs }));
    expect(told.match(/<details /g)).toHaveLength(3_001);
    expect(told).toContain('1 finding of other times left out');
    expect(told).not.toMatch(/NaN|Infinity|undefined/);
  });
});
