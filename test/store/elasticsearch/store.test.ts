import { describe, expect, it } from 'vitest';
import { HuntError } from '../../../src/core/error.ts';
import { ledgerDocument, ledgerId } from '../../../src/store/documents/books-document.ts';
import { elasticsearchStore } from '../../../src/store/elasticsearch/store.ts';
import type { StoreClient } from '../../../src/store/elasticsearch/client.ts';
import { findingQuery, runQuery } from '../../../src/store/elasticsearch/search.ts';
import { sampleLedger } from '../../rig/sample-books.ts';
import { DAY_ONE, sampleFinding, sampleRun, sampleState, sightingFor } from '../../rig/sample-findings.ts';
import { smallestSet } from '../../../src/core/smallest-set.ts';

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

describe('the books in Elasticsearch', () => {
  const ledgers = Array.from({ length: 2_001 }, (_, at) => sampleLedger({ huntId: `h/${at}` }));

  it('are read 1,000 at a time, each onto the version that was read', async () => {
    const asked: number[] = [];
    const client: StoreClient = {
      ...bulkAnswering(200),
      multiGet(index, ids) {
        asked.push(ids.length);
        const found = ids.map((id, at) => ({ index, id, seqNo: at, primaryTerm: 3, source: documents.get(id) ?? {} }));
        return Promise.resolve(found);
      },
    };
    const documents = new Map(ledgers.map((ledger) => [ledgerId(ledger), { ...ledgerDocument(ledger) }]));
    const read = await elasticsearchStore(client).ledgers(ledgers, signal);
    expect(asked).toEqual([1_000, 1_000, 1]);
    expect(read.size).toBe(2_001);
    expect(read.get('nightly.h~7')).toEqual({ value: ledgers[7], mark: '7.3' });
  });

  it('are written by a bulk of one that never makes an index, and a refusal is no conflict', async () => {
    const client = bulkAnswering(201);
    const store = elasticsearchStore(client, { prefix: 'x' });
    expect(await store.writeLedger(sampleLedger(), null, signal)).toBe('written');
    expect(await store.writeLedger(sampleLedger(), '17.3', signal)).toBe('written');
    const id = 'ledger:nightly:network/rare-egress';
    expect(client.requests).toMatchObject([
      { options: { requireAlias: true }, operations: [{ action: 'create', index: 'x-ledger', id }] },
      { operations: [{ action: 'index', id, mark: { seqNo: 17, primaryTerm: 3 } }] },
    ]);
    const writing = (status: number) =>
      elasticsearchStore(bulkAnswering(status)).writeLedger(sampleLedger(), '1.1', signal);
    expect(await writing(409)).toBe('conflict');
    await expect(writing(400)).rejects.toMatchObject({ code: 'STORE_REFUSED' });
    await expect(writing(404)).rejects.toMatchObject({ code: 'STORE_NOT_READY' });
  });

  it('can be listed without the privilege to refresh', async () => {
    const search = () => Promise.resolve({ total: 0, hits: [], aggregations: {} });
    const listing = (code: 'PRIVILEGE' | 'UNREACHABLE') => {
      const refresh = () => Promise.reject(new HuntError(code, 'No'));
      return elasticsearchStore({ ...bulkAnswering(200), refresh, search }).allLedgers(signal);
    };
    expect(await listing('PRIVILEGE')).toEqual([]);
    await expect(listing('UNREACHABLE')).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });
});

describe('pruning in Elasticsearch', () => {
  it('leaves a finding that was written meanwhile, and does not count what was gone', async () => {
    const hits = [409, 404, 200].map((status, at) => {
      return { index: 'hunt-findings-000001', id: String(status), seqNo: at, primaryTerm: 1, source: {}, sort: [at] };
    });
    const bulks: unknown[] = [];
    const client: StoreClient = {
      ...bulkAnswering(200),
      refresh: () => Promise.resolve(),
      search: (index) => Promise.resolve({ total: 3, hits: index === 'hunt-findings' ? hits : [], aggregations: {} }),
      bulk(operations, options) {
        bulks.push({ operations, options });
        const outcomeOf = (id: string) => {
          const error = id === '409' ? { type: 'version_conflict_engine_exception', reason: 'newer' } : null;
          return { status: Number(id), seqNo: null, primaryTerm: null, error };
        };
        return Promise.resolve(operations.map(({ id }) => outcomeOf(id)));
      },
    };
    const request = { findings: DAY_ONE, sightings: null, runs: null, outbox: null };
    const removed = await elasticsearchStore(client).prune(request, { dryRun: false }, signal);
    expect(removed).toEqual({ findings: 1, sightings: 0, runs: 0, outbox: 0 });
    expect(bulks).toMatchObject([
      {
        options: { requireAlias: false },
        operations: hits.map(({ index, id, seqNo }) => ({
          action: 'delete',
          index,
          id,
          mark: { seqNo, primaryTerm: 1 },
        })),
      },
    ]);
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
