import common from './templates/common.json' with { type: 'json' };
import entities from './templates/entities.json' with { type: 'json' };
import findings from './templates/findings.json' with { type: 'json' };
import ledger from './templates/ledger.json' with { type: 'json' };
import outbox from './templates/outbox.json' with { type: 'json' };
import runs from './templates/runs.json' with { type: 'json' };
import sightings from './templates/sightings.json' with { type: 'json' };

/** The kinds of documents; each has its own index behind the alias `<prefix>-<kind>`. */
export const KINDS = ['findings', 'sightings', 'runs', 'ledger', 'outbox'] as const;
export type Kind = (typeof KINDS)[number];

/**
 * Schema of templates and indices; raise it with every change to templates/*.json, in the files too. `compatible_from` there
 * names the oldest schema whose programs may go on beside this one. Raise it too, unless all they meet is what they may
 * leave out: a field that is new (they ignore it, and leave it out of what they write anew), but no new value in a field
 * that they know, such as another reason of a gap.
 */
export const SCHEMA_VERSION = common.version;

export interface Mapping {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly [option: string]: unknown;
}

interface IndexTemplate {
  readonly composed_of: readonly string[];
  readonly template: { readonly mappings: Mapping };
  readonly [option: string]: unknown;
}

const COMPONENTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = { common, entities };
const INDEX_TEMPLATES: Readonly<Record<Kind, IndexTemplate>> = { findings, sightings, runs, ledger, outbox };

/** A template under the name it has on the server. */
export interface NamedTemplate {
  readonly name: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Component templates: `hunt-common`, `hunt-entities`. */
export function componentTemplates(prefix: string): NamedTemplate[] {
  return Object.entries(COMPONENTS).map(([name, body]) => ({ name: `${prefix}-${name}`, body }));
}

/** Index templates; the pattern reaches the indices behind the alias, not the alias itself. */
export function indexTemplates(prefix: string): NamedTemplate[] {
  return KINDS.map((kind) => {
    const { composed_of: parts, ...rest } = INDEX_TEMPLATES[kind];
    const body = {
      ...rest,
      index_patterns: [`${prefix}-${kind}-*`],
      composed_of: parts.map((part) => `${prefix}-${part}`),
    };
    return { name: `${prefix}-${kind}`, body };
  });
}

/** The whole mapping of one kind, components included: what an older index is brought up to. */
export function mappingOf(kind: Kind): Mapping {
  const { composed_of: parts, template } = INDEX_TEMPLATES[kind];
  const shared = parts.includes('entities') ? entities.template.mappings.properties : {};
  return { ...template.mappings, properties: { ...shared, ...template.mappings.properties } };
}

/** Type by dotted name of every ECS field that a hunt's columns may fill; fields of Tracehound's own are not among them. */
export const ENTITY_FIELDS: ReadonlyMap<string, string> = new Map(leavesOf('', entities.template.mappings.properties));

function leavesOf(path: string, properties: object): [string, string][] {
  return Object.entries(properties).flatMap(([name, field]: [string, { type?: string; properties?: object }]) =>
    field.properties === undefined
      ? [[`${path}${name}`, field.type ?? 'object'] satisfies [string, string]]
      : leavesOf(`${path}${name}.`, field.properties),
  );
}
