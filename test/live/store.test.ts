import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ledgerName } from '../../src/core/books.ts';
import { connect } from '../../src/elastic/client.ts';
import type { ElasticClient } from '../../src/elastic/client.ts';
import { elasticsearchStore } from '../../src/store/elasticsearch/store.ts';
import { indexTemplates, KINDS, SCHEMA_VERSION } from '../../src/store/elasticsearch/templates.ts';
import { ledgerDocument, ledgerId } from '../../src/store/documents/books-document.ts';
import { storeContract } from '../contracts/store.ts';
import { describeLive, uniqueName } from '../rig/live.ts';
import { sampleLedger } from '../rig/sample-books.ts';

const signal = new AbortController().signal;

for (const server of ['elasticsearch8', 'elasticsearch9'] as const) {
  describeLive(`store on ${server}`, [server], (servers) => {
    let client: ElasticClient;
    const prefixes: string[] = [];
    const newPrefix = () => {
      const prefix = uniqueName('t-store');
      prefixes.push(prefix);
      return prefix;
    };

    beforeAll(() => {
      client = connect({
        nodes: [servers[server].url],
        auth: { type: 'none' },
        ca: null,
        caFingerprint: null,
        compatibility: 'auto',
        requestTimeoutMs: 60_000,
      });
    });

    afterAll(async () => {
      for (const prefix of prefixes) {
        for (const kind of KINDS) {
          const indices = await client.mappings(`${prefix}-${kind}`, { signal });
          for (const index of indices.keys()) await client.deleteIndex(index, { signal });
        }
      }
      await client[Symbol.asyncDispose]();
    });

    storeContract(server, () => {
      const prefix = newPrefix();
      return Promise.resolve({
        store: elasticsearchStore(client, { prefix }),
        other: elasticsearchStore(client, { prefix }),
      });
    });

    describe(`${server}: schema`, () => {
      it('brings an older index and older templates up to this version', async () => {
        const prefix = newPrefix();
        const store = elasticsearchStore(client, { prefix });
        await store.setup({ dryRun: false }, signal);
        const { name, body } = indexTemplates(prefix)[0] ?? { name: '', body: {} };
        await client.putIndexTemplate(name, { ...body, version: 0 }, { signal });
        await client.putMapping(`${prefix}-findings-000001`, { _meta: { schema_version: 0 } }, { signal });

        await expect(store.ready(signal)).rejects.toMatchObject({ message: expect.stringContaining('has schema 0') });
        const would = await store.setup({ dryRun: true }, signal);
        const did = await store.setup({ dryRun: false }, signal);
        const changed = (steps: typeof did, status: string) =>
          steps.filter((step) => step.status === status).map((step) => step.what);
        expect(changed(did, 'updated')).toEqual([`index template "${prefix}-findings"`, `index "${prefix}-findings"`]);
        expect(changed(would, 'would update')).toEqual(changed(did, 'updated'));
        await store.ready(signal);
      });

      it('goes on with what a newer version made for it too, and changes nothing of it', async () => {
        const prefix = newPrefix();
        const store = elasticsearchStore(client, { prefix });
        await store.setup({ dryRun: false }, signal);
        const newer = { schema_version: SCHEMA_VERSION + 1, compatible_from: SCHEMA_VERSION };
        const { name, body } = indexTemplates(prefix)[0] ?? { name: '', body: {} };
        await client.putIndexTemplate(name, { ...body, version: SCHEMA_VERSION + 1, _meta: newer }, { signal });
        for (const kind of KINDS) await client.putMapping(`${prefix}-${kind}-000001`, { _meta: newer }, { signal });
        await store.ready(signal);
        const steps = await store.setup({ dryRun: false }, signal);
        expect(new Set(steps.map(({ status }) => status))).toEqual(new Set(['present']));
        const mappings = await client.mappings(`${prefix}-runs`, { signal });
        expect([...mappings.values()]).toMatchObject([{ _meta: newer }]);
        const tooNew = { schema_version: SCHEMA_VERSION + 2, compatible_from: SCHEMA_VERSION + 1 };
        await client.putMapping(`${prefix}-ledger-000001`, { _meta: tooNew }, { signal });
        await expect(store.ready(signal)).rejects.toMatchObject({
          code: 'STORE_NOT_READY',
          message: expect.stringContaining(`needs a program of schema ${SCHEMA_VERSION + 1} at least`),
          remedy: expect.stringContaining('Upgrade'),
        });
      });

      it('refuses what a newer version made, and changes nothing of it', async () => {
        const prefix = newPrefix();
        const store = elasticsearchStore(client, { prefix });
        await store.setup({ dryRun: false }, signal);
        await client.putMapping(`${prefix}-runs-000001`, { _meta: { schema_version: 99 } }, { signal });
        const newer = { code: 'STORE_NOT_READY', remedy: expect.stringContaining('Upgrade') };
        await expect(store.ready(signal)).rejects.toMatchObject(newer);
        await expect(store.setup({ dryRun: false }, signal)).rejects.toMatchObject(newer);
      });

      it('refuses an index that stands where the alias belongs', async () => {
        const prefix = newPrefix();
        const store = elasticsearchStore(client, { prefix });
        await client.createIndex(`${prefix}-findings`, {}, { signal });
        await expect(store.setup({ dryRun: false }, signal)).rejects.toMatchObject({
          code: 'STORE_NOT_READY',
          message: expect.stringContaining('where an alias belongs'),
        });
      });

      it('lists more ledgers than one search may answer with, and tells one that cannot be read', async () => {
        const prefix = newPrefix();
        const store = elasticsearchStore(client, { prefix });
        await store.setup({ dryRun: false }, signal);
        const ledgers = Array.from({ length: 10_050 }, (_, at) =>
          sampleLedger({ jobId: `j${at % 7}`, huntId: `h/${at}` }),
        );
        const operations = ledgers.map(
          (ledger) =>
            ({
              action: 'create',
              index: `${prefix}-ledger`,
              id: ledgerId(ledger),
              document: ledgerDocument(ledger),
            }) as const,
        );
        await client.bulk(operations, {}, { signal });
        const found = await store.allLedgers(signal);
        expect(new Set(found.map(ledgerName)).size).toBe(10_050);
        expect((await store.ledgers(ledgers, signal)).size).toBe(10_050);

        const [first] = ledgers;
        if (first === undefined) throw new Error('There is one');
        const document = { event: { dataset: 'hunt.ledger' }, hunt: { record: {} } };
        await client.bulk(
          [{ action: 'index', index: `${prefix}-ledger`, id: ledgerId(first), document }],
          {},
          { signal },
        );
        const damaged = { code: 'ANSWER_NOT_UNDERSTOOD', message: expect.stringContaining('Cannot read ledger') };
        await expect(store.ledgers([first], signal)).rejects.toMatchObject(damaged);
        await expect(store.allLedgers(signal)).rejects.toMatchObject(damaged);
      }, 60_000);

      it('gives an index that lost its alias its alias back', async () => {
        const prefix = newPrefix();
        const store = elasticsearchStore(client, { prefix });
        await store.setup({ dryRun: false }, signal);
        const remove = { remove: { index: `${prefix}-runs-000001`, alias: `${prefix}-runs` } };
        await client.updateAliases([remove], { signal });
        await expect(store.ready(signal)).rejects.toMatchObject({ code: 'STORE_NOT_READY' });
        await store.setup({ dryRun: false }, signal);
        await store.ready(signal);
      });
    });
  });
}
