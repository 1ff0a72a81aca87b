import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assemble, cacheFolder, isAlive, jarName } from './assemble.ts';

describe('cacheFolder', () => {
  it.each([
    ['as told', { TRACEHOUND_CACHE: '/c' }, 0, '/c'],
    ['where others can read, for root', { XDG_CACHE_HOME: '/x' }, 0, '/var/cache/tracehound'],
    ['in the cache folder of the user', { XDG_CACHE_HOME: '/x' }, 1_000, '/x/tracehound'],
    ['below the home folder', {}, 1_000, join(homedir(), '.cache', 'tracehound')],
  ])('is %s', (_, env, uid, folder) => expect(cacheFolder(env, uid)).toBe(folder));
});

describe('jarName', () => {
  it.each([
    ['lucene-core-9.12.2.jar', 'lucene-core'],
    ['x-pack-esql-core-8.19.21.jar', 'x-pack-esql-core'],
    ['guava-32.0.1-jre.jar', 'guava'],
    ['netty-buffer-4.1.135.Final.jar', 'netty-buffer'],
    ['elastic-apm-agent-java8-1.55.6.jar', 'elastic-apm-agent-java8'],
    ['log4j-1.2-api-2.26.1.jar', 'log4j-1.2-api'],
    ['plain.jar', 'plain'],
  ])('of %s is %s', (jar, name) => expect(jarName(jar)).toBe(name));
});

describe('assemble', () => {
  it('builds nothing where the folder is ready', async () => {
    const cache = mkdtempSync(join(tmpdir(), 'tracehound-cache-'));
    mkdirSync(join(cache, 'elasticsearch-0.0.1-r1'));
    expect(await assemble({ version: '0.0.1', esql: false, java: 17 }, cache)).toBe(
      join(cache, 'elasticsearch-0.0.1-r1'),
    );
    rmSync(cache, { recursive: true });
  });
});

describe('isAlive', () => {
  it('knows this process, and one that cannot be', () => {
    expect([isAlive(process.pid), isAlive(2 ** 22 + 1)]).toEqual([true, false]);
  });
});
