// Writes src/query/ecs-table.json from the npm package @elastic/ecs (Apache-2.0): type of each field, `[]` behind the type
// where ECS normalises the field to an array. Run by `npm run ecs` after an update of the package; a test compares.
import { writeFileSync } from 'node:fs';
import * as ecs from '@elastic/ecs';

interface EcsEntry {
  readonly type: string;
  readonly normalize: readonly string[];
  readonly multi_fields?: readonly { readonly flat_name: string; readonly type: string }[];
}

/** The text of the table: one field a line, sorted by name, multi-fields (`process.name.text`) among them. */
export function ecsTable(): string {
  const fields = Object.entries<EcsEntry>(ecs.EcsFlat).flatMap(([name, entry]) => linesOf(name, entry));
  const sorted = fields.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `${JSON.stringify({ version: ecs.EcsVersion, fields: Object.fromEntries(sorted) }, null, 2)}\n`;
}

function linesOf(name: string, entry: EcsEntry): [string, string][] {
  const array = entry.normalize.includes('array') ? '[]' : '';
  const multi = entry.multi_fields ?? [];
  return [[name, entry.type + array], ...multi.map((field): [string, string] => [field.flat_name, field.type + array])];
}

if (import.meta.main) writeFileSync(new URL('../src/query/ecs-table.json', import.meta.url), ecsTable());
