import { isoTime, type Instant } from '../core/time.ts';

export type EcsValue = string | number | boolean | readonly unknown[] | Readonly<Record<string, unknown>>;

/** A document under way: fields by path, in the order in which they came. */
export class EcsDocument {
  readonly #fields = new Map<string, EcsValue>();

  /** Sets a field; null, an empty text and an empty list are no value. */
  set(path: string, value: EcsValue | null | undefined): this {
    if (value === null || value === undefined || value === '') return this;
    if (Array.isArray(value) && value.length === 0) return this;
    this.#fields.set(path, value);
    return this;
  }

  time(path: string, at: Instant | null): this {
    return this.set(path, at === null ? null : isoTime(at));
  }

  /** Adds to a list what it does not hold yet. */
  add(path: string, ...values: readonly (string | null | undefined)[]): this {
    const known = this.#fields.get(path);
    const list = new Set<unknown>(Array.isArray(known) ? known : []);
    for (const value of values) if (value !== null && value !== undefined && value !== '') list.add(value);
    return this.set(path, [...list]);
  }

  get(path: string): EcsValue | undefined {
    return this.#fields.get(path);
  }

  /** As a line of JSON, its paths taken apart into objects. */
  json(): string {
    return JSON.stringify(this.nested());
  }

  nested(): Readonly<Record<string, unknown>> {
    const root = bare();
    for (const [path, value] of this.#fields) {
      const names = path.split('.');
      const last = names.pop() ?? path;
      const parent = below(root, names);
      // A field of a hostile record may be a value and hold others: such a path stays as it is written.
      if (parent === null) root[path] = value;
      else parent[last] = value;
    }
    return root;
  }
}

/** The object at the end of names, made on the way; null where a value stands in it. Only objects of ours are entered. */
function below(root: Record<string, unknown>, names: readonly string[]): Record<string, unknown> | null {
  let parent = root;
  for (const name of names) {
    const next: unknown = (parent[name] ??= bare());
    if (typeof next !== 'object' || next === null || Object.getPrototypeOf(next) !== null) return null;
    parent = next as Record<string, unknown>;
  }
  return parent;
}

/** An object without a prototype: a key such as `__proto__` of an event is a key like any other. */
export function bare(): Record<string, unknown> {
  return Object.create(null) as Record<string, unknown>;
}
