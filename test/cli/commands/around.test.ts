import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { doctor } from '../../../src/cli/commands/doctor.ts';
import { init } from '../../../src/cli/commands/init.ts';
import { query } from '../../../src/cli/commands/query.ts';
import { setup } from '../../../src/cli/commands/setup.ts';
import { sources } from '../../../src/cli/commands/sources.ts';
import { loadStock } from '../../../src/cli/stock.ts';
import { HuntError } from '../../../src/core/error.ts';
import type { RunRecord } from '../../../src/core/run.ts';
import { DAY_MS, isoTime } from '../../../src/core/time.ts';
import type { Reason } from '../../../src/core/verdict.ts';
import { defaultSite, parseConfig } from '../../../src/definition/site.ts';
import type { Question } from '../../../src/engine/port.ts';
import { sampleRun } from '../../rig/sample-findings.ts';
import { bench, type BenchOptions, NOW, row } from '../fakes.ts';

const SENT: BenchOptions['answer'] = () => ({ rows: [row({ documents: 42, newest: '2026-11-21T11:50:00.000Z' })] });

describe('hunt query', () => {
  it('sends the query with one row more than it shows, and the time as a filter', async () => {
    const { effects, asked, stdout } = await bench({
      answer: () => ({
        columns: [
          { name: 'n', type: 'long' },
          { name: 'host', type: 'keyword' },
        ],
        rows: [row({ n: 7, host: 'ws1' }), row({ n: 12, host: null })],
      }),
    });
    expect(await query('FROM x // all', { since: '1d', limit: 10 }, effects)).toBe(0);
    expect(asked[0]).toMatchObject({
      esql: 'FROM x // all\n| LIMIT 11',
      rowsMax: 10,
      filter: { time: { clocks: [['@timestamp']], span: { end: NOW } } },
    });
    expect(stdout.text).toBe(' n  host\n 7  ws1\n12\n');
  });

  it('says what is missing from the answer, and exits with 4 for a part', async () => {
    const { effects, stderr } = await bench({
      answer: () => ({ partial: ['shard 1 failed'], truncated: true, warnings: ['w'] }),
    });
    expect(await query('FROM x', { limit: 5 }, effects)).toBe(4);
    expect(stderr.text).toBe(
      'Only a part was answered: shard 1 failed\nMore than 5 rows: the rest was not read; --limit goes up to 9999\nWarning of the server: w\nNo row\n',
    );
  });

  it('gives rows as objects, a column called __proto__ too', async () => {
    const answer = () => ({
      columns: [{ name: '__proto__', type: 'keyword' } as const],
      rows: [row(JSON.parse('{"__proto__":"x"}') as Record<string, string>)],
    });
    const { effects, stdout } = await bench({ format: 'ndjson', answer });
    await query('FROM x', { limit: 5 }, effects);
    expect(stdout.text).toBe('{"__proto__":"x"}\n');
  });
});

describe('hunt sources', () => {
  it('shows state, documents, newest event and lag of each', async () => {
    const { effects, stdout } = await bench({ answer: SENT });
    expect(await sources([], effects)).toBe(0);
    expect(stdout.text).toMatch(/test\.events +sent +42 +2026-11-21T11:50:00Z +10 min +logs-x/);
  });

  it('names what is missing, and goes on after a source that fails', async () => {
    const { effects, stdout } = await bench({
      answer: SENT,
      engine: {
        privileges: async (patterns) =>
          patterns.map((pattern) => ({ pattern, missing: pattern === 'logs-x' ? ['read'] : null })),
        fields: async (patterns) => {
          if (patterns.includes('logs-y')) throw new HuntError('TYPE_CONFLICT', 'Cannot read "b"');
          return {
            indices: ['logs-x'],
            closed: ['logs-x-1'],
            missingShards: 0,
            unavailable: [],
            unmatched: [],
            types: new Map([['@timestamp', 'date']]),
            conflicts: new Map(),
          };
        },
      },
    });
    expect(await sources([], effects)).toBe(0);
    expect(stdout.text).toMatch(/test\.events .* missing privileges: read; closed indices: logs-x-1/);
    expect(stdout.text).toMatch(/other\.events +failed .* Cannot read "b"/);
  });

  it('tells all about one by its name, with the hunts that need it and how to switch it on', async () => {
    const { effects, stdout } = await bench({ answer: SENT });
    expect(await sources(['test.events'], effects)).toBe(0);
    const text = stdout.text.replaceAll(/ {2,}/g, ' | ');
    expect(text).toContain('source | test.events\nwhat | Events.\nstate | sent\ndocuments | 42\n');
    expect(text).toContain('silence | is normal\nneeded by | net/one, net/two\nswitch on | Nothing.\n');
    expect(text).not.toContain('other.events');
    const json = await bench({ answer: SENT, format: 'json' });
    await sources(['other.events'], json.effects);
    expect(JSON.parse(json.stdout.text)).toMatchObject([
      { name: 'other.events', state: 'sent', enable: 'Nothing.', cost: null, heartbeatMs: 3_600_000, hunts: [] },
    ]);
    await expect(sources(['test.event'], effects)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      remedy: 'Did you mean "test.events"?',
    });
  });

  it('gives up where nobody answers', async () => {
    const fields = () => Promise.reject(new HuntError('UNREACHABLE', 'Nobody there'));
    const { effects } = await bench({ engine: { fields } });
    await expect(sources([], effects)).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });
});

