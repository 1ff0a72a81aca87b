import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { followRoster, type FollowedRoster } from '../../src/cli/reload.ts';
import type { changedFiles } from '../../src/cli/watch.ts';
import type { WorkEvent } from '../../src/core/work-event.ts';
import { huntText } from '../definition/memory-files.ts';
import { latch } from '../rig/latch.ts';

const SOURCES =
  'test.events:\n  description: Events.\n  index: [logs-x]\n  clock: ["@timestamp"]\n  heartbeat: sporadic\n  enable: Nothing.\n';
const ESQL = '"FROM logs-x | EVAL n = ?limit, ip = TO_IP(\\"10.0.0.1\\") | KEEP a, ip"';
const hunt = (changes: Readonly<Record<string, string>> = {}) => huntText({ esql: ESQL, ...changes });
const withList = hunt({ exclude_cidrs: '[{ field: ip, lists: [ours], stage: after }]' });
const list = (cidr: string) => `description: Ours.\nentries: [${cidr}]\n`;
const daily = (hunts: string) => `schedule: { cron: "0 2 * * *" }\nhunts: [${hunts}]\n`;

const SITE = {
  'hunt.config.yml': 'hunts: [./hunts]\n',
  'hunts/sources.yml': SOURCES,
  'hunts/net/one.yml': withList,
  'hunts/net/two.yml': hunt(),
  'lists/ours.yml': list('192.0.2.0/24'),
  'jobs/nightly.yml': daily('"net/*"'),
};

/** A working folder on the disk that a roster follows. By itself nothing looks: a test says when, or has it watched. */
class Site implements AsyncDisposable {
  readonly told: WorkEvent[] = [];
  readonly root: string;
  readonly roster: FollowedRoster;

  private constructor(root: string, roster: FollowedRoster, told: WorkEvent[]) {
    [this.root, this.roster, this.told] = [root, roster, told];
  }

  static async open(
    files: Readonly<Record<string, string>> = SITE,
    means: { readonly watched?: boolean; readonly lookMs?: number; readonly changed?: () => void } = {},
  ): Promise<Site> {
    const root = await mkdtemp(join(await realpath(tmpdir()), 'tracehound-reload-'));
    for (const [name, text] of Object.entries(files)) await put(join(root, name), text);
    const told: WorkEvent[] = [];
    const roster = await followRoster(
      { cwd: root, now: () => 0 },
      { tell: (event) => void told.push(event), changed: means.changed ?? (() => {}) },
      { lookMs: means.lookMs ?? 3_600_000, ...(means.watched === true ? {} : { watch: unwatched }) },
    );
    return new Site(root, roster, told);
  }

