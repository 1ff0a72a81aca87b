import { z } from 'zod';
import { configSchema } from './schemas/schema-config.ts';
import { exceptionsFileSchema } from './schemas/schema-exception.ts';
import { huntSchema } from './schemas/schema-hunt.ts';
import { jobSchema } from './schemas/schema-job.ts';
import { listSchema } from './schemas/schema-list.ts';
import { sourcesSchema } from './schemas/schema-source.ts';

const SCHEMAS = {
  hunt: huntSchema,
  job: jobSchema,
  list: listSchema,
  exceptions: exceptionsFileSchema,
  sources: sourcesSchema,
  config: configSchema,
} as const;

/** The kinds of files people write. */
export type Kind = keyof typeof SCHEMAS;
export const KINDS = Object.keys(SCHEMAS) as readonly Kind[];

/** The JSON Schema (2020-12) of a kind, for editors; `scripts/write-schema.ts` writes it to `schema/<kind>.schema.json`. */
export function jsonSchemaOf(kind: Kind): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(SCHEMAS[kind], {
    target: 'draft-2020-12',
    io: 'input',
    unrepresentable: 'throw',
    reused: 'inline',
  });
}
