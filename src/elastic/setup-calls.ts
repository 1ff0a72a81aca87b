import { expectFields, expectList, expectText, fieldOf, type Fields } from './answer.ts';
import type { Call, Wire } from './wire.ts';

export interface SetupCalls {
  /** The template as stored, null when there is none. */
  componentTemplate(name: string, call: Call): Promise<Fields | null>;
  putComponentTemplate(name: string, body: object, call: Call): Promise<void>;
  indexTemplate(name: string, call: Call): Promise<Fields | null>;
  putIndexTemplate(name: string, body: object, call: Call): Promise<void>;
  /** With its aliases in the body, so that there is no moment without them. CONFLICT when it exists. */
  createIndex(name: string, body: object, call: Call): Promise<void>;
  /** Indices behind an alias with its settings (`is_write_index`); none when there is no such alias. */
  alias(name: string, call: Call): Promise<ReadonlyMap<string, Fields>>;
  /** Several changes of aliases at once, all or none. */
  updateAliases(actions: readonly object[], call: Call): Promise<void>;
  /** Mappings by index, for an index or alias; none when it does not exist. */
  mappings(target: string, call: Call): Promise<ReadonlyMap<string, Fields>>;
  putMapping(index: string, body: object, call: Call): Promise<void>;
  deleteIndex(name: string, call: Call): Promise<void>;
  refresh(target: string, call: Call): Promise<void>;
}

type Send = Pick<Wire, 'send'>;

export function setupCalls(wire: Send): SetupCalls {
  const put = (what: string, path: string, body: object, call: Call) =>
    change(wire, { what, method: 'PUT', path, body }, call);
  return {
    componentTemplate: (name, call) => template(wire, 'component', name, call),
    putComponentTemplate: (name, body, call) =>
      put(`put the component template "${name}"`, `/_component_template/${encodeURIComponent(name)}`, body, call),
    indexTemplate: (name, call) => template(wire, 'index', name, call),
    putIndexTemplate: (name, body, call) =>
      put(`put the index template "${name}"`, `/_index_template/${encodeURIComponent(name)}`, body, call),
    createIndex: (name, body, call) => put(`create the index "${name}"`, `/${encodeURIComponent(name)}`, body, call),
    alias: async (name, call) =>
      inside(await byIndex(wire, `the alias "${name}"`, `/_alias/${encodeURIComponent(name)}`, call), 'aliases', name),
    updateAliases: (actions, call) =>
      change(wire, { what: 'change the aliases', method: 'POST', path: '/_aliases', body: { actions } }, call),
    mappings: async (target, call) =>
      inside(
        await byIndex(wire, `the mapping of "${target}"`, `/${encodeURIComponent(target)}/_mapping`, call),
        'mappings',
      ),
    putMapping: (index, body, call) =>
      put(`put the mapping of "${index}"`, `/${encodeURIComponent(index)}/_mapping`, body, call),
    deleteIndex: (name, call) =>
      change(
        wire,
        { what: `delete the index "${name}"`, method: 'DELETE', path: `/${encodeURIComponent(name)}` },
        call,
      ),
    refresh: (target, call) =>
      change(
        wire,
        { what: `refresh "${target}"`, method: 'POST', path: `/${encodeURIComponent(target)}/_refresh` },
        call,
      ),
  };
}

interface Change {
  readonly what: string;
  readonly method: 'PUT' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: object;
}

async function change({ send }: Send, { what, ...request }: Change, call: Call): Promise<void> {
  await send({ doing: { what, side: 'store' }, ...request }, call);
}

/** Asked by its exact name, so at most one comes back. */
async function template({ send }: Send, kind: 'component' | 'index', name: string, call: Call): Promise<Fields | null> {
  const doing = { what: `read the ${kind} template "${name}"`, side: 'store' } as const;
  const path = `/_${kind}_template/${encodeURIComponent(name)}`;
  const { status, body } = await send({ doing, method: 'GET', path, ignore: [404] }, call);
  if (status === 404) return null;
  const found = expectList(body, `${kind}_templates`, 'the templates').find(
    (item) => expectText(item, 'name', 'a template') === name,
  );
  return found === undefined ? null : expectFields(fieldOf(found, `${kind}_template`), 'a template');
}

async function byIndex(
  { send }: Send,
  what: string,
  path: string,
  call: Call,
): Promise<readonly (readonly [string, Fields])[]> {
  const { status, body } = await send(
    { doing: { what: `read ${what}`, side: 'store' }, method: 'GET', path, ignore: [404] },
    call,
  );
  if (status === 404) return [];
  return Object.entries(expectFields(body, 'the indices')).map(([index, value]) => [
    index,
    expectFields(value, 'an index'),
  ]);
}

function inside(
  indices: readonly (readonly [string, Fields])[],
  ...path: readonly string[]
): ReadonlyMap<string, Fields> {
  return new Map(
    indices.map(([index, fields]) => [index, expectFields(path.reduce<unknown>(fieldOf, fields), path.join('.'))]),
  );
}
