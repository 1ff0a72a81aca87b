import { describe, expect, it } from 'vitest';
import { elasticsearchStore } from '../../src/store/elasticsearch.ts';
import type { StoreClient } from '../../src/store/elasticsearch.ts';
import { findingQuery, runQuery } from '../../src/store/elasticsearch-search.ts';
import { DAY_ONE, sampleFinding, sampleRun, sampleState, sightingFor } from '../rig/sample-findings.ts';
import { smallestSet } from '../../src/core/smallest-set.ts';

const signal = new AbortController().signal;

/** A client of which only bulk works: it gives every item the status, and notes the requests. */
function bulkAnswering(status: number): StoreClient & { readonly requests: unknown[] } {
  const requests: unknown[] = [];
  const error = status < 300 ? null : { type: 'some_exception', reason: 'for a reason' };
  const unexpected = () => Promise.reject(new Error('Not expected'));
  return {
    requests,
    bulk(operations, options) {
      requests.push({ operations, options });
      return Promise.resolve(operations.map(() => ({ status, seqNo: 1, primaryTerm: 1, error })));
    },
    alias: unexpected,
    componentTemplate: unexpected,
    createIndex: unexpected,
    indexTemplate: unexpected,
    mappings: unexpected,
    multiGet: unexpected,
    putComponentTemplate: unexpected,
    putIndexTemplate: unexpected,
    putMapping: unexpected,
    refresh: unexpected,
    search: unexpected,
    updateAliases: unexpected,
  };
}

const write = (client: StoreClient) =>
  elasticsearchStore(client).write([{ finding: sampleFinding(), mark: null }], [sightingFor(sampleState())], signal);

describe('elasticsearchStore', () => {
  it('writes findings and sightings by one bulk that never makes an index', async () => {
    const client = bulkAnswering(201);
    const { fingerprint } = sampleState();
    const result = await elasticsearchStore(client, { prefix: 'x' }).write(
      [
        { finding: sampleFinding(), mark: null },
        { finding: sampleFinding('b.exe'), mark: '17.3' },
      ],
      [sightingFor(sampleState())],
      signal,
    );
    expect(result.findings.map((outcome) => outcome.status)).toEqual(['written', 'written']);
    expect(client.requests).toMatchObject([
      {
        options: { requireAlias: true },
        operations: [
          { action: 'create', index: 'x-findings', id: fingerprint },
          { action: 'index', index: 'x-findings', mark: { seqNo: 17, primaryTerm: 3 } },
          { action: 'index', index: 'x-sightings', id: expect.stringMatching(/^[0-9a-f]{64}\.\d+\.\d+$/) },
        ],
      },
    ]);
  });

  it.each([
    [403, 'PRIVILEGE'],
    [404, 'STORE_NOT_READY'],
    [429, 'OVERLOADED'],
    [503, 'OVERLOADED'],
  ])('ends the write on item status %i: %s', async (status, code) => {
    await expect(write(bulkAnswering(status))).rejects.toMatchObject({
      code,
      message: expect.stringContaining('for a reason'),
    });
  });

  it('tells a conflict and a refusal by item', async () => {
    const { fingerprint } = sampleState();
    expect((await write(bulkAnswering(409))).findings).toEqual([{ fingerprint, status: 'conflict' }]);
    const refused = await write(bulkAnswering(400));
    expect(refused.findings).toMatchObject([
      { fingerprint, status: 'refused', because: 'some_exception: for a reason' },
    ]);
    expect(refused.refusedSightings).toHaveLength(1);
    await expect(elasticsearchStore(bulkAnswering(400)).saveRun(sampleRun(), signal)).rejects.toMatchObject({
      code: 'STORE_REFUSED',
    });
  });

  it('splits a bulk whose texts are huge, and keeps the order of outcomes', async () => {
    const client = bulkAnswering(201);
    const sets = { 'process.command_line': smallestSet(['x'.repeat(3_000_000)], 1) };
    const findings = Array.from({ length: 9 }, (_, at) => {
      const state = sampleState(`p${at}`, 0, { sets });
      return { finding: sampleFinding(`p${at}`, { state }), mark: null };
    });
    const result = await elasticsearchStore(client).write(findings, [], signal);
    expect(client.requests.length).toBeGreaterThan(1);
    expect(result.findings.map((outcome) => outcome.fingerprint)).toEqual(
      findings.map(({ finding }) => finding.state.fingerprint),
    );
  });
});

describe('queries', () => {
  it('ask for everything by default', () => {
    expect(findingQuery({})).toEqual({ bool: { filter: [] } });
    expect(runQuery({})).toEqual({ bool: { filter: [] } });
  });

  it('filter by what is given, with milliseconds', () => {
    expect(findingQuery({ hunt: 'a/b', statuses: ['open'], since: DAY_ONE })).toEqual({
      bool: {
        filter: [
          {
            bool: {
              should: [{ term: { 'hunt.id': 'a/b' } }, { term: { 'hunt.first_id': 'a/b' } }],
              minimum_should_match: 1,
            },
          },
          { terms: { 'hunt.status': ['open'] } },
          { range: { '@timestamp': { gte: '2026-11-02T00:00:00.000Z' } } },
        ],
      },
    });
  });
});
