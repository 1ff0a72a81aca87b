/** A record of a log of Zeek, by the names that Zeek gives its fields; unset ones are left out. */
export type ZeekRecord = ReadonlyMap<string, unknown>;

/** What every log says of a flow; it becomes fields of ECS and is not repeated below `zeek`. */
const FLOW = [
  'ts',
  'uid',
  'id.orig_h',
  'id.orig_p',
  'id.resp_h',
  'id.resp_p',
  'proto',
  'community_id',
  '_path',
  '_write_ts',
];

/** Reads fields of a record; those that were taken are not repeated below `zeek`. */
export class ZeekReader {
  readonly #record: ZeekRecord;
  readonly #taken = new Set<string>(FLOW);

  constructor(record: ZeekRecord) {
    this.#record = record;
  }

  text(name: string): string | null {
    const value = this.#record.get(name);
    return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? `${value}` : null;
  }

  number(name: string): number | null {
    const value = this.#record.get(name);
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  }

  flag(name: string): boolean | null {
    const value = this.#record.get(name);
    return typeof value === 'boolean' ? value : null;
  }

  list(name: string): readonly unknown[] {
    const value = this.#record.get(name);
    return Array.isArray(value) ? value : [];
  }

  /** Leaves fields out of what stays below `zeek`. */
  taken(...names: readonly string[]): void {
    for (const name of names) this.#taken.add(name);
  }

  *rest(): Generator<[string, unknown]> {
    for (const entry of this.#record) if (!this.#taken.has(entry[0])) yield entry;
  }
}
