// Writes schema/<kind>.schema.json from the zod schemas. A test compares them with a fresh generation.
import { writeFile } from 'node:fs/promises';
import { jsonSchemaOf, KINDS } from '../src/definition/kinds.ts';

for (const kind of KINDS) {
  const path = new URL(`../schema/${kind}.schema.json`, import.meta.url);
  await writeFile(path, `${JSON.stringify(jsonSchemaOf(kind), null, 2)}\n`);
}
