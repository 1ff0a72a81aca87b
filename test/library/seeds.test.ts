// docs/seeds.md tells which hunt looks for what, and which test shows it; here it is held to the hunts.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadDefinitions } from '../../src/definition/load.ts';
import { defaultSite } from '../../src/definition/site.ts';
import { ATTACK_NAMES } from '../../src/simulate/plant.ts';

const NOW = Date.UTC(2026, 10, 2);
const { hunts } = await loadDefinitions(defaultSite('/nowhere'), { now: NOW });
const text = readFileSync(new URL('../../docs/seeds.md', import.meta.url), 'utf8');

/** The rows of all tables with such a head, a text for each cell, without code marks. */
function rowsBelow(head: readonly string[]): string[][] {
  const tables = text
    .split(/\n\n+/)
    .map((block) => block.trim().split('\n').map(cellsOf))
    .filter(([first]) => first?.join() === head.join());
  return tables.flatMap((table) => table.slice(2));
}

function cellsOf(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll('`', ''));
}

const tests = new Map(hunts.map((hunt) => [hunt.id, hunt.tests]));
const sought = rowsBelow(['what to look for', 'hunt', 'test inside the hunt']);
const validated = rowsBelow(['what to try', 'attack of hunt simulate', 'hunts']);

describe('the table of the seeds', () => {
  it('has rows, and no empty cell', () => {
    expect(sought.length).toBeGreaterThan(70);
    expect([...sought, ...validated].flat()).not.toContain('');
  });

  it.each(sought)('%s: %s', (_what, id = '', name) => {
    const found = tests.get(id)?.filter((test) => test.finds.length > 0);
    expect(found?.map((test) => test.name)).toContain(name);
  });

  it('leaves no hunt out', () => {
    const named = new Set(sought.map(([, id]) => id));
    expect(hunts.map(({ id }) => id).filter((id) => !named.has(id))).toEqual([]);
  });

  it('names every attack that can be planted, with hunts that exist', () => {
    expect(validated.map(([, attack = '']) => attack).toSorted()).toEqual([...ATTACK_NAMES].toSorted());
    const named = validated.flatMap(([, , ids = '']) => ids.split(', '));
    expect(named.filter((id) => !tests.has(id))).toEqual([]);
  });
});
