import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ElasticClient } from '../../src/elastic/client.ts';
import { SEVERITIES } from '../../src/core/hunt.ts';
import { smallestSet } from '../../src/core/smallest-set.ts';
import { DAY_MS } from '../../src/core/time.ts';
import { VERDICTS } from '../../src/core/verdict.ts';
import { elasticsearchStore } from '../../src/store/elasticsearch/store.ts';
import type { Store } from '../../src/store/port.ts';
import { clearNode } from '../rig/clear-node.ts';
import { mustAsk, type Node } from '../rig/elasticsearch.ts';
import { startKibana } from '../rig/fake-kibana.ts';
import { huntRig } from '../rig/hunt.ts';
import { fieldsOf, kqlToDsl, type Layer, layersOf, readObjects, searchOf, targetOf } from '../rig/kibana-reading.ts';
import type { KibanaObject } from '../rig/kibana-schema.ts';
import { describeLive, uniqueName } from '../rig/live.ts';
import { sampleGap, sampleJobState, sampleLedger } from '../rig/sample-books.ts';
import { sampleNotice } from '../rig/sample-notices.ts';
import { DAY_ONE, sampleFinding, sampleLatest, sampleRun, sampleState, sightingFor } from '../rig/sample-findings.ts';
import { clientFor } from './engine-estate.ts';

const signal = new AbortController().signal;
const PREFIX = uniqueName('t-kibana');
const objects = readObjects({ prefix: PREFIX, space: null });
const indexOf = new Map(
  objects.flatMap((each) => (each.type === 'index-pattern' ? [[each.id, each.attributes.title]] : [])),
);
const ofType = <T extends KibanaObject['type']>(type: T) =>
  objects.filter((each): each is Extract<KibanaObject, { type: T }> => each.type === type);

/** Findings of every severity and status on two days, with their sightings. */
async function writeFindings(store: Store): Promise<void> {
  const findings = SEVERITIES.flatMap((severity, at) =>
    (['open', 'acknowledged', 'closed'] as const).map((status) => {
      const process = `${severity}-${status}.exe`;
      const tile = sampleState(process, at % 2).latest;
      const latest = sampleLatest({
        ...tile,
        severity,
        techniques: at % 2 === 0 ? ['T1071.004'] : ['T1049', 'T1021'],
        values: {
          'source.ip': '10.1.2.3',
          'destination.geo.country_name': 'Denmark',
          'source.geo.country_name': 'Norway',
        },
      });
      const sets = {
        ...sampleState().sets,
        'host.name': smallestSet([`ws-${at}`, 'ws-9'], 20),
        'source.geo.location': smallestSet(['59.91,10.75'], 20),
        'destination.bytes': smallestSet([1_000 * at], 20),
      };
      const disposition = status === 'closed' ? ('benign' as const) : null;
      const triage = { status, disposition, note: null, assignee: 'anna', history: [] };
      const newsAt = DAY_ONE + (at + 1) * DAY_MS;
      return sampleFinding(process, { state: sampleState(process, at % 2, { latest, sets }), triage, newsAt });
    }),
  );
  const sightings = findings.map(({ state }) => sightingFor(state));
  const written = await store.write(
    findings.map((finding) => ({ finding, mark: null })),
    sightings,
    signal,
  );
  expect(written.findings.every(({ status }) => status === 'written')).toBe(true);
  expect(written.refusedSightings).toEqual([]);
}

/** A run of each verdict, each with what went before it, and ledgers with gaps and without. */
async function writeAccount(store: Store): Promise<void> {
  for (const [at, verdict] of VERDICTS.entries()) {
    const tile = { start: DAY_ONE + at * DAY_MS, end: DAY_ONE + (at + 1) * DAY_MS };
    const times = { tile, startedAt: tile.end + 60_000, endedAt: tile.end + 90_000 };
    const deltas = { new: 2, reopened: at, recurring: 1 };
    await store.saveRun(sampleRun({ ...times, runId: `run-${at}`, verdict, deltas, engineMs: 40 }), signal);
  }
  await store.saveRun(sampleRun({ runId: 'ad-hoc', adHoc: true, job: null, verdict: 'failed' }), signal);
  await store.writeLedger(sampleLedger(), null, signal);
  const gaps = [sampleGap({ reason: 'blind' })];
  await store.writeLedger(sampleLedger({ huntId: 'network/other', gaps }), null, signal);
  await store.writeLedger(sampleLedger({ huntId: 'network/whole', gaps: [] }), null, signal);
  await store.writeJobState(sampleJobState(), null, signal);
  const trouble = 'the channel answered 500';
  const states = ['waiting', 'sent', 'dead', 'dropped'] as const;
  const notices = states.map((state) =>
    sampleNotice(`${state}.exe`, { id: `notice-${state}`, state, attempts: 3, trouble }),
  );
  await store.putNotices(notices, signal);
}

