import { describe, expect, it } from 'vitest';
import { asText, reportMarkdown } from '../../src/report/markdown.ts';
import { sampleFinding, sampleLatest, sampleState } from '../rig/sample-findings.ts';
import { sampleReport } from './sample-report.ts';

describe('a value in Markdown', () => {
  it.each([
    ['a | b', 'a \\| b'],
    ['<script>', '\\<script\\>'],
    ['[x](javascript:1)', '\\[x\\]\\(javascript\\:1\\)'],
    ['https://203.0.113.9/x', 'https\\://203.0.113.9/x'],
    ['www.evil.example', 'www\\.evil.example'],
    ['- item', '\\- item'],
    ['1. item', '1\\. item'],
    ['187.145.207.33', '187.145.207.33'],
    ['a\nb', 'a\\\\nb'],
    ['`code`', '\\`code\\`'],
  ])('%j stands as itself', (value, expected) => {
    expect(asText(value)).toBe(expected);
  });
});

describe('the report as Markdown', () => {
  it('tells first what was not seen, then findings with their evidence and query', () => {
    const text = reportMarkdown(sampleReport());
    const order = [
      '# Tracehound report',
      '## What was not seen',
      'population 7',
      '## What is new',
      '## ATT&CK',
      '## medium: ',
    ];
    const places = order.map((heading) => text.indexOf(heading));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(text).toContain('```\nlogs-a/1\n```');
    expect(text).toContain('1. Who signed it?');
  });

  it('lets no query end the fence around it', () => {
    const drilldown = 'FROM a\n````\n# title\n| LIMIT 1';
    const finding = sampleFinding('p', { state: sampleState('p', 0, { latest: sampleLatest({ drilldown }) }) });
    expect(reportMarkdown(sampleReport({ findings: [finding] }))).toContain(`\`\`\`\`\`esql\n${drilldown}\n\`\`\`\`\``);
  });

  it('tells what other events said, in a fence that they cannot end', () => {
    const rows = [{ 'dns.question.name': '```\n# title' }];
    const enrichment = [{ name: 'asked-before', state: 'asked', rows, more: true }] as const;
    const finding = sampleFinding('p', { state: sampleState('p', 0, { latest: sampleLatest({ enrichment }) }) });
    const text = reportMarkdown(sampleReport({ findings: [finding] }));
    expect(text).toContain('Other events: asked-before\n\n````\ndns.question.name ```\n# title\n(and more)\n````');
  });

  it('says so when findings are left out', () => {
    expect(reportMarkdown(sampleReport({ total: 9 }))).toContain('Only the newest 1 of 9 are told');
  });
});