  async edit(files: Readonly<Record<string, string | null>>): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      if (text === null) await rm(join(this.root, name));
      else await put(join(this.root, name), text);
    }
    await this.roster.look();
  }

  hunt(id: string, job = 'nightly') {
    return this.roster
      .current()
      .jobs.get(job)
      ?.hunts.find(({ hunt: each }) => each.id === id);
  }

  /** Types of what was told, each once in a row. */
  types(): string[] {
    return this.told.map(({ type }) => type);
  }

  faults(): string[] {
    return this.roster
      .current()
      .problems.filter(({ severity }) => severity === 'error')
      .map(({ place, rule }) => `${place.file} ${rule}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.roster[Symbol.asyncDispose]();
    await rm(this.root, { recursive: true, force: true });
  }
}

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** A watch that nothing ever changes for: an empty batch when it is called off. */
const unwatched: typeof changedFiles = async function* (_folders, signal) {
  const end = latch();
  signal.addEventListener('abort', () => end.open(), { once: true });
  if (!signal.aborted) await end.opened;
  yield new Set<string>();
};

describe('the roster follows its files', () => {
  it('takes a changed hunt, a new job and a changed list', async () => {
    await using site = await Site.open();
    expect(site.hunt('net/one')?.lists.get('ours')?.entries[0]?.cidr).toBe('192.0.2.0/24');
    await site.edit({
      'hunts/net/two.yml': hunt({ name: 'Better' }),
      'lists/ours.yml': list('198.51.100.0/24'),
      'jobs/hourly.yml': 'schedule: { every: 1h }\nhunts: [net/one]\n',
    });
    expect(site.hunt('net/two')?.hunt.name).toBe('Better');
    expect(site.hunt('net/one')?.lists.get('ours')?.entries[0]?.cidr).toBe('198.51.100.0/24');
    expect(site.faults()).toEqual(['jobs/hourly.yml seen-needed']);
    expect([...site.roster.current().jobs.keys()]).toEqual(['nightly']);
  });

  it('says nothing while nothing changes', async () => {
    await using site = await Site.open();
    const before = site.roster.current();
    await site.edit({ 'hunts/net/two.yml': hunt() });
    expect(site.roster.current()).toBe(before);
    expect(site.told).toEqual([]);
  });

  it('keeps the last good version of what an edit breaks, and takes the rest of the edit', async () => {
    await using site = await Site.open();
    await site.edit({
      'hunts/net/one.yml': withList.replace('name: Whole', 'name: Renamed'),
      'hunts/net/two.yml': 'name: [',
      'lists/ours.yml': 'description: Ours.\nentries: [nonsense]\n',
      'jobs/nightly.yml': 'schedule: { cron: "99 * * * *" }\nhunts: ["net/*"]\n',
    });
    expect(site.hunt('net/one')?.hunt.name).toBe('Renamed');
    expect(site.hunt('net/one')?.lists.get('ours')?.entries[0]?.cidr).toBe('192.0.2.0/24');
    expect(site.hunt('net/two')?.hunt.name).toBe('Whole');
    expect(site.roster.current().jobs.get('nightly')?.job.schedule).toMatchObject({ cron: '0 2 * * *' });
    expect(new Set(site.faults().map((fault) => fault.split(' ')[0]))).toEqual(
      new Set(['hunts/net/one.yml', 'hunts/net/two.yml', 'jobs/nightly.yml', 'lists/ours.yml']),
    );
    expect(site.types()).toEqual(['reload_refused', 'reloaded']);
  });

  it('takes back what it kept once the file is mended, or undone', async () => {
    await using site = await Site.open();
    await site.edit({ 'hunts/net/two.yml': 'name: [' });
    await site.edit({ 'hunts/net/two.yml': hunt({ name: 'Mended' }) });
    expect(site.hunt('net/two')?.hunt.name).toBe('Mended');
    expect(site.faults()).toEqual([]);
    expect(site.types()).toEqual(['reload_refused', 'reloaded']);
  });

  it('keeps a hunt whose new window does not go with its job', async () => {
    await using site = await Site.open();
    await site.edit({ 'hunts/net/two.yml': hunt({ window: '1h' }), 'hunts/net/one.yml': `${withList}tags: [fine]\n` });
    expect(site.hunt('net/two')?.hunt.windowMs).toBe(86_400_000);
    expect(site.hunt('net/one')?.hunt.tags).toEqual(['fine']);
    expect(site.faults()).toEqual(['jobs/nightly.yml window-too-short']);
    expect(site.types()).toEqual(['reload_refused', 'reloaded']);
  });

  it('keeps a list that was removed and is still named', async () => {
    await using site = await Site.open();
    await site.edit({ 'lists/ours.yml': null });
    expect(site.hunt('net/one')?.lists.get('ours')?.entries).toHaveLength(1);
    expect(site.faults()).toEqual(['hunts/net/one.yml unknown-list']);
    await site.edit({ 'hunts/net/one.yml': hunt() });
    expect(site.hunt('net/one')?.lists.size).toBe(0);
    expect(site.faults()).toEqual([]);
  });

  it('keeps exceptions of a file that an edit breaks', async () => {
    const exception = (id: string) =>
      `exceptions:\n  - { id: ${id}, hunts: [net/two], when: 'a == "b"', because: Known., owner: soc, until: 2030-01-01 }\n`;
    await using site = await Site.open({ ...SITE, 'exceptions/ours.yml': exception('known') });
    await site.edit({ 'exceptions/ours.yml': 'exceptions: 7\n' });
    expect(site.hunt('net/two')?.exceptions.map((each) => each.exception.id)).toEqual(['known']);
    await site.edit({ 'exceptions/ours.yml': exception('better') });
    expect(site.hunt('net/two')?.exceptions.map((each) => each.exception.id)).toEqual(['better']);
  });

  it('lets a removed hunt and a removed job go', async () => {
    await using site = await Site.open({ ...SITE, 'jobs/other.yml': daily('net/two, net/one') });
    await site.edit({ 'hunts/net/two.yml': null });
    expect(site.hunt('net/two')).toBeUndefined();
    expect(site.hunt('net/two', 'other')).toBeUndefined();
    expect(site.hunt('net/one', 'other')).toBeDefined();
    expect(site.faults()).toEqual(['jobs/other.yml names-no-hunt']);
    await site.edit({ 'jobs/other.yml': null });
    expect([...site.roster.current().jobs.keys()]).toEqual(['nightly']);
    expect(site.faults()).toEqual([]);
  });

  it('goes by the last good hunt.config.yml, and by new folders once it names them', async () => {
    await using site = await Site.open({ ...SITE, 'more/far.yml': hunt() });
    await site.edit({ 'hunt.config.yml': 'hunts: 7\n', 'hunts/net/two.yml': hunt({ name: 'Better' }) });
    expect(site.hunt('net/two')?.hunt.name).toBe('Better');
    expect(site.faults()).toEqual(['hunt.config.yml type']);
    await site.edit({ 'hunt.config.yml': 'hunts: [./hunts, ./more]\n', 'jobs/nightly.yml': daily('far') });
    expect(site.hunt('far')).toBeDefined();
    await site.edit({ 'hunt.config.yml': 'hunts: [./hunts, ./more]\nsources: { nix.events: { absent: true } }\n' });
    expect(site.faults()).toEqual(['hunt.config.yml unknown-source']);
    expect(site.hunt('far')).toBeDefined();
  });

  it('drops a hunt that the site has no data for any more: that is no mistake', async () => {
    await using site = await Site.open();
    await site.edit({ 'hunt.config.yml': 'hunts: [./hunts]\nsources: { test.events: { absent: true } }\n' });
    expect(site.roster.current().jobs.get('nightly')).toMatchObject({
      hunts: [],
      unscheduled: [{ huntId: 'net/one', why: 'the site declares test.events absent' }, { huntId: 'net/two' }],
    });
    expect(site.types()).toEqual(['reloaded']);
  });

  it('begins with what is whole, and tells what is not', async () => {
    await using site = await Site.open({ ...SITE, 'hunts/net/two.yml': 'name: [' });
    expect(site.hunt('net/one')).toBeDefined();
    expect(site.told).toEqual([{ type: 'reloaded', problems: site.roster.current().problems }]);
    await site.edit({ 'hunts/net/one.yml': hunt() });
    expect(site.types()).toEqual(['reloaded', 'reloaded']);
  });
});

describe('the roster hears of changes', () => {
  it('from the disk, also of a folder that is made later', async () => {
    let heard = latch();
    await using site = await Site.open(
      { ...SITE, 'jobs/nightly.yml': daily('net/one') },
      { watched: true, changed: () => heard.open() },
    );
    await put(join(site.root, 'jobs/nightly.yml'), daily('"net/*"'));
    await heard.opened;
    expect(site.hunt('net/two')).toBeDefined();
    heard = latch();
    await mkdir(join(site.root, 'exceptions'));
    await put(
      join(site.root, 'exceptions/ours.yml'),
      `exceptions:\n  - { id: known, hunts: [net/two], when: 'a == "b"', because: Known., owner: soc, until: 2030-01-01 }\n`,
    );
    await heard.opened;
    expect(site.hunt('net/two')?.exceptions).toHaveLength(1);
  });

  it('by looking now and then, where the disk tells nothing', async () => {
    const heard = latch();
    await using site = await Site.open(SITE, { lookMs: 5, changed: () => heard.open() });
    await put(join(site.root, 'jobs/nightly.yml'), daily('net/one'));
    await heard.opened;
    expect(site.hunt('net/two')).toBeUndefined();
  });
});
