import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changedFiles } from '../../src/cli/watch.ts';

describe('changed files', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(await realpath(tmpdir()), 'tracehound-watch-'));
    await mkdir(join(folder, 'net'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('come together when they come at once, from below folders that exist', async () => {
    const stop = new AbortController();
    const changes = changedFiles([folder, join(folder, 'nowhere')], stop.signal);
    const first = changes.next();
    await writeFile(join(folder, 'net', 'one.yml'), 'a');
    await writeFile(join(folder, 'two.yml'), 'b');
    const { value } = await first;
    expect(value).toEqual(new Set([join(folder, 'net', 'one.yml'), join(folder, 'two.yml')]));
    stop.abort();
    expect(await changes.next()).toEqual({ done: true, value: undefined });
  });

  it('end when called off while nothing changes', async () => {
    const stop = new AbortController();
    const changes = changedFiles([folder], stop.signal);
    const first = changes.next();
    stop.abort();
    expect(await first).toEqual({ done: true, value: undefined });
  });
});
