import { describe, expect, it } from 'vitest';
import { paintFor } from '../../../src/cli/views/paint.ts';
import { findingJson } from '../../../src/cli/views/as-json.ts';
import { findingPage, findingTable } from '../../../src/cli/views/view-finding.ts';
import type { Finding } from '../../../src/core/finding.ts';
import { smallestSet } from '../../../src/core/smallest-set.ts';
import { sampleFinding, sampleLatest, sampleState } from '../../rig/sample-findings.ts';
import { Captured } from '../fakes.ts';

const paint = paintFor(new Captured());
const inCountries = (process: string, ...codes: readonly string[]): Finding => {
  const plain = sampleState(process);
  const geo = codes.length === 0 ? {} : { 'destination.geo.country_iso_code': smallestSet(codes, 20) };
  return sampleFinding(process, { state: { ...plain, sets: { ...plain.sets, ...geo } } });
};
const shown = (...findings: readonly Finding[]) => findingTable(findings, paint, null).toString();

describe('the table of findings', () => {
  it('has a column of countries where any finding has one', () => {
    const text = shown(inCountries('a.exe', 'ZA', 'DK'), inCountries('b.exe'));
    expect(text.split('\n')[0]).toMatch(/TITLE +COUNTRY +HOSTS/);
    expect(text.split('\n')[1]).toContain('  DK, ZA  ');
    expect(text.split('\n')[2]).not.toMatch(/DK|ZA/);
  });

  it('has none where no address lies in a known country', () => {
    expect(shown(inCountries('a.exe'))).toMatch(/TITLE +HOSTS/);
  });

  it('shows what a country holds without letting it act on the terminal', () => {
    expect(shown(inCountries('a.exe', '\u001b[31m'))).toContain('\\x1b[31m');
  });
});

it('the page of a finding shows what other events said, and nothing in it acts on the terminal', () => {
  const enrichment = [
    { name: 'asked-before', state: 'asked', rows: [{ a: ['x', '\u001b[31m'], b: 2 }], more: true },
    { name: 'answers', state: 'asked', rows: [], more: false },
  ] as const;
  const finding = sampleFinding('p', { state: sampleState('p', 0, { latest: sampleLatest({ enrichment }) }) });
  const text = findingPage(finding, { items: [], total: 0 }, paint, null).toString();
  expect(text).toContain('Other events: asked-before\na x, \\x1b[31m  b 2\n(and more)\n');
  expect(text).toContain('Other events: answers\n(none around that time)\n');
  expect(findingJson(finding).latest.enrichment).toEqual(enrichment);
});
