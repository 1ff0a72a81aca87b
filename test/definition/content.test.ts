import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { minimalBlocks, parseCidr } from '../../src/core/cidr.ts';
import { parseIp } from '../../src/core/ip.ts';
import { loadDefinitions, loadHuntFile } from '../../src/definition/load.ts';
import { defaultSite, PACKAGE_HUNTS } from '../../src/definition/site.ts';
import { parseExpression, parseQuery } from '../../src/query/syntax/parse.ts';

const NOW = Date.parse('2026-11-21T00:00:00Z');
const shipped = await loadDefinitions(
  {
    ...defaultSite(PACKAGE_HUNTS),
    listFolders: [],
    exceptionFolders: [],
    huntFolders: [{ path: PACKAGE_HUNTS, place: null }],
  },
  { now: NOW },
);

describe('the hunts of the package', () => {
  it('have no problem', () => {
    expect(shipped.problems).toEqual([]);
    expect(shipped.hunts.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['network/high-connection-count', 'network/rare-egress']),
    );
    expect(shipped.hunts.length).toBeGreaterThan(40);
  });

  it('name sources and lists that exist', () => {
    for (const hunt of shipped.hunts) {
      for (const name of hunt.sources.names) expect(shipped.sources.has(name), name).toBe(true);
      for (const name of hunt.excludeCidrs.flatMap(({ lists }) => lists))
        expect(shipped.lists.has(name), name).toBe(true);
    }
  });

  it('say everything an analyst needs, and have a case to find and one to stay quiet on', () => {
    for (const hunt of shipped.hunts) {
      expect(
        Math.min(hunt.techniques.length, hunt.falsePositives.length, hunt.references.length, hunt.runbook.length),
        hunt.id,
      ).toBeGreaterThan(0);
      expect(
        hunt.tests.some(({ finds }) => finds.length > 0),
        hunt.id,
      ).toBe(true);
      expect(
        hunt.tests.some(({ finds }) => finds.length === 0),
        hunt.id,
      ).toBe(true);
    }
  });

  it('have the events of their tests beside them, one object a line', () => {
    for (const hunt of shipped.hunts)
      for (const { events } of hunt.tests) {
        if (typeof events !== 'string') continue;
        const lines = readFileSync(join(PACKAGE_HUNTS, hunt.id, '..', events), 'utf8')
          .trimEnd()
          .split('\n');
        for (const line of lines) expect(JSON.parse(line)).toHaveProperty('@timestamp');
      }
  });

  it('are ES|QL that parses', () => {
    const expressions = [...shipped.sources.values()].flatMap(({ where }) => where ?? []);
    for (const hunt of shipped.hunts) {
      expressions.push(
        ...hunt.exceptions.map(({ when }) => when),
        ...(hunt.body.type === 'prevalence' ? [hunt.body.where ?? []].flat() : []),
      );
      const queries = [hunt.finding.drilldown, hunt.body.type === 'esql' ? hunt.body.query : null].filter(
        (query) => query !== null,
      );
      for (const { text } of queries) expect(parseQuery(text)).toMatchObject({ ok: true });
    }
    expect(expressions.length).toBeGreaterThan(6);
    for (const { text } of expressions) expect(parseExpression(text)).toMatchObject({ ok: true });
  });
});

describe('the template', () => {
  it('is a whole hunt', async () => {
    const loaded = await loadHuntFile(join(PACKAGE_HUNTS, '_template.yml'));
    expect(loaded.problems).toEqual([]);
  });
});

describe('the list non-public', () => {
  const blocks = (shipped.lists.get('non-public')?.entries ?? []).flatMap(({ cidr }) => parseCidr(cidr) ?? []);
  const holds = (address: string): boolean => {
    const value = parseIp(address);
    return value !== null && blocks.some(({ first, last }) => first <= value && value <= last);
  };

  it('holds no block twice and each with its comment', () => {
    const addresses = (all: readonly { first: bigint; last: bigint }[]) =>
      all.reduce((sum, { first, last }) => sum + last - first + 1n, 0n);
    expect(addresses(minimalBlocks(blocks))).toBe(addresses(blocks));
    expect(shipped.lists.get('non-public')?.entries.every(({ comment }) => comment !== null)).toBe(true);
  });

  it('holds what is not public and nothing else', () => {
    for (const address of [
      '10.1.2.3',
      '172.31.255.255',
      '192.168.0.1',
      '169.254.169.254',
      '100.64.0.1',
      '255.255.255.255',
      '224.0.0.251',
      '::1',
      '::',
      'fe80::1',
      'fd00::1',
      'ff02::fb',
      '::ffff:10.0.0.1',
      '2001:db8::1',
    ])
      expect(holds(address), address).toBe(true);
    for (const address of [
      '8.8.8.8',
      '172.32.0.1',
      '100.128.0.1',
      '192.167.255.255',
      '11.0.0.0',
      '198.41.0.4',
      '2606:4700::1111',
      '2001:0:1::1',
      '64:ff9b::808:808',
      '::ffff:8.8.8.8',
    ])
      expect(holds(address), address).toBe(false);
  });
});
