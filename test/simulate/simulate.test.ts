import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { addressSet, parseCidr } from '../../src/core/cidr.ts';
import { parseIp } from '../../src/core/ip.ts';
import { openBundledGeo } from '../../src/findings/geoip-bundled.ts';
import type { AttackName } from '../../src/simulate/plant.ts';
import type { SimulationRequest } from '../../src/simulate/request.ts';
import { SHAPE_NAMES } from '../../src/simulate/shapes/shape.ts';
import { simulate } from '../../src/simulate/simulate.ts';
import { type Document, highCounts, rareEgress } from './by-hand.ts';

const BOTH: readonly AttackName[] = ['rare-egress', 'browser-beacon'];
const REQUEST: SimulationRequest = {
  seed: '1',
  hosts: 30,
  days: 2,
  end: Date.parse('2026-11-14T00:00:00Z'),
  density: 0.2,
  shape: 'defend',
  attacks: BOTH,
};

function made(change: Partial<SimulationRequest> = {}) {
  const simulation = simulate({ ...REQUEST, ...change });
  const lines = [...simulation.batches()].flat();
  const manifest = simulation.manifest();
  return { lines, manifest, span: simulation.span, documents: () => lines.map((line) => JSON.parse(line) as Document) };
}

const digest = (lines: readonly string[]) => createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16);

const { entries } = parse(readFileSync(new URL('../../hunts/lists/non-public.yml', import.meta.url), 'utf8')) as {
  readonly entries: readonly { readonly cidr: string }[];
};
const blocks = entries.map(({ cidr }) => parseCidr(cidr)).filter((block) => block !== null);
const nonPublic = addressSet(blocks);
const isPublic = (ip: string) => !nonPublic(parseIp(ip) ?? 0n);

