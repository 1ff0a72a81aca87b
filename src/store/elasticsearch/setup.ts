import { HuntError, isHuntError } from '../../core/error.ts';
import type { StoreClient } from './client.ts';
import type { SetupStep } from '../port.ts';
import { componentTemplates, indexTemplates, KINDS, mappingOf, SCHEMA_VERSION } from './templates.ts';
import type { Kind, NamedTemplate } from './templates.ts';

type Call = Parameters<StoreClient['refresh']>[1];

interface Site {
  readonly client: StoreClient;
  readonly prefix: string;
  readonly dryRun: boolean;
}

/** Which schema something has, 0 when it says none, and the oldest one whose programs may use it. */
interface Mark {
  readonly schema: number;
  readonly compatibleFrom: number;
}

/** Something on the server that has a mark; null when it is not there. */
interface Part {
  readonly what: string;
  readonly mark: () => Promise<Mark | null>;
  readonly put: () => Promise<void>;
}

/**
 * Component templates, index templates that name them, then indices with their aliases: whatever is missing is made,
 * whatever is older is brought up to this version, and whatever is newer and compatible stays. STORE_NOT_READY, before
 * anything is written, when a part is newer and says that this version is too old for it.
 */
export async function setUp({ client, prefix, dryRun }: Site, call: Call): Promise<readonly SetupStep[]> {
  const stages = [
    componentTemplates(prefix).map((template) => componentPart(client, template, call)),
    indexTemplates(prefix).map((template) => templatePart(client, template, call)),
    KINDS.map((kind) => indexPart(client, prefix, kind, call)),
  ];
  const judged = await Promise.all(stages.map((parts) => Promise.all(parts.map(judge))));
  const steps: SetupStep[] = [];
  for (const parts of judged) steps.push(...(await Promise.all(parts.map((part) => bring(part, dryRun)))));
  return steps;
}

/** STORE_NOT_READY unless every index is there, and of this version or a newer compatible one; which of all is said. */
export async function refuseUnlessSetUp(client: StoreClient, prefix: string, call: Call): Promise<void> {
  for (const kind of KINDS) {
    const { what, found } = await judge(indexPart(client, prefix, kind, call));
    if (found !== null && found >= SCHEMA_VERSION) continue;
    const state = found === null ? 'does not exist' : `has schema ${found}, this program needs ${SCHEMA_VERSION}`;
    throw new HuntError('STORE_NOT_READY', `The store is not ready: ${what} ${state}`, {
      remedy: 'Run "hunt setup" with a user that may manage templates and indices',
    });
  }
}

interface JudgedPart extends Part {
  /** Its schema. */
  readonly found: number | null;
}

async function judge(part: Part): Promise<JudgedPart> {
  return { ...part, found: usableSchema(part.what, await part.mark()) };
}

async function bring({ what, found, put }: JudgedPart, dryRun: boolean): Promise<SetupStep> {
  if (found !== null && found >= SCHEMA_VERSION) return { what, status: 'present' };
  if (!dryRun) await put();
  const verb = found === null ? 'create' : 'update';
  return { what, status: dryRun ? `would ${verb}` : `${verb}d` };
}

/** While hosts are upgraded one by one, a newer Tracehound has set up what an older one still uses. */
function usableSchema(what: string, mark: Mark | null): number | null {
  if (mark === null || mark.compatibleFrom <= SCHEMA_VERSION) return mark?.schema ?? null;
  const { schema, compatibleFrom } = mark;
  const needs = schema === compatibleFrom ? '' : `, which needs a program of schema ${compatibleFrom} at least`;
  throw new HuntError(
    'STORE_NOT_READY',
    `The store is newer: ${what} has schema ${schema}${needs}, and this program has ${SCHEMA_VERSION}`,
    { remedy: 'Upgrade Tracehound to the version that wrote it, or use another prefix' },
  );
}

function componentPart(client: StoreClient, { name, body }: NamedTemplate, call: Call): Part {
  return {
    what: `component template "${name}"`,
    mark: async () => templateMark(await client.componentTemplate(name, call)),
    put: () => client.putComponentTemplate(name, body, call),
  };
}

function templatePart(client: StoreClient, { name, body }: NamedTemplate, call: Call): Part {
  return {
    what: `index template "${name}"`,
    mark: async () => templateMark(await client.indexTemplate(name, call)),
    put: () => client.putIndexTemplate(name, body, call),
  };
}

function indexPart(client: StoreClient, prefix: string, kind: Kind, call: Call): Part {
  const alias = `${prefix}-${kind}`;
  const mappings = () => client.mappings(alias, call);
  return {
    what: `index "${alias}"`,
    async mark() {
      const found = await mappings();
      if (found.has(alias)) throw notAnAlias(alias);
      const marks = [...found.values()].map((mapping) => markIn(mapping));
      if (marks.length === 0) return null;
      return {
        schema: Math.min(...marks.map(({ schema }) => schema)),
        compatibleFrom: Math.max(...marks.map(({ compatibleFrom }) => compatibleFrom)),
      };
    },
    async put() {
      const found = await mappings();
      if (found.size === 0) return createIndex(client, alias, call);
      for (const index of found.keys()) await client.putMapping(index, mappingOf(kind), call);
    },
  };
}

/** With its alias in one request. Another `hunt setup` may come first; an index that lost its alias gets it back. */
async function createIndex(client: StoreClient, alias: string, call: Call): Promise<void> {
  const index = `${alias}-000001`;
  try {
    await client.createIndex(index, { aliases: { [alias]: { is_write_index: true } } }, call);
  } catch (error) {
    if (!isHuntError(error, 'CONFLICT')) throw error;
    await client.updateAliases([{ add: { index, alias, is_write_index: true } }], call);
  }
}

/** The version of a template is what a person sees and may have changed: it counts before what stands in its _meta. */
function templateMark(template: Readonly<Record<string, unknown>> | null): Mark | null {
  if (template === null) return null;
  const schema = numberIn(template, 'version') ?? 0;
  return { ...markIn(template), schema };
}

/** A schema that says nothing of older programs is for its own only. */
function markIn({ _meta: meta }: Readonly<Record<string, unknown>>): Mark {
  const schema = numberIn(meta, 'schema_version') ?? 0;
  return { schema, compatibleFrom: numberIn(meta, 'compatible_from') ?? schema };
}

function numberIn(value: unknown, name: string): number | null {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return null;
  const found = (value as Readonly<Record<string, unknown>>)[name];
  return typeof found === 'number' ? found : null;
}

function notAnAlias(alias: string): HuntError {
  return new HuntError('STORE_NOT_READY', `The store is not ready: "${alias}" is an index, where an alias belongs`, {
    remedy: `Delete or reindex the index "${alias}": something wrote to it before "hunt setup" was run`,
  });
}
