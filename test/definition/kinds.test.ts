import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { jsonSchemaOf, KINDS } from '../../src/definition/kinds.ts';

const FOLDER = new URL('../../schema/', import.meta.url);

describe('the JSON Schemas', () => {
  for (const kind of KINDS)
    it(`of ${kind} is as the schema of the code gives it (npm run schema)`, () => {
      const committed = readFileSync(new URL(`${kind}.schema.json`, FOLDER), 'utf8');
      expect(committed).toBe(`${JSON.stringify(jsonSchemaOf(kind), null, 2)}\n`);
    });

  it('are all there is in the folder', () => {
    expect(readdirSync(FOLDER).sort()).toEqual(KINDS.map((kind) => `${kind}.schema.json`).sort());
  });

  it('describe every key of a hunt and refuse others', () => {
    const schema = jsonSchemaOf('hunt') as {
      properties: Record<string, { description?: string }>;
      additionalProperties: unknown;
    };
    expect(schema.additionalProperties).toBe(false);
    for (const [key, { description }] of Object.entries(schema.properties))
      if (key !== 'finding' && key !== 'prevalence') expect(description, key).toMatch(/\w/);
  });
});