describe('a simulation', { timeout: 30_000 }, () => {
  it('is the same to the byte for the same request, and another for any other', () => {
    const small = { hosts: 12, days: 1 };
    const same = digest(made(small).lines);
    expect(digest(made(small).lines)).toBe(same);
    const others = [
      { seed: '2' },
      { hosts: 13 },
      { days: 2 },
      { density: 0.3 },
      { attacks: [] },
      { shape: 'sysmon' as const },
    ];
    const digests = others.map((change) => digest(made({ ...small, ...change }).lines));
    expect(new Set([same, ...digests]).size).toBe(others.length + 1);
  });

  // A change of these is a change of every simulation that somebody has compared something with: say so in the notes.
  it.each(SHAPE_NAMES)('as %s has had these bytes since it was first made', (shape) => {
    expect(digest(made({ shape, hosts: 12, days: 1 }).lines)).toMatchSnapshot();
  });

  it.each(SHAPE_NAMES)('as %s runs in order of time, within its span, and is told by its number', (shape) => {
    const { documents: parsed, manifest, span } = made({ shape });
    const documents = parsed();
    const times = documents.map((document) => Date.parse(document['@timestamp']));
    expect(times.length).toBeGreaterThan(1_000);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(span.start);
    expect(times.at(-1)).toBeLessThan(span.end);
    expect(manifest.documents).toBe(documents.length);
    for (const { event } of documents) expect(Date.parse(event.ingested)).toBeGreaterThan(Date.parse(event.created));
  });

  it('works by day and rests by night and at the weekend', () => {
    // Saturday to Friday, at the site that is one hour ahead of UTC.
    const { documents: parsed } = made({ days: 7, attacks: [] });
    const documents = parsed();
    const browsing = documents.filter(
      ({ process, source }) =>
        /^(?:chrome|msedge|firefox)\.exe$/.test(process.name ?? '') && source?.ip.startsWith('10.20.'),
    );
    const on = (days: readonly number[], hours: readonly number[]) =>
      browsing.filter(
        ({ '@timestamp': at }) => days.includes(new Date(at).getUTCDay()) && hours.includes(new Date(at).getUTCHours()),
      ).length /
      (days.length * hours.length);
    const [week, weekend, day, night] = [
      [1, 2, 3, 4, 5],
      [0, 6],
      [9, 10, 13, 14],
      [2, 3, 4],
    ];
    expect(on(week, day)).toBeGreaterThan(20);
    expect(on(week, day)).toBeGreaterThan(4 * on(week, night));
    expect(on(week, day)).toBeGreaterThan(10 * on(weekend, day));
  });

  it('reaches its own private network, or addresses that are public and lie in a country', async () => {
    const { documents: parsed, manifest } = made({ density: 1 });
    const documents = parsed();
    const reached = new Set(documents.flatMap(({ destination }) => destination?.ip ?? []));
    const outside = [...reached].filter(isPublic);
    const inside = [...reached].filter((ip) => !isPublic(ip));
    expect(outside.length).toBeGreaterThan(200);
    expect(inside.every((ip) => ip.startsWith('10.2'))).toBe(true);
    const geo = await openBundledGeo();
    const placed = outside.filter((ip) => geo.find(ip)?.countryIsoCode != null);
    expect(placed.length / outside.length).toBeGreaterThan(0.95);
    const attacked = manifest.attacks.flatMap(({ plants }) => plants.filter(({ kind }) => kind === 'attack'));
    expect(attacked).toHaveLength(2);
    for (const { destination } of attacked)
      expect(geo.find(destination?.ip ?? '')?.countryIsoCode).toMatch(/^[A-Z]{2}$/);
  });

  it.each(SHAPE_NAMES)('as %s holds what its manifest says was planted', (shape) => {
    const { documents: parsed, manifest } = made({ shape });
    const documents = parsed();
    const plants = manifest.attacks.flatMap((attack) => attack.plants);
    expect(plants).toHaveLength(8);
    for (const { destination, connections, first, last, hosts, processes } of plants) {
      const events = documents.filter((document) => document.destination?.ip === destination?.ip);
      const began = events.filter(({ event }) => event.action !== 'disconnect_received');
      expect(began).toHaveLength(connections);
      expect(connections).toBeGreaterThan(10);
      expect([events[0]?.['@timestamp'], events.at(-1)?.['@timestamp']]).toEqual([first, last]);
      const short = (name: string) => name.toLowerCase().split('.')[0];
      expect(new Set(events.map(({ host }) => short(host.name)))).toEqual(new Set(hosts));
      expect(new Set(events.map(({ process }) => process.executable))).toEqual(
        new Set(processes.map(({ executable }) => executable)),
      );
    }
  });

  describe.each([
    { hosts: 12, seed: 'small' },
    { hosts: 60, seed: '3' },
  ])('of $hosts hosts', ({ hosts, seed }) => {
    it.each(SHAPE_NAMES)('as %s has nothing to find in its everyday', (shape) => {
      const { documents: parsed } = made({ hosts, seed, shape, attacks: [], density: 0.5 });
      const documents = parsed();
      expect(rareEgress(documents.filter(({ destination }) => isPublic(destination?.ip ?? '10.0.0.1')))).toEqual([]);
      expect(highCounts(documents)).toEqual([]);
    });

    it.each(SHAPE_NAMES)('as %s has what was planted, and what only a list or an exception keeps out', (shape) => {
      const { documents: parsed, manifest } = made({ hosts, seed, shape });
      const documents = parsed();
      const expected = (hunt: string) =>
        manifest.attacks
          .filter((attack) => attack.hunt === hunt)
          .flatMap(({ plants }) => plants.flatMap(({ finds }) => (finds === null ? [] : [finds])));
      const outgoing = documents.filter(({ destination }) => isPublic(destination?.ip ?? '10.0.0.1'));
      expect(expected('network/rare-egress')).toHaveLength(3);
      expect(rareEgress(outgoing)).toEqual(expected('network/rare-egress').toSorted(byProgram));
      expect(expected('network/high-connection-count')).toHaveLength(1);
      expect(highCounts(documents)).toEqual(expected('network/high-connection-count'));
    });
  });

  it.each([
    [{ hosts: 11 }, 'Cannot simulate with hosts "11"'],
    [{ hosts: 12.5 }, 'Cannot simulate with hosts "12.5"'],
    [{ days: 0 }, 'Cannot simulate with days "0"'],
    [{ density: -1 }, 'Cannot simulate with density "-1"'],
    [{ density: Number.NaN }, 'Cannot simulate with density "NaN"'],
  ])('refuses %o', (change, message) => {
    expect(() => simulate({ ...REQUEST, ...change })).toThrow(message);
  });
});

function byProgram(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): number {
  return String(a['process.name']) < String(b['process.name']) ? -1 : 1;
}