describe('hunt doctor', () => {
  const levels = (text: string) =>
    new Map((JSON.parse(text) as { what: string; level: string }[]).map(({ what, level }) => [what, level]));

  it('exits with 0 when all is well', async () => {
    const { effects, stdout } = await bench({ format: 'json', answer: SENT });
    expect(await doctor(effects)).toBe(0);
    expect([...levels(stdout.text).keys()]).toEqual([
      'configuration',
      'definitions',
      'elasticsearch',
      'store',
      'source test.events',
      'source other.events',
      'geoip',
    ]);
  });

  it('exits with 4 when hunts see less than they should', async () => {
    const info = async () => ({ name: 'elasticsearch', version: '9.5.1', notes: ['bad'], warnings: ['bad'] }) as const;
    const { effects, stdout } = await bench({ answer: SENT, engine: { info } });
    expect(await doctor(effects)).toBe(4);
    expect(stdout.text).toMatch(/warning +elasticsearch +bad/);
    const broken = await bench({ answer: SENT, files: { 'hunts/a.yml': 'name: [' } });
    expect(await doctor(broken.effects)).toBe(4);
  });

  it('exits with 3 when hunts cannot run, and still looks at the rest', async () => {
    const { effects, stdout } = await bench({ format: 'json', answer: SENT, ready: false });
    expect(await doctor(effects)).toBe(3);
    expect(levels(stdout.text).get('store')).toBe('failure');
    expect(levels(stdout.text).get('geoip')).toBe('ok');
    const info = () => Promise.reject(new HuntError('UNREACHABLE', 'Nobody there', { remedy: 'Check the address' }));
    const lonely = await bench({ engine: { info } });
    expect(await doctor(lonely.effects)).toBe(3);
    expect(lonely.stdout.text).toMatch(/failure +elasticsearch +Nobody there\. Check the address/);
  });

  it('says since when a scheduled hunt is blind, or sees fewer hosts', async () => {
    const { effects, stdout, store } = await bench({ answer: SENT });
    const never = new AbortController().signal;
    const runAt = (day: number, reasons: readonly Reason[], change: Partial<RunRecord> = {}) => {
      const tile = { start: NOW - day * DAY_MS, end: NOW - (day - 1) * DAY_MS };
      const runId = `${change.huntId ?? 'net/one'} ${day} ${change.startedAt ?? ''}`;
      return store.saveRun(
        sampleRun({ huntId: 'net/one', runId, tile, startedAt: tile.end, reasons, ...change }),
        never,
      );
    };
    const fell: Reason = { verdict: 'degraded', code: 'population_fell', text: 'Population fell from 812 to 90' };
    const silent: Reason = { verdict: 'blind', code: 'source_silent', text: 'Source "sysmon" sent nothing' };
    for (const day of [1, 2, 3]) await runAt(day, [fell]);
    await runAt(4, []);
    await runAt(5, [fell]);
    await runAt(1, [silent], { huntId: 'net/two' });
    await runAt(2, [silent], { huntId: 'net/two' });
    await runAt(2, [], { huntId: 'net/two', startedAt: NOW });
    await runAt(1, [silent], { huntId: 'net/asked', job: null });
    expect(await doctor(effects)).toBe(4);
    const text = stdout.text.replace(/\s+/g, ' ');
    expect(text).toContain(
      'hunt net/one of nightly Population fell from 812 to 90; since the tile of 2026-11-18T12:00:00Z (3 tiles). See hunt runs',
    );
    expect(text).toContain(
      'hunt net/two of nightly Source "sysmon" sent nothing; since the tile of 2026-11-20T12:00:00Z (1 tile). See hunt runs',
    );
    expect(text).not.toContain('net/asked');
  });

  it('says since when a source is silent', async () => {
    const newest = isoTime(NOW - 3 * DAY_MS);
    const answer = ({ filter }: Question) => {
      const sent = (filter.time?.span.start ?? NOW) <= NOW - 3 * DAY_MS;
      return { rows: [row(sent ? { documents: 1, newest } : { documents: 0, newest: null })] };
    };
    const { effects, stdout } = await bench({ answer });
    expect(await doctor(effects)).toBe(4);
    expect(stdout.text).toMatch(/source other\.events +silent since 2026-11-18T12:00:00Z \(3 d\)/);
  });

  it('says how to learn about a source that never sent anything', async () => {
    const { effects, stdout } = await bench({ answer: () => ({}) });
    await doctor(effects);
    expect(stdout.text).toMatch(
      /ok +source other\.events +never\. hunt sources other\.events says how to switch it on/,
    );
  });

  it('lets a bug through', async () => {
    const { effects } = await bench({ engine: { info: () => Promise.reject(new TypeError('bug')) } });
    await expect(doctor(effects)).rejects.toThrow(TypeError);
  });
});

