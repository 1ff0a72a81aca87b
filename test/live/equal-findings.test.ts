// Every stored hunt over the same documents on both engines: what it finds, and what it says of its run, is the same.
import { writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalFinding } from '../../src/core/canonical.ts';
import type { HuntTest } from '../../src/core/hunt.ts';
import { DAY_MS } from '../../src/core/time.ts';
import type { Tile } from '../../src/core/tile.ts';
import { eventSpan } from '../../src/pipeline/event-span.ts';
import type { RunResult } from '../../src/pipeline/request.ts';
import { ATTACK_NAMES } from '../../src/simulate/plant.ts';
import type { OutputName } from '../../src/simulate/shapes/shape.ts';
import type { ElasticsearchInfo } from '../rig/servers.ts';
import { type Estate, estateOf, removeCopy, simulatedFiles } from '../rig/estate.ts';
import { capturesFolder, describeCaptures, describeLive, uniqueName } from '../rig/live.ts';
import { huntRunner, type HuntSettings, nodeEngine, storedHunts } from '../rig/stored-hunts.ts';

const HUNTS = storedHunts().map(({ hunt }) => hunt);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const IDS = HUNTS.map(({ id }) => id);

/** Hunts that find nothing in captures and offices, and why; they are compared over the events of their own tests. */
const QUIET: ReadonlyMap<string, string> = new Map([
  ['command-and-control/icmp-count', 'No capture and no simulated office has ICMP between hosts'],
  ['command-and-control/icmp-tunnel', 'No capture and no simulated office has ICMP with its sizes'],
  [
    'command-and-control/new-country',
    'It reads the country that Defend adds to an event, which no simulated event has',
  ],
  ['dns/resolver-bypass', 'No program of captures and offices asks another resolver beside the configured ones'],
  ['egress/code-fetched-in-clear', 'No capture and no simulated office has the http.log of Zeek'],
  ['egress/office-accepts', 'Office programs accept no connection in captures and offices'],
  ['egress/office-rare-destination', 'Office programs reach what others reach too'],
  ['egress/office-uncommon-port', 'Office programs reach common ports only'],
  ['egress/server-new-destination', 'No server program calls out in captures and offices'],
  ['egress/user-profile-program', 'Programs in profiles connect on several hosts, or in folders of another hunt'],
  ['execution/server-starts-shell', 'No server program starts a shell in captures and offices'],
  ['exfiltration/several-cloud-tools', 'The planted tools run on different hosts'],
  ['exfiltration/more-bytes-than-peers', 'The planted uploads are of programs that no other host has'],
  ['exfiltration/file-sharing-name', 'No program of captures and offices asks for a service for file sharing'],
  ['exfiltration/foreign-tenant', 'No client of captures and offices asks for a tenant'],
  ['exfiltration/upload-command', 'No planted command line names a file to send to an address'],
  ['lateral-movement/first-logons-chain', 'No account of an office has logons on the days before'],
  ['lateral-movement/first-admin-pipe', 'No capture and no office has a pipe of administration in event 5145'],
  ['lateral-movement/rdp-from-loopback', 'No remote desktop of captures and offices comes from the host itself'],
  ['lateral-movement/task-shape', 'No capture and no office has event 4698'],
  ['network/known-infrastructure', 'Its lists name nobody as shipped'],
  ['network/steady-server-name', 'No capture and no simulated office has the ssl.log of Zeek'],
  ['network/unnamed-tls', 'No capture and no simulated office has the ssl.log of Zeek'],
  ['network/more-than-peers', 'No program makes 2,000 connections a day on one host and few on others'],
  ['outbound/untold-by-sysmon', 'Sysmon and 5156 tell the same in captures and offices'],
]);

/** What counts as rare on thirty hosts, and new in a week. */
const SMALL: HuntSettings = { params: { min_population: 1 }, anyHistory: true };
const OFFICE_END = Date.parse('2026-11-14');
const CAPTURED: Tile = { start: Date.parse('2019-01-01'), end: Date.parse('2024-01-01') };
const LAST_DAY: Tile = { start: OFFICE_END - DAY_MS, end: OFFICE_END };

