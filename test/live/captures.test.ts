import { beforeAll, expect, it } from 'vitest';
import { esql } from '../rig/elasticsearch.ts';
import { expectedOfCaptures } from '../rig/captures.ts';
import { describeCaptures, uniqueName } from '../rig/live.ts';
import { captureFiles, loadCaptures, type Loaded } from '../rig/load-captures.ts';

describeCaptures('the recorded captures, loaded', ['elasticsearch8'], ({ elasticsearch8 }, folder) => {
  const { files, expected } = expectedOfCaptures(folder);
  const prefix = `${uniqueName('captures')}-`;
  const from = `FROM ${prefix}logs-*`;
  let loaded: Loaded = new Map();

  beforeAll(async () => {
    loaded = await loadCaptures(elasticsearch8, folder, { prefix });
  });

  it('hold every document of every file', async () => {
    expect(files.map(({ file }) => file).toSorted()).toEqual(await captureFiles(folder));
    const total = files.reduce((sum, { docs }) => sum + docs, 0);
    expect([...loaded.values()].reduce((sum, count) => sum + count, 0)).toBe(total);
    expect(await esql(elasticsearch8, `${from} | STATS count = COUNT(*)`)).toEqual([{ count: total }]);
  });

  it('hold as many documents of each data set as the files together', async () => {
    const datasets = new Map<string, number>();
    for (const [name, count] of files.flatMap((file) => Object.entries(file.datasets)))
      datasets.set(name, (datasets.get(name) ?? 0) + count);
    const rows = await esql(elasticsearch8, `${from} | STATS count = COUNT(*) BY dataset = event.dataset`);
    expect(new Map(rows.map(({ dataset, count }) => [dataset, count]))).toEqual(datasets);
  });

  it.each(files)('$file holds $docs documents in its time, on its hosts', async ({ docs, hosts, first, last }) => {
    const range = `@timestamp >= "${first}" AND @timestamp <= "${last}"`;
    const names = hosts.map((host) => JSON.stringify(host)).join(', ');
    const query = `${from} | WHERE ${range} AND host.name IN (${names}) | STATS count = COUNT(*)`;
    expect(await esql(elasticsearch8, query)).toEqual([{ count: docs }]);
  });

  it('come with 68 claims', () => expect(expected).toHaveLength(68));

  it.each(expected)('$file: $note ($count)', async ({ esql: query, count, first, last }) => {
    const [row] = await esql(elasticsearch8, query.replace('FROM logs-*', from));
    expect(query).toContain('FROM logs-*');
    expect(row).toMatchObject({ count });
    if (first !== undefined) expect(row?.['first_seen']).toBe(first);
    if (last !== undefined) expect(row?.['last_seen']).toBe(last);
  });
});
