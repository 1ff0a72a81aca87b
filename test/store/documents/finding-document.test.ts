import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FindingState } from '../../../src/core/finding.ts';
import { smallestSet } from '../../../src/core/smallest-set.ts';
import { findingDocument, findingOf } from '../../../src/store/documents/finding-document.ts';
import { runDocument, runOf } from '../../../src/store/documents/run-document.ts';
import { sightingDocument, sightingId, sightingOf } from '../../../src/store/documents/sighting-document.ts';
import {
  anyFinding,
  DAY_ONE,
  sampleFinding,
  sampleLatest,
  sampleRun,
  sampleState,
  sightingFor,
} from '../../rig/sample-findings.ts';

/** As a server gives it back: JSON and nothing else. */
function sent(document: unknown): Record<string, unknown> {
  return JSON.parse(JSON.stringify(document)) as Record<string, unknown>;
}

function viewOf(change: Partial<FindingState>) {
  return sent(findingDocument(sampleFinding('p', { state: sampleState('p', 0, change) })));
}

describe('findingDocument', () => {
  it('is read back exactly, hostile names and values included', () => {
    fc.assert(
      fc.property(anyFinding, (finding) => {
        expect(findingOf(sent(findingDocument(finding)), 'it')).toEqual(finding);
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  it('is an ECS document', () => {
    expect(sent(findingDocument(sampleFinding()))).toMatchObject({
      '@timestamp': '2026-11-04T00:00:00.000Z',
      message: 'updater32.exe reached 203.0.113.7 from 1 of 40 hosts',
      tags: ['prevalence'],
      event: {
        kind: 'alert',
        start: '2026-11-02T10:00:00.000Z',
        end: '2026-11-02T12:00:00.000Z',
        created: '2026-11-04T00:00:00.000Z',
        severity: 47,
        risk_score: 47,
        reason: 'updater32.exe reached 203.0.113.7 from 1 of 40 hosts',
      },
      rule: { id: 'network/rare-egress', name: 'Rare outgoing connections' },
      threat: {
        framework: 'MITRE ATT&CK',
        tactic: { id: ['TA0011'], name: ['Command and Control'] },
        technique: { id: ['T1571', 'T1071'], subtechnique: { id: ['T1071.004'] } },
      },
      host: { name: 'ws1' },
      process: { name: 'updater32.exe' },
      destination: { ip: '203.0.113.7', geo: { location: '55.67,12.56' } },
      related: { ip: '203.0.113.7', hosts: 'ws1' },
      hunt: {
        id: 'network/rare-egress',
        key: { 'process.name': 'updater32.exe' },
        columns: { rate: 1.5 },
        severity: 'medium',
        status: 'open',
        count: 3,
        hosts: 1,
        population: 40,
        first_seen: '2026-11-02T10:00:00.000Z',
        evidence: ['logs-a/1'],
      },
    });
  });

  it('leaves what a field cannot index out of the view, not out of the finding', () => {
    const sets = {
      'destination.ip': smallestSet(['203.0.113.7', 'evil.example', 7], 5),
      'destination.port': smallestSet([443, 'https', 1e300, 1.5], 5),
      'destination.geo.location': smallestSet(['91,0', '55.6,12.5', 'north'], 5),
      'process.code_signature.trusted': smallestSet([true, 'yes'], 5),
    };
    expect(viewOf({ sets })).toMatchObject({
      destination: { ip: '203.0.113.7', port: 443, geo: { location: '55.6,12.5' } },
      process: { code_signature: { trusted: true } },
      hunt: { state: { sets } },
    });
  });

  it('lets no column reach fields of its own or a prototype', () => {
    const key = JSON.parse('{"hunt.status":"closed","@timestamp":"x","event.kind":"y","__proto__.z":1,"a\\u0000b":2}');
    const view = viewOf({ key, sets: {} });
    expect(view).toMatchObject({
      '@timestamp': '2026-11-04T00:00:00.000Z',
      event: { kind: 'alert' },
      hunt: { status: 'open' },
    });
    expect(view['hunt']).toMatchObject({ key: { 'hunt.status': 'closed', '__proto__.z': 1 } });
    expect(Object.keys((view['hunt'] as { key: object }).key)).not.toContain('a\0b');
    expect(({} as Record<string, unknown>)['z']).toBeUndefined();
  });

  it('gathers related addresses, users and hashes wherever they stand', () => {
    const sets = {
      'source.ip': smallestSet(['10.0.0.1'], 5),
      'dns.resolved_ip': smallestSet(['::1', '10.0.0.1'], 5),
      'destination.domain': smallestSet(['c2.example'], 5),
      'host.name': smallestSet(['ws1', 'ws2'], 5),
      'user.name': smallestSet(['kim'], 5),
      'process.parent.hash.sha256': smallestSet(['ab'], 5),
    };
    const related = viewOf({ sets })['related'] as Record<string, unknown>;
    expect(new Set(related['ip'] as string[])).toEqual(new Set(['10.0.0.1', '::1']));
    expect(new Set(related['hosts'] as string[])).toEqual(new Set(['c2.example', 'ws1', 'ws2']));
    expect(related).toMatchObject({ user: 'kim', hash: 'ab' });
  });

  it('says which sets are not whole, and cuts only the reason of a long title', () => {
    const title = 'é'.repeat(5_000);
    const view = viewOf({
      sets: { 'host.name': smallestSet(['a', 'b'], 1), 'user.name': smallestSet(['kim'], 1) },
      latest: sampleLatest({ title }),
    });
    expect(view).toMatchObject({ message: title, hunt: { truncated: ['host.name'] } });
    expect((view['event'] as { reason: string }).reason).toHaveLength(1_024);
  });

  it('takes the status that somebody set in the index', () => {
    const document = sent(findingDocument(sampleFinding()));
    const hunt = { ...(document['hunt'] as object), status: 'closed', note: 'seen in Kibana' };
    expect(findingOf({ ...document, hunt }, 'it').triage).toMatchObject({ status: 'closed', note: 'seen in Kibana' });
  });

  it.each([
    ['hunt.status', { status: 'done' }],
    ['hunt.state', { state: null }],
    ['hunt.state.latest', { state: { ...sampleState(), latest: undefined } }],
    [
      'hunt.state.sets.host.name.cap',
      { state: { ...sampleState(), sets: { 'host.name': { values: [], more: false } } } },
    ],
    [
      'hunt.history.0.at',
      { history: [{ at: 'yesterday', status: 'open', disposition: null, note: null, because: '' }] },
    ],
  ])('names the field of a document that is none: %s', (path, change) => {
    const document = sent(findingDocument(sampleFinding()));
    const hunt = { ...(document['hunt'] as object), ...change };
    expect(() => findingOf({ ...document, hunt }, 'finding "x"')).toThrow(`Cannot read finding "x": field "${path}"`);
  });
});

describe('sightingDocument', () => {
  it('is read back exactly, and named by finding and tile', () => {
    const sighting = { ...sightingFor(sampleState()), hosts: null };
    expect(sightingOf(sent(sightingDocument(sighting)), 'it')).toEqual(sighting);
    expect(sightingId(sighting)).toBe(`${sighting.fingerprint}.${DAY_ONE}.${sighting.tileEnd}`);
  });

  it('names the field of a document that is none', () => {
    expect(() => sightingOf({ event: {} }, 'sighting "x"')).toThrow('field "event.start"');
  });
});

describe('runDocument', () => {
  it('is read back exactly', () => {
    const runs = [sampleRun(), sampleRun({ population: null, unkeyed: null, params: JSON.parse('{"__proto__":1}') })];
    for (const run of runs) expect(runOf(sent(runDocument(run)), 'it')).toEqual(run);
  });

  it('of an older version measured no lag', () => {
    const { job: _job, ...run } = sampleRun();
    const sources = run.sources.map(({ lag: _lag, ...source }) => source);
    const older = sent({ hunt: { record: { ...run, sources } } });
    expect(runOf(older, 'it')).toMatchObject({ job: null, sources: [{ name: 'sysmon.network', lag: null }] });
  });

  it('shows verdict, reasons, numbers and error', () => {
    const error = { code: 'TIMEOUT', message: 'Too late', remedy: null };
    expect(sent(runDocument(sampleRun({ verdict: 'failed', error })))).toMatchObject({
      message: 'population 7 < 10',
      event: { outcome: 'failure', duration: 1_234_000_000 },
      error: { code: 'TIMEOUT', message: 'Too late' },
      hunt: { verdict: 'failed', reason_codes: ['population'], hidden: 900, deltas: { new: 2 } },
    });
  });

  it('names the field of a document that is none', () => {
    const document = { hunt: { record: { ...sampleRun(), verdict: 'fine' } } };
    expect(() => runOf(document, 'run "x"')).toThrow('field "hunt.record.verdict"');
  });
});