const found = new Set<string>();

/** Which time, by which settings of a site. */
interface Asked {
  readonly tile: Tile;
  readonly settings: HuntSettings;
}

interface Compared {
  readonly here: RunResult;
  readonly there: RunResult;
}

/** An estate, the node that holds its copy, and the prefix of the copy's indices. */
interface Copied {
  readonly estate: Estate;
  readonly url: string;
  readonly prefix: string;
}

async function copied(estate: Estate, { url }: ElasticsearchInfo, parts: AsyncDisposableStack): Promise<Copied> {
  parts.use(estate);
  const prefix = `${uniqueName('equal')}-`;
  parts.defer(() => removeCopy({ url }, prefix));
  await estate.copyTo({ url }, prefix);
  return { estate, url, prefix };
}

/** Runs every hunt, or one, on both engines over what an estate holds. */
async function compare(
  { estate, url, prefix }: Copied,
  { tile, settings }: Asked,
  only?: string,
): Promise<ReadonlyMap<string, Compared>> {
  await using node = nodeEngine(url);
  const [embedded, elasticsearch] = [huntRunner(estate.engine), huntRunner(node)];
  const there = new Map(storedHunts({ ...settings, prefix }).map((hunt) => [hunt.hunt.id, hunt]));
  const compared = new Map<string, Compared>();
  for (const hunt of storedHunts(settings)) {
    const { id } = hunt.hunt;
    const moved = there.get(id);
    if (moved === undefined || (only !== undefined && id !== only)) continue;
    const pair = { here: await embedded.run(hunt, tile), there: await elasticsearch.run(moved, tile) };
    compared.set(id, { here: pair.here, there: withoutPrefix(pair.there, prefix) });
  }
  return compared;
}

/** Indices of the copy are named after those they were copied from. */
function withoutPrefix(result: RunResult, prefix: string): RunResult {
  return JSON.parse(JSON.stringify(result).replaceAll(prefix, '')) as RunResult;
}

/** In the form in which findings are the same (core/canonical.ts); in no order, which is not theirs. */
function findingsOf({ findings }: RunResult): readonly string[] {
  return findings.map(({ finding }) => canonicalFinding(finding)).toSorted();
}

/** What a run says of itself, less what is told of engine, time and text of its queries. */
function accountOf({ record }: RunResult) {
  const { verdict, reasons, rows, carried, unkeyed, hidden, population, tilePopulation, error, missingFields } = record;
  const sources = record.sources.map(({ name, documents, newest, state }) => ({ name, documents, newest, state }));
  return {
    verdict,
    reasons,
    rows,
    carried,
    unkeyed,
    hidden,
    population,
    tilePopulation,
    sources,
    missingFields,
    error,
  };
}

function expectEqual({ here, there }: Compared): void {
  expect([here.record.engine, there.record.engine]).toEqual(['embedded', 'elasticsearch']);
  expect(here.record.error).toBeNull();
  expect(findingsOf(here)).toEqual(findingsOf(there));
  expect(accountOf(here)).toEqual(accountOf(there));
}

/** One test for each hunt and way to ask, over one estate, which is laid out once. */
function describeEstate(
  name: string,
  node: ElasticsearchInfo,
  lay: () => Promise<Estate>,
  ways: Readonly<Record<string, Asked>>,
): void {
  describe(name, () => {
    const parts = new AsyncDisposableStack();
    let copy: Copied;
    beforeAll(async () => {
      copy = await copied(await lay(), node, parts);
      expect(copy.estate.documents).toBeGreaterThan(10_000);
    });
    afterAll(() => parts.disposeAsync());

    describe.each(Object.entries(ways))('%s', (_way, asked) => {
      let compared: ReadonlyMap<string, Compared>;
      beforeAll(async () => {
        compared = await compare(copy, asked);
      });

      it.each(IDS)('%s', (id) => {
        const pair = compared.get(id);
        if (pair === undefined) throw new Error(`"${id}" was not run`);
        expectEqual(pair);
        if (pair.here.findings.length > 0) found.add(id);
      });
    });
  });
}

