import type { ColumnType } from '../../core/row.ts';
import { ecsField } from '../../query/ecs.ts';
import type { MappedField } from './snapshot.ts';

/** What a first value says of a field that ECS does not know. */
export type ValueKind = 'text' | 'whole' | 'fraction' | 'boolean';

/** Fields of one store; a document with generated names would else fill memory and manifest. Elasticsearch ends at 1,000. */
const FIELDS_MAX = 10_000;

const TYPE_OF_KIND: Readonly<Record<ValueKind, ColumnType>> = {
  text: 'keyword',
  whole: 'long',
  fraction: 'double',
  boolean: 'boolean',
};

/** Types that a column is made for, by the type that ECS names; a missing one has none, and nothing below it has. */
const STORED_AS: ReadonlyMap<ColumnType, ColumnType> = new Map([
  ['keyword', 'keyword'],
  ['text', 'text'],
  ['version', 'version'],
  ['integer', 'integer'],
  ['long', 'long'],
  ['unsigned_long', 'long'],
  ['double', 'double'],
  ['boolean', 'boolean'],
  ['date', 'date'],
  ['date_nanos', 'date'],
  ['ip', 'ip'],
]);

/** Ids and types of fields, the same for every process and segment of a store. */
export class Mapping {
  readonly #known: Map<string, MappedField>;
  readonly #define: (name: string, type: ColumnType) => MappedField;

  constructor(known: ReadonlyMap<string, MappedField>, define: (name: string, type: ColumnType) => MappedField) {
    this.#known = new Map(known);
    this.#define = define;
  }

  /** The field, made by its first value where it is new; null where it gets no column. */
  field(name: string, kind: ValueKind): MappedField | null {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const ecs = ecsField(name)?.type;
    const type = ecs === undefined ? TYPE_OF_KIND[kind] : STORED_AS.get(ecs);
    if (type === undefined || this.#known.size >= FIELDS_MAX) return null;
    const defined = this.#define(name, type);
    this.#known.set(name, defined);
    return defined;
  }
}

/** Whether ECS keeps a field, with all that lies below it, out of columns (`flattened`, `geo_point`). */
export function isOpaqueField(name: string): boolean {
  const type = ecsField(name)?.type;
  return type !== undefined && !STORED_AS.has(type);
}