interface Answer {
  readonly hits: {
    readonly total: { readonly value: number };
    readonly hits: readonly { readonly fields?: Readonly<Record<string, readonly unknown[]>> }[];
  };
  readonly aggregations?: Readonly<Record<string, unknown>>;
}

/** As Kibana sends it; rejects with the node's answer where it is an error, or only a part. */
async function search(node: Node, dataView: string, body: object): Promise<Answer> {
  const index = indexOf.get(dataView);
  if (index === undefined) throw new Error(`No data view ${dataView}`);
  const path = `/${index}/_search?allow_partial_search_results=false`;
  return (await mustAsk(node, 'POST', path, { body })) as Answer;
}

/** Whether an aggregation gave a value anywhere: a bucket with documents, or a metric that is not empty. */
function gave(value: unknown, column: string): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some((each) => gave(each, column));
  const own = Object.hasOwn(value, column) ? (value as Record<string, unknown>)[column] : undefined;
  return isValue(own) || Object.values(value).some((each) => gave(each, column));
}

function isValue(result: unknown): boolean {
  if (typeof result !== 'object' || result === null) return false;
  const { value, values, buckets, doc_count: documents } = result as Record<string, unknown>;
  if (Array.isArray(buckets)) return buckets.some((bucket) => (bucket as { doc_count: number }).doc_count > 0);
  if (typeof values === 'object' && values !== null)
    return Object.values(values).some((each) => typeof each === 'number');
  if (typeof documents === 'number') return documents > 0;
  return typeof value === 'number' && value > 0;
}

/** Columns of a layer that the node gave nothing for. A count of documents is what every bucket has. */
function emptyColumns({ columns }: Layer, { hits, aggregations }: Answer): string[] {
  return Object.entries(columns).flatMap(([id, { operationType, filter }]) => {
    const counted = operationType === 'count' && filter === undefined;
    return (counted ? hits.total.value > 0 : gave(aggregations, id)) ? [] : [id];
  });
}