describe('hunt setup', () => {
  it('says what it would make, makes it, and then has nothing to do', async () => {
    const { effects, stdout, stderr } = await bench({ ready: false });
    expect(await setup({ dryRun: true }, effects)).toBe(0);
    expect(stdout.text).toContain('would create');
    await setup({}, effects);
    expect(stdout.text).toMatch(/^created/m);
    expect(stderr.text).toBe('');
    await setup({}, effects);
    expect(stderr.text).toBe('Nothing to do\n');
  });
});

describe('hunt init', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(await realpath(tmpdir()), 'tracehound-init-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('makes a site that checks without a problem', async () => {
    const { effects, stdout } = await bench();
    expect(await init('.', { ...effects, cwd: folder })).toBe(0);
    expect(stdout.text).toContain('created  hunt.config.yml');
    const path = join(folder, 'hunt.config.yml');
    const config = parseConfig(path, 'hunt.config.yml', folder, await readFile(path));
    expect(config.problems).toEqual([]);
    const stock = await loadStock(config.ok ? config.value.site : defaultSite(folder), NOW);
    expect(stock.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(stock.checked.size).toBeGreaterThan(0);
    expect(await readFile(join(folder, 'hunts/_template.yml'), 'utf8')).toContain('hypothesis:');
  });

  it('has examples that hold when they are taken', async () => {
    const { effects } = await bench();
    await init('.', { ...effects, cwd: folder });
    const path = join(folder, 'hunt.config.yml');
    const text = (await readFile(path, 'utf8'))
      .replace(/^# (?=(elasticsearch|kibana|notify|params|sources|geoip|  ))/gm, '')
      .replace(/\n.*endpoint\.network.*/, '');
    const config = parseConfig(path, 'hunt.config.yml', folder, Buffer.from(text));
    expect(config.problems).toEqual([]);
    expect(config.ok && config.value.input.elasticsearch?.nodes).toEqual(['https://elastic.example:9200']);
    await writeFile(join(folder, 'exceptions/taken.yml'), await readFile(join(folder, 'exceptions/_example.yml')));
    const stock = await loadStock(defaultSite(folder), NOW);
    expect(stock.problems.filter(({ place }) => place.file.includes('exceptions'))).toEqual([]);
    expect(stock.definitions.exceptions.map(({ id }) => id)).toEqual(['inventory-agent']);
  });

  it('keeps every file that is there', async () => {
    const { effects, stdout } = await bench();
    await writeFile(join(folder, 'hunt.config.yml'), 'home: mine\n');
    expect(await init(folder, effects)).toBe(0);
    expect(await readFile(join(folder, 'hunt.config.yml'), 'utf8')).toBe('home: mine\n');
    expect(stdout.text).toMatch(/^kept .*hunt\.config\.yml$/m);
  });

  it('refuses a place where a file stands', async () => {
    const { effects } = await bench();
    await writeFile(join(folder, 'taken'), '');
    await expect(init(join(folder, 'taken'), effects)).rejects.toMatchObject({
      code: 'USAGE',
      remedy: expect.any(String),
    });
  });
});
