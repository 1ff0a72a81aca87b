import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { worldMap } from '../../scripts/write-world-map.ts';

it('is what its script makes of the package', () => {
  expect(readFileSync('src/report/world-map.json', 'utf8')).toBe(worldMap());
});

it('draws every country within the picture, and none around the world', () => {
  const map = JSON.parse(worldMap()) as {
    width: number;
    paths: Record<string, string>;
    points: Record<string, number[]>;
  };
  expect(Object.keys(map.paths).length).toBeGreaterThan(170);
  expect(Object.keys(map.points)).toEqual(expect.arrayContaining(['DK', 'SG', 'MT', 'HK', 'XK']));
  for (const [code, path] of Object.entries(map.paths)) {
    const steps = [...path.replaceAll(/M\d+ ?-?\d+l/g, '').matchAll(/-?\d+/g)].map(([step]) => Math.abs(Number(step)));
    expect(Math.max(...steps), code).toBeLessThan(map.width / 3);
  }
});
