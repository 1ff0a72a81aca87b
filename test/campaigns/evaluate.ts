// npm run evaluate -- [--captures] [--month] [--json FILE] [--write] [--only NAME,…] [--hosts N --days N --events N --seed N]
//
// Without --captures and --month both parts run. --write puts the sections of the parts that ran into docs/evaluation.md.
// Exit code 1: something lies below the floor.
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Part, PartResult } from './evaluate/result.ts';
import { writeSection } from './evaluate/document.ts';

/** Loaded when asked for: each brings a good part of the source with it. */
const PARTS: Readonly<Record<'captures' | 'month', () => Promise<Part>>> = {
  captures: async () => (await import('./evaluate/captures.ts')).evaluateCaptures,
  month: async () => (await import('./evaluate/month.ts')).evaluateMonth,
};

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;
const { values } = parseArgs({
  options: {
    captures: flag,
    month: flag,
    write: flag,
    json: text,
    only: text,
    hosts: text,
    days: text,
    events: text,
    seed: text,
    home: text,
    again: flag,
  },
});
const began = performance.now();

const names = Object.keys(PARTS) as (keyof typeof PARTS)[];
const asked = names.filter((name) => values[name]);
const results: Record<string, PartResult> = {};
for (const name of asked.length > 0 ? asked : names) {
  say(`${name} …`);
  const part = await PARTS[name]();
  const result = await part(values, say);
  results[name] = result;
  console.log(result.section);
  if (values.write) await writeSection(name, result.section);
}
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(results, null, 2)}\n`);
const faults = Object.entries(results).flatMap(([name, result]) => result.faults.map((words) => `${name}: ${words}`));
for (const words of faults) console.error(`below the floor: ${words}`);
process.exitCode = faults.length === 0 ? 0 : 1;

function say(words: string): void {
  console.error(`${((performance.now() - began) / 1_000).toFixed(0).padStart(5)} s  ${words}`);
}
