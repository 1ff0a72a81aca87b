import { describe, expect, it } from 'vitest';
import { chooseHunts, storedHunts } from '../../src/cli/select.ts';
import { huntText } from '../definition/memory-files.ts';
import { bench, SITE } from './fakes.ts';

async function chosen(...whats: readonly string[]): Promise<string[]> {
  const { effects } = await bench();
  return (await chooseHunts(whats, effects)).map(({ checked }) => checked.hunt.id);
}

describe('chooseHunts', () => {
  it.each([
    ['net/one', ['net/one']],
    ['tag:beta', ['net/two']],
    ['technique:T1071', ['net/one']],
    ['technique:t1071.004', ['net/one']],
    ['net/*', ['net/one', 'net/two']],
    ['**', ['net/one', 'net/two']],
    ['hunts/net/two.yml', ['net/two']],
  ])('takes %s', async (what, ids) => {
    expect(await chosen(what)).toEqual(ids);
  });

  it('takes each hunt once, in the order of the names', async () => {
    expect(await chosen('tag:beta', 'net/*', 'net/one')).toEqual(['net/two', 'net/one']);
  });

  it.each([
    ['net/on', 'Did you mean "net/one"?'],
    ['tag:alpa', 'Did you mean "tag:alpha"?'],
    ['technique:T99', 'Known here: technique:T1071.004, technique:T1571'],
    ['other/*', 'Known here: net/one, net/two'],
  ])('says what could be meant by %s', async (what, remedy) => {
    await expect(chosen(what)).rejects.toMatchObject({ code: 'NOT_FOUND', remedy });
  });

  it('refuses a broken hunt with its problems before anything runs, and lets the others run with a word', async () => {
    const files = {
      ...SITE,
      'hunts/net/two.yml': huntText({ window: '0d' }),
      'hunts/net/three.yml': huntText({ esql: '"FROM logs-x | WHERE NOW() > a"' }),
    };
    const { effects, stderr } = await bench({ files });
    await expect(chooseHunts(['net/one', 'net/three'], effects)).rejects.toMatchObject({
      code: 'DEFINITION',
      exitCode: 2,
    });
    expect(stderr.text).toMatch(/^hunts\/net\/three\.yml:\d+:\d+ {2}/m);
    expect((await chooseHunts(['net/one'], effects)).map(({ checked }) => checked.hunt.id)).toEqual(['net/one']);
    expect(stderr.text).toMatch(/The definitions have \d+ errors?, see hunt check/);
  });

  it('points to hunt check where a broken file may be the one that was meant', async () => {
    const { effects } = await bench({ files: { ...SITE, 'hunts/net/two.yml': 'name: [' } });
    const stock = await effects.stock();
    expect(() => storedHunts('net/two', stock)).toThrow(
      expect.objectContaining({ remedy: expect.stringMatching(/see hunt check/) }),
    );
  });
});
