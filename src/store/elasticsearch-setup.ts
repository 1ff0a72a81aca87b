import { HuntError, isHuntError } from '../core/error.ts';
import type { StoreClient } from './elasticsearch.ts';
import type { SetupStep } from './port.ts';
import { componentTemplates, indexTemplates, KINDS, mappingOf, SCHEMA_VERSION } from './templates.ts';
import type { Kind, NamedTemplate } from './templates.ts';

type Call = Parameters<StoreClient['refresh']>[1];

interface Site {
  readonly client: StoreClient;
  readonly prefix: string;
  readonly dryRun: boolean;
}

/** Something on the server that has a schema version: null when it is not there, 0 when it says none. */
interface Part {
  readonly what: string;
  readonly version: () => Promise<number | null>;
  readonly put: () => Promise<void>;
}

/**
 * Component templates, index templates that name them, then indices with their aliases: whatever is missing is made,
 * whatever is older is brought up to this version. STORE_NOT_READY, before anything is written, when a part is newer.
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

/** STORE_NOT_READY unless every index is there and of this version; which of both is said. */
export async function refuseUnlessSetUp(client: StoreClient, prefix: string, call: Call): Promise<void> {
  for (const kind of KINDS) {
    const { what, found } = await judge(indexPart(client, prefix, kind, call));
    if (found === SCHEMA_VERSION) continue;
    const state = found === null ? 'does not exist' : `has schema ${found}, this program needs ${SCHEMA_VERSION}`;
    throw new HuntError('STORE_NOT_READY', `The store is not ready: ${what} ${state}`, {
      remedy: 'Run "hunt setup" with a user that may manage templates and indices',
    });
  }
}

interface JudgedPart extends Part {
  readonly found: number | null;
}

async function judge(part: Part): Promise<JudgedPart> {
  return { ...part, found: refuseNewer(part.what, await part.version()) };
}

async function bring({ what, found, put }: JudgedPart, dryRun: boolean): Promise<SetupStep> {
  if (found === SCHEMA_VERSION) return { what, status: 'present' };
  if (!dryRun) await put();
  const verb = found === null ? 'create' : 'update';
  return { what, status: dryRun ? `would ${verb}` : `${verb}d` };
}

function refuseNewer(what: string, version: number | null): number | null {
  if (version === null || version <= SCHEMA_VERSION) return version;
  throw new HuntError('STORE_NOT_READY', `The store is newer: ${what} has schema ${version}, not ${SCHEMA_VERSION}`, {
    remedy: 'Upgrade Tracehound to the version that wrote it, or use another prefix',
  });
}

function componentPart(client: StoreClient, { name, body }: NamedTemplate, call: Call): Part {
  return {
    what: `component template "${name}"`,
    version: async () => versionOf(await client.componentTemplate(name, call)),
    put: () => client.putComponentTemplate(name, body, call),
  };
}

function templatePart(client: StoreClient, { name, body }: NamedTemplate, call: Call): Part {
  return {
    what: `index template "${name}"`,
    version: async () => versionOf(await client.indexTemplate(name, call)),
    put: () => client.putIndexTemplate(name, body, call),
  };
}

function indexPart(client: StoreClient, prefix: string, kind: Kind, call: Call): Part {
  const alias = `${prefix}-${kind}`;
  const mappings = () => client.mappings(alias, call);
  return {
    what: `index "${alias}"`,
    async version() {
      const found = await mappings();
      if (found.has(alias)) throw notAnAlias(alias);
      const versions = [...found.values()].map((mapping) => schemaOf(mapping));
      return versions.length === 0 ? null : Math.min(...versions);
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

function versionOf(template: Readonly<Record<string, unknown>> | null): number | null {
  if (template === null) return null;
  return typeof template['version'] === 'number' ? template['version'] : 0;
}

function schemaOf(mapping: Readonly<Record<string, unknown>>): number {
  const meta = mapping['_meta'];
  const version = typeof meta === 'object' && meta !== null && 'schema_version' in meta ? meta.schema_version : null;
  return typeof version === 'number' ? version : 0;
}

function notAnAlias(alias: string): HuntError {
  return new HuntError('STORE_NOT_READY', `The store is not ready: "${alias}" is an index, where an alias belongs`, {
    remedy: `Delete or reindex the index "${alias}": something wrote to it before "hunt setup" was run`,
  });
}
