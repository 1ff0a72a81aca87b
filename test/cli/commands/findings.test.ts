import { describe, expect, it } from 'vitest';
import { listFindings, setFindings, showFinding } from '../../../src/cli/commands/findings.ts';
import { explainFindings } from '../../../src/cli/commands/findings-explain.ts';
import { listRuns, showRun } from '../../../src/cli/commands/runs.ts';
import type { Finding } from '../../../src/core/finding.ts';
import { sampleFinding, sampleLatest, sampleRun, sampleState, sightingFor } from '../../rig/sample-findings.ts';
import { huntText } from '../../definition/memory-files.ts';
import { bench, type BenchOptions, NOW, SITE } from '../fakes.ts';

const signal = new AbortController().signal;

/** A bench whose store holds findings, each with a sighting. */
async function stored(findings: readonly Finding[], options: BenchOptions = {}) {
  const made = await bench(options);
  await made.store.write(
    findings.map((finding) => ({ finding, mark: null })),
    findings.map(({ state }) => sightingFor(state)),
    signal,
  );
  return made;
}

const ONE = sampleFinding('one.exe');
const TWO = sampleFinding('two.exe', { newsAt: NOW });
const idOf = ({ state }: Finding) => state.fingerprint;

describe('hunt findings', () => {
  it('lists the newest first and says how many more there are', async () => {
    const { effects, stdout, stderr } = await stored([ONE, TWO]);
    expect(await listFindings({ limit: 1 }, effects)).toBe(0);
    expect(stdout.text).toContain(idOf(TWO).slice(0, 12));
    expect(stdout.text).not.toContain(idOf(ONE).slice(0, 12));
    expect(stderr.text).toBe('1 of 2 findings, newest first; --limit shows more\n');
  });

  it('passes every filter on', async () => {
    const { effects, stdout } = await stored([ONE, TWO], { format: 'json' });
    const flags = {
      hunt: 'network/rare-egress',
      status: ['open'],
      severity: ['medium'],
      host: 'ws1',
      since: '1d',
      limit: 50,
    } as const;
    await listFindings(flags, effects);
    expect((JSON.parse(stdout.text) as { fingerprint: string }[]).map(({ fingerprint }) => fingerprint)).toEqual([
      idOf(TWO),
    ]);
  });

  it('says that nothing fits', async () => {
    const { effects, stdout, stderr } = await stored([ONE]);
    await listFindings({ disposition: ['benign'], limit: 50 }, effects);
    expect([stdout.text, stderr.text]).toEqual(['', 'No finding fits\n']);
  });
});

describe('hunt findings show', () => {
  it('shows everything, by the first digits of the id', async () => {
    const { effects, stdout } = await stored([ONE, TWO]);
    expect(await showFinding(idOf(ONE).slice(0, 10).toUpperCase(), effects)).toBe(0);
    for (const part of [
      idOf(ONE),
      'process.name',
      'one.exe',
      '203.0.113.7',
      'logs-a/1',
      'FROM logs-*',
      'Sightings (1 of 1)',
      '2026-11-02T10:00:00Z',
    ]) {
      expect(stdout.text).toContain(part);
    }
  });

  it.each([
    ['ffffffff', 'NOT_FOUND'],
    ['abc', 'USAGE'],
    ['xyzxyz', 'USAGE'],
    ['f'.repeat(64), 'NOT_FOUND'],
    ['f'.repeat(65), 'USAGE'],
  ])('refuses %s', async (id, code) => {
    const { effects } = await stored([ONE]);
    await expect(showFinding(id, effects)).rejects.toMatchObject({ code, exitCode: 2 });
  });

  it('names the findings of digits that are not enough', async () => {
    const twins = ['abcd1', 'abcd2'].map((head) => {
      const fingerprint = head.padEnd(64, '0') as Finding['state']['fingerprint'];
      return sampleFinding('p', { state: sampleState('p', 0, { fingerprint }) });
    });
    const { effects } = await stored(twins);
    const message = '"abcd" begins the ids of 2 findings: abcd10000000, abcd20000000';
    await expect(showFinding('abcd', effects)).rejects.toMatchObject({ code: 'USAGE', message });
  });
});

