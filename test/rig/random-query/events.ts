// The adversarial documents in both engines, as random queries ask them.
import type { ColumnType } from '../../../src/core/row.ts';
import { adversarialLines, FIRST_LOOKUP, lookupLines, MAPPING, sparseLines } from '../adversarial.ts';
import { openPair, type Pair } from '../differential.ts';
import type { Node } from '../elasticsearch.ts';
import type { Events } from './query.ts';

const SPARSE = ['id', '@timestamp', 'kw', 'n', 'tags'] as const;

interface Opened extends AsyncDisposable {
  readonly pair: Pair;
  readonly events: Events;
}

/** Loads three indices under a name of their own: hard documents, few fields, and one to look up. */
export async function openAdversarial(node: Node, name: string): Promise<Opened> {
  const events = eventsNamed(name);
  const few = new Map([...SPARSE.map((field) => [field, MAPPING.get(field)] as const), ['extra', 'keyword'] as const]);
  const lookup = `${name}look`;
  const pair = await openPair(node, {
    [name]: { lines: adversarialLines(), properties: propertiesOf(MAPPING) },
    [`${name}-two`]: { lines: sparseLines(), properties: propertiesOf(few) },
    [lookup]: { lines: lookupLines(), properties: propertiesOf(new Map(Object.entries(FIRST_LOOKUP))), lookup: true },
  });
  return { pair, events, [Symbol.asyncDispose]: () => pair[Symbol.asyncDispose]() };
}

function eventsNamed(name: string): Events {
  // Of minus zero 8.19.21 makes a group of its own (known.txt), so queries do not read the one field that holds it.
  const plain = new Map<string, ColumnType>([...MAPPING].filter(([field]) => field !== 'zero'));
  const all = new Map<string, ColumnType>([...plain, ['extra', 'keyword']]);
  const lookup = new Map<string, ColumnType>(Object.entries(FIRST_LOOKUP));
  return {
    sources: [
      { patterns: [name], fields: plain },
      { patterns: [`${name}-two`, name], fields: all },
      { patterns: [`${name}*`, `-${name}look`], fields: all },
    ],
    unique: 'id',
    lookup: { index: `${name}look`, key: 'kw', fields: lookup },
  };
}

function propertiesOf(fields: ReadonlyMap<string, string | undefined>): Readonly<Record<string, unknown>> {
  return Object.fromEntries([...fields].map(([field, type]) => [field, { type }]));
}
