import { describe, expect, it } from 'vitest';
import type { Problem } from '../../src/core/problem.ts';
import { loadDefinitions, loadHuntFile, type Definitions } from '../../src/definition/load.ts';
import type { ParamOverride, SiteConfig } from '../../src/definition/site.ts';
import { huntText, memoryFiles, siteWith } from './memory-files.ts';

const NOW = Date.parse('2026-11-21T00:00:00Z');
const SOURCES =
  'test.events:\n  description: Events.\n  index: [logs-x]\n  clock: ["@timestamp"]\n  heartbeat: sporadic\n  enable: Nothing.\n';
const PLACE = { file: 'hunt.config.yml', line: 1, column: 1 };

function load(contents: Readonly<Record<string, string>>, site: Partial<SiteConfig> = {}): Promise<Definitions> {
  const files = Object.fromEntries(
    Object.entries({ 'hunts/sources.yml': SOURCES, ...contents }).map(([path, text]) => [`/site/${path}`, text]),
  );
  return loadDefinitions(siteWith(site), { files: memoryFiles(files), now: NOW });
}

function override(hunts: string, values: ParamOverride['values']): ParamOverride {
  return { hunts, values, place: PLACE, places: new Map() };
}

function told(problems: readonly Problem[]): string[] {
  return problems.map(({ rule, place, severity }) => `${severity} ${rule} ${place.file}`);
}

describe('loading a site', () => {
  it('gives a hunt its id by path, and leaves out what begins with _ or is no YAML', async () => {
    const loaded = await load({
      'hunts/a/b/one.yml': huntText(),
      'hunts/two.yaml': huntText(),
      'hunts/_template.yml': 'x',
      'hunts/a/notes.md': 'x',
      'hunts/_old/x.yml': 'x',
    });
    expect(loaded.problems).toEqual([]);
    expect(loaded.hunts.map(({ id }) => id)).toEqual(['a/b/one', 'two']);
  });

  it('reads the other files when one is broken', async () => {
    const loaded = await load({ 'hunts/a.yml': 'name: [', 'hunts/b.yml': huntText() });
    expect(loaded.hunts.map(({ id }) => id)).toEqual(['b']);
    expect(loaded.problems.every(({ place }) => place.file === 'hunts/a.yml')).toBe(true);
    expect(loaded.problems.length).toBeGreaterThan(0);
  });

  it('puts parameters of the site in place of the hunt’s, the later entry over the earlier, and changes the version', async () => {
    const plain = await load({ 'hunts/a/one.yml': huntText() });
    const loaded = await load(
      { 'hunts/a/one.yml': huntText() },
      { params: [override('a/*', { limit: 8 }), override('a/one', { limit: 9 })] },
    );
    expect(loaded.problems).toEqual([]);
    expect(loaded.hunts[0]?.params).toEqual({ limit: 9 });
    expect(loaded.hunts[0]?.version).not.toBe(plain.hunts[0]?.version);
  });

  it('tells of a parameter that no hunt has or that is of another kind, and changes nothing by it', async () => {
    const loaded = await load(
      { 'hunts/a/one.yml': huntText() },
      { params: [override('a/*', { limt: 8 }), override('a/one', { limit: [1] })] },
    );
    expect(told(loaded.problems)).toEqual(['error param-kind hunt.config.yml', 'error unknown-param hunt.config.yml']);
    expect(loaded.problems[1]?.hint).toBe('Did you mean "limit"?');
    expect(loaded.hunts[0]?.params).toEqual({ limit: 7 });
  });

  it('lets a glob name a parameter that only some of its hunts have', async () => {
    const loaded = await load(
      { 'hunts/a/one.yml': huntText(), 'hunts/a/two.yml': huntText({ params: '{ other: 1 }' }) },
      { params: [override('a/*', { other: 2 })] },
    );
    expect(loaded.problems).toEqual([]);
    expect(loaded.hunts.map(({ params }) => params)).toEqual([{ limit: 7 }, { other: 2 }]);
  });

  it('adds a site’s exceptions to the hunts that their globs name', async () => {
    const exceptions =
      'exceptions:\n  - { id: known, when: a == 1, because: Known., owner: soc, until: 2026-12-31, hunts: [a/**] }\n';
    const loaded = await load({
      'hunts/a/one.yml': huntText(),
      'hunts/b.yml': huntText(),
      'exceptions/x.yml': exceptions,
    });
    expect(loaded.hunts.map(({ exceptions }) => exceptions.map(({ id }) => id))).toEqual([['known'], []]);
    expect(loaded.exceptions[0]?.when).toMatchObject({
      text: 'a == 1',
      place: { file: 'exceptions/x.yml', line: 2, column: 24 },
    });
  });

  it('maps a source to where the site keeps it', async () => {
    const mapping = {
      name: 'test.events',
      index: ['own-*'],
      where: null,
      clock: null,
      heartbeatMs: 5,
      absent: true,
      place: PLACE,
    };
    const loaded = await load({ 'hunts/a.yml': huntText() }, { sources: [mapping] });
    expect(loaded.sources.get('test.events')).toMatchObject({
      index: ['own-*'],
      clock: ['@timestamp'],
      heartbeatMs: 5,
      absent: true,
    });
  });

  it('joins included lists, each once', async () => {
    const loaded = await load({
      'hunts/lists/base.yml': 'description: B\nentries: [10.0.0.0/8]\n',
      'lists/both.yml': 'description: X\ninclude: [base, more]\nentries: [192.0.2.0/24]\n',
      'lists/more.yml': 'description: M\ninclude: [base]\nentries: [{ cidr: "2001:db8::/32", comment: doc }]\n',
    });
    expect(loaded.problems).toEqual([]);
    expect(loaded.lists.get('both')?.entries.map(({ cidr }) => cidr)).toEqual([
      '192.0.2.0/24',
      '10.0.0.0/8',
      '2001:db8::/32',
    ]);
  });

  it('tells the first problems of a file that has very many, and how many more there are', async () => {
    const loaded = await load({ 'hunts/a.yml': ':\n- ]\n'.repeat(2_000), 'hunts/b.yml': huntText() });
    expect(loaded.hunts).toHaveLength(1);
    expect(loaded.problems).toHaveLength(201);
    expect(loaded.problems.find(({ rule }) => rule === 'more-problems')?.message).toMatch(/^\d+ further problems/);
  });

  it('tells of a file that cannot be read', async () => {
    const files = memoryFiles({ '/site/hunts/a.yml': 'x' });
    const failing = {
      ...files,
      read: async () => Promise.reject(new Error("EACCES: permission denied, open '/site/hunts/a.yml'")),
    };
    const loaded = await loadDefinitions(siteWith(), { files: failing, now: NOW });
    expect(loaded.problems.map(({ message }) => message)).toEqual(['Cannot read the file: EACCES: permission denied']);
  });
});

describe('one hunt file outside of the folders', () => {
  it('is a hunt by its file name', async () => {
    const loaded = await loadHuntFile('/tmp/try.yml', memoryFiles({ '/tmp/try.yml': huntText() }));
    expect(loaded.ok && loaded.value.id).toBe('try');
  });

  it('that is not there is a problem', async () => {
    const loaded = await loadHuntFile('/tmp/try.yml', memoryFiles({}));
    expect(told(loaded.problems)).toEqual(['error unreadable /tmp/try.yml']);
  });
});
