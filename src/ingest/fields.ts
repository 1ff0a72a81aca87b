/** A key as it stands in JSON text, and the field it leads to. Keys that follow each other in one document mostly do in the next. */
export interface KeyEntry<C> {
  /** The key's bytes with the quote that ends it. */
  readonly bytes: Uint8Array;
  readonly field: FieldNode<C>;
  next: KeyEntry<C> | null;
}

/** One field by its whole path; `column` is whatever the reader of the values hangs on it. */
export interface FieldNode<C> {
  readonly path: string;
  /** Keys below this field, by their decoded text: a Map, so no name in a document reaches a prototype. */
  readonly keys: Map<string, KeyEntry<C>>;
  /** The key that opened the last object here. */
  first: KeyEntry<C> | null;
  column: C | undefined;
  /** Whether what lies below is no field of its own; undefined until somebody asks. */
  opaque: boolean | undefined;
}

/** Fields by path: `{"a":{"b":1}}` and `{"a.b":1}` name the same one, as in Elasticsearch. */
export class FieldTree<C> {
  readonly root: FieldNode<C> = makeNode('');
  readonly #nodes = new Map<string, FieldNode<C>>();

  /** The field of a path, made when it is new. */
  node(path: string): FieldNode<C> {
    let node = this.#nodes.get(path);
    if (node === undefined) this.#nodes.set(path, (node = makeNode<C>(path)));
    return node;
  }

  /** The entry of a key below a field; `bytes` are the key as it is written, without its quotes. */
  entry(parent: FieldNode<C>, key: string, bytes: Uint8Array): KeyEntry<C> {
    const known = parent.keys.get(key);
    if (known !== undefined) return known;
    const field = this.node(parent === this.root ? key : `${parent.path}.${key}`);
    const entry: KeyEntry<C> = { bytes: Uint8Array.of(...bytes, 0x22), field, next: null };
    parent.keys.set(key, entry);
    return entry;
  }
}

function makeNode<C>(path: string): FieldNode<C> {
  return { path, keys: new Map(), first: null, column: undefined, opaque: undefined };
}