describeCaptures('every hunt', ['elasticsearch8'], ({ elasticsearch8 }, folder) => {
  const lay = () => estateOf(() => Promise.resolve([join(folder, '*.ndjson.gz')]));
  describeEstate('over the recorded captures', elasticsearch8, lay, {
    'as shipped': { tile: CAPTURED, settings: SMALL },
    'where private addresses count': { tile: CAPTURED, settings: { ...SMALL, emptyLists: ['non-public'] } },
  });
});

describeLive('every hunt', ['elasticsearch8'], ({ elasticsearch8 }) => {
  const shapes: readonly (readonly OutputName[])[] = [
    ['defend'],
    ['sysmon', 'zeek'],
    ['winlogbeat', 'pfirewall'],
    ['defend', 'windows-json', 'zeek-json'],
  ];
  for (const some of shapes) {
    const office = { seed: '1', hosts: 30, days: 8, end: OFFICE_END, density: 0.1, attacks: ATTACK_NAMES };
    const lay = () => estateOf((folder) => simulatedFiles(folder, some, office));
    const ways = { 'on its last day': { tile: LAST_DAY, settings: SMALL } };
    describeEstate(`over an office as ${some.join(', ')}`, elasticsearch8, lay, ways);
  }
});

describeLive('hunts that find nothing there', ['elasticsearch8'], ({ elasticsearch8 }) => {
  const skipped = capturesFolder() === null; // then the captures have shown no hunt

  it.skipIf(skipped)('are named with a reason, and every other hunt finds something', () => {
    expect(IDS.filter((id) => !found.has(id) && !QUIET.has(id))).toEqual([]);
    expect(found.size).toBeGreaterThan(IDS.length / 2);
  });

  it('are stored hunts', () => {
    expect([...QUIET.keys()].filter((id) => !IDS.includes(id))).toEqual([]);
  });

  it.each([...QUIET])('find the same on both engines in the events of their own tests: %s (%s)', async (id) => {
    const hunt = HUNTS.find((each) => each.id === id);
    const test = hunt?.tests.find(({ finds }) => finds.length > 0);
    if (hunt === undefined || test === undefined) throw new Error(`"${id}" has no test with a finding`);
    await using parts = new AsyncDisposableStack();
    const copy = await copied(await estateOf((folder) => eventFiles(folder, hunt.file, test)), elasticsearch8, parts);
    const asked = { tile: await tileOf(id, test, copy.estate), settings: { params: test.params } };
    const pair = (await compare(copy, asked, id)).get(id);
    if (pair === undefined) throw new Error(`"${id}" was not run`);
    expectEqual(pair);
    expect(pair.here.findings.length).toBeGreaterThan(0);
  });
});

/** The events of a test, as files to ingest. */
async function eventFiles(folder: string, huntFile: string, { events }: HuntTest): Promise<readonly string[]> {
  if (typeof events === 'string') return [resolve(ROOT, dirname(huntFile), events)];
  const file = join(folder, 'events.ndjson');
  await writeFile(file, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  return [file];
}

async function tileOf(id: string, { tile }: HuntTest, { engine }: Estate): Promise<Tile> {
  if (tile !== null) return { start: Date.parse(tile.from), end: Date.parse(tile.to) };
  const checked = storedHunts().find(({ hunt }) => hunt.id === id);
  const { signal } = new AbortController();
  const span = await eventSpan(checked?.sources ?? [], { engine, clock: 'event', deadlineMs: 60_000, signal });
  if (span === null) throw new Error(`The events of "${id}" have no time`);
  return span;
}