describe('hunt findings set', () => {
  it('sets what is given and leaves the rest', async () => {
    const { effects, store, stderr } = await stored([ONE, TWO]);
    const ids = [idOf(ONE), idOf(TWO).slice(0, 8)];
    expect(
      await setFindings(ids, { status: 'closed', disposition: 'benign', note: 'ours', coveredBy: 'agent' }, effects),
    ).toBe(0);
    expect(stderr.text).toBe('2 findings set\n');
    const after = await store.read([idOf(ONE), idOf(TWO)], signal);
    expect([...after.values()].map(({ finding }) => finding.triage)).toEqual([
      expect.objectContaining({ status: 'closed', disposition: 'benign', note: 'ours', assignee: null }),
      expect.objectContaining({
        status: 'closed',
        history: [expect.objectContaining({ status: 'open', because: 'covered by exception "agent"' })],
      }),
    ]);
  });

  it('takes a note and a disposition away', async () => {
    const { effects, store } = await stored([ONE]);
    await setFindings([idOf(ONE)], { note: 'x', disposition: 'benign' }, effects);
    await setFindings([idOf(ONE)], { note: '', disposition: 'none' }, effects);
    expect((await store.read([idOf(ONE)], signal)).get(idOf(ONE))?.finding.triage).toMatchObject({
      note: null,
      disposition: null,
    });
  });

  it('changes nothing when one id is unknown, or nothing is to be set', async () => {
    const { effects, store } = await stored([ONE]);
    await expect(setFindings([idOf(ONE), 'ffffffff'], { status: 'closed' }, effects)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(setFindings([idOf(ONE)], {}, effects)).rejects.toMatchObject({ code: 'USAGE' });
    expect((await store.read([idOf(ONE)], signal)).get(idOf(ONE))?.finding.triage.status).toBe('open');
  });
});

describe('hunt findings explain', () => {
  const exception =
    '\n  - { id: known, when: a == "x", because: It is ours., owner: soc, until: 2027-01-01 }\n  - { id: past, when: a == "x", because: It was., owner: soc, until: 2026-01-01 }';
  const files = { ...SITE, 'hunts/net/one.yml': huntText({ exceptions: exception }) };

  function finding(a: string, huntId = 'net/one'): Finding {
    return sampleFinding('p', {
      state: sampleState('p', 0, { key: { a }, sets: {}, latest: sampleLatest({ huntId }) }),
    });
  }

  it('names the exception that would cover it by now, and how to settle it', async () => {
    const { effects, stdout, stderr } = await stored([finding('x')], { files });
    expect(await explainFindings(idOf(finding('x')), effects)).toBe(0);
    expect(stdout.text).toMatch(/exception known +yes +It is ours\./);
    expect(stdout.text).toMatch(/exception past +it did, but has expired/);
    expect(stderr.text).toContain('--covered-by known');
  });

  it('says that nothing would', async () => {
    const { effects, stderr } = await stored([finding('other')], { files });
    await explainFindings(idOf(finding('other')), effects);
    expect(stderr.text).toBe('Nothing would leave it out\n');
  });

  it('refuses a finding whose hunt is not here', async () => {
    const { effects } = await stored([finding('x', 'net/gone')], { files });
    await expect(explainFindings(idOf(finding('x')), effects)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('hunt runs', () => {
  it('lists and shows runs', async () => {
    const { effects, stdout, store } = await bench();
    await store.saveRun(sampleRun(), signal);
    await store.saveRun(sampleRun({ runId: 'other', verdict: 'clean', reasons: [] }), signal);
    expect(await listRuns({ verdict: ['degraded'], limit: 10 }, effects)).toBe(0);
    expect(stdout.text).toMatch(/run-1 .* degraded .* population 7 < 10/);
    expect(stdout.text).not.toContain('other');
    expect(await showRun('run', effects)).toBe(0);
    for (const part of [
      'hidden: list non-public on destination.ip 900 events',
      'carried: 2 rows',
      'network.direction',
      'FROM logs-* | LIMIT 10',
      'sysmon.network',
      '1 s, 40 s, 2 h',
    ]) {
      expect(stdout.text).toContain(part);
    }
    await expect(showRun('nix', effects)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('tells the job and the attempt at its tile, and narrows by job', async () => {
    const { effects, stdout, store } = await bench();
    await store.saveRun(sampleRun({ job: { id: 'nightly', attempt: 1 } }), signal);
    await store.saveRun(sampleRun({ runId: 'retried', job: { id: 'hourly', attempt: 3 } }), signal);
    await store.saveRun(sampleRun({ runId: 'asked', adHoc: true, job: null }), signal);
    await listRuns({ limit: 10 }, effects);
    for (const [run, job] of [
      ['run-1', 'nightly'],
      ['retried', 'hourly \\(attempt 3\\)'],
      ['asked', '-'],
    ])
      expect(stdout.text).toMatch(new RegExp(`^${run} .* ${job}  `, 'm'));
    stdout.text = '';
    await listRuns({ job: 'hourly', limit: 10 }, effects);
    expect(stdout.text).not.toMatch(/run-1|asked/);
    await showRun('retried', effects);
    expect(stdout.text).toContain('by job hourly, attempt 3');
    await showRun('asked', effects);
    expect(stdout.text).toContain('by a person');
  });
});