for (const server of ['elasticsearch8', 'elasticsearch9'] as const) {
  describeLive(`Kibana's searches on ${server}`, [server], (servers) => {
    const node = servers[server];
    let client: ElasticClient;

    beforeAll(async () => {
      client = clientFor(node.url);
      const store = elasticsearchStore(client, { prefix: PREFIX });
      await store.setup({ dryRun: false }, signal);
      await writeFindings(store);
      await writeAccount(store);
      for (const index of indexOf.values()) await mustAsk(node, 'POST', `/${index}/_refresh`);
    });

    afterAll(async () => {
      await clearNode(node, PREFIX, []);
      await client[Symbol.asyncDispose]();
    });

    it.each(ofType('dashboard').flatMap(layersOf))('$where returns something for each column', async (layer) => {
      const answer = await search(node, layer.dataView, searchOf(layer));
      expect(answer.hits.total.value).toBeGreaterThan(0);
      expect(emptyColumns(layer, answer)).toEqual([]);
    });

    it.each(ofType('search'))('$attributes.title returns every column', async (session) => {
      const { columns, sort, breakdownField, kibanaSavedObjectMeta } = session.attributes;
      const query = kqlToDsl(kibanaSavedObjectMeta.searchSourceJSON.query.query);
      const split = breakdownField === undefined ? {} : { split: { terms: { field: breakdownField } } };
      const answer = await search(node, targetOf(session), {
        size: 100,
        query,
        fields: columns,
        sort: sort.map(([field, order]) => ({ [field]: { order } })),
        aggs: split,
        _source: false,
      });
      const told = new Set(answer.hits.hits.flatMap(({ fields = {} }) => Object.keys(fields)));
      expect([...told].sort()).toEqual([...columns].sort());
      if (breakdownField !== undefined) expect(gave(answer.aggregations, 'split')).toBe(true);
    });

    it('the sessions of what is open and of what went wrong hold only that', async () => {
      const totals = await Promise.all(
        ofType('search').map(async (session) => {
          const { query } = session.attributes.kibanaSavedObjectMeta.searchSourceJSON;
          const { hits } = await search(node, targetOf(session), {
            query: kqlToDsl(query.query),
            track_total_hits: true,
          });
          return hits.total.value;
        }),
      );
      expect(totals).toEqual([4, 12, 4, 2, 2]);
    });

    it.each(
      ofType('map').flatMap((map) =>
        map.attributes.layerListJSON.flatMap(({ sourceDescriptor }) =>
          sourceDescriptor.type === 'ES_SEARCH' ? [{ map, source: sourceDescriptor }] : [],
        ),
      ),
    )('the points of $source.id are on the map, each with its tooltip', async ({ map, source }) => {
      const { geoField, tooltipProperties, indexPatternRefName } = source;
      const dataView = targetOf(map, indexPatternRefName);
      const query = { geo_bounding_box: { [geoField]: { top_left: [-180, 89], bottom_right: [180, -89] } } };
      const { hits } = await search(node, dataView, {
        query,
        fields: [geoField, ...tooltipProperties],
        _source: false,
      });
      expect(hits.total.value).toBe(12);
      expect(Object.keys(hits.hits[0]?.fields ?? {}).sort()).toEqual([geoField, ...tooltipProperties].sort());
    });

    it.each(ofType('dashboard'))('the filters of $attributes.title have values', async (dashboard) => {
      for (const [id, { explicitInput }] of Object.entries(dashboard.attributes.controlGroupInput.panelsJSON)) {
        const dataView = targetOf(dashboard, `controlGroup_${id}:optionsListDataView`);
        const aggs = { options: { terms: { field: explicitInput.fieldName, order: { _count: 'desc' } } } };
        const { aggregations } = await search(node, dataView, { size: 0, aggs });
        expect(gave(aggregations, 'options'), explicitInput.fieldName).toBe(true);
      }
    });

    it('every field that is named is one that Kibana finds', async () => {
      const missing: object[] = [];
      for (const [dataView, index] of indexOf) {
        const { fields } = (await mustAsk(node, 'GET', `/${index}/_field_caps?fields=*`)) as { fields: object };
        const named = objects.flatMap(fieldsOf).filter((each) => each.dataView === dataView);
        // Objects that are kept and not indexed are no fields.
        const hidden = ['hunt.state', 'hunt.record'];
        missing.push(...named.filter(({ field }) => !hidden.includes(field) && !Object.hasOwn(fields, field)));
      }
      expect(missing).toEqual([]);
    });

    describe('hunt setup --kibana', () => {
      it('sets both up, and the second time has nothing to do', async () => {
        await using kibana = await startKibana({ spaces: ['default', 'hunting'] });
        await using rig = await huntRig({
          env: {
            TRACEHOUND_ELASTICSEARCH_NODES: node.url,
            TRACEHOUND_ELASTICSEARCH_PREFIX: PREFIX,
            TRACEHOUND_KIBANA_URL: kibana.url,
            TRACEHOUND_KIBANA_SPACE: 'hunting',
            TRACEHOUND_KIBANA_API_KEY: 'c2VjcmV0LWtleQ==',
          },
        });
        const first = await rig.hunt('setup', '--kibana');
        expect(first).toMatchObject({ exitCode: 0, stderr: '' });
        expect(first.stdout).toContain(`created  Kibana dashboard "tracehound-${PREFIX}-dashboard-findings.hunting"`);
        expect(await rig.hunt('setup', '--kibana')).toMatchObject({ exitCode: 0, stderr: 'Nothing to do\n' });
        expect(kibana.objects.size).toBe(14);
        expect(kibana.requests[0]?.headers['authorization']).toBe('ApiKey c2VjcmV0LWtleQ==');
      });
    });
  });
}
