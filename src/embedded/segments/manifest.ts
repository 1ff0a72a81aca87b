import { hostname } from 'node:os';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { HuntError } from '../../core/error.ts';
import type { ColumnType } from '../../core/row.ts';
import type { Bounds, MappedField, SegmentInfo, Shape } from './snapshot.ts';

/** A segment that is written and not committed yet. */
export type WrittenSegment = Omit<SegmentInfo, 'file'> & { readonly bytes: number };

/** A segment in the manifest: `writing` has no rows yet; `replaced` was merged into another, or pruned. */
interface SegmentRow {
  readonly id: string;
  readonly state: 'writing' | 'live' | 'replaced';
  readonly host: string;
  readonly pid: number;
  readonly changed_at: number;
  readonly bytes: number;
  readonly detail: string;
}

const VERSION = 2;
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS fields (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, type TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS segments (
    id TEXT PRIMARY KEY, state TEXT NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL, changed_at INTEGER NOT NULL,
    bytes INTEGER NOT NULL, detail TEXT NOT NULL
  ) WITHOUT ROWID;
  PRAGMA user_version = ${VERSION};
`;

/**
 * What the store of events holds, in SQLite: a segment exists when its row here says `live`. Every change is one
 * transaction that takes the write lock first (a deferred one loses writes between processes [m]), so any number of
 * processes may use it at once and a kill leaves either all of a change or nothing.
 */
export class Manifest implements Disposable {
  readonly segmentsFolder: string;
  /** Where DuckDB goes on when memory does not suffice: a folder for each process. */
  readonly spillFolder: string;
  readonly #database: DatabaseSync;
  /** Live segments that were read. */
  #known: ReadonlyMap<string, SegmentInfo> = new Map();
  #fields: ReadonlyMap<string, MappedField> = new Map();

  constructor(folder: string) {
    this.segmentsFolder = join(folder, 'segments');
    this.spillFolder = join(folder, 'spill');
    mkdirSync(this.segmentsFolder, { recursive: true });
    mkdirSync(this.spillFolder, { recursive: true });
    this.#database = new DatabaseSync(join(folder, 'manifest.sqlite'), { timeout: 5_000 });
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    this.#locked(() => this.#prepare());
  }

  /** The id and type of a field: those it has, or the ones given now. */
  define(name: string, type: ColumnType): MappedField {
    return this.#locked(() => {
      this.#database.prepare('INSERT OR IGNORE INTO fields (name, type) VALUES (?, ?)').run(name, type);
      const row = this.#database.prepare('SELECT id, type FROM fields WHERE name = ?').get(name);
      return row as unknown as MappedField;
    });
  }

  /** Fields are only ever added, so they are read again when there are more. */
  fields(): ReadonlyMap<string, MappedField> {
    const { n } = this.#database.prepare('SELECT count(*) AS n FROM fields').get() as { readonly n: number };
    if (n !== this.#fields.size) {
      const rows = this.#database.prepare('SELECT name, id, type FROM fields').all();
      const fields = rows as unknown as (MappedField & { readonly name: string })[];
      this.#fields = new Map(fields.map(({ name, id, type }) => [name, { id, type }]));
    }
    return this.#fields;
  }

  /** The live segments of one moment; none ever changes, so what is kept of each is taken apart once. */
  live(): SegmentInfo[] {
    const rows = this.#database.prepare("SELECT id, detail FROM segments WHERE state = 'live' ORDER BY id").all();
    const segments = (rows as unknown as SegmentRow[]).map(
      ({ id, detail }) => this.#known.get(id) ?? this.#parse(id, detail),
    );
    this.#known = new Map(segments.map((segment) => [segment.id, segment]));
    return segments;
  }

  /** Announces a segment before its file is made, so that no other process takes the file for a leftover. */
  announce(id: string): void {
    this.#locked(() =>
      this.#database
        .prepare("INSERT INTO segments VALUES (?, 'writing', ?, ?, ?, 0, '')")
        .run(id, hostname(), process.pid, Date.now()),
    );
  }

  /**
   * Makes a written segment live, in place of others; in the same transaction `stillGood` looks at the live segments
   * of that moment and may refuse, which changes nothing.
   */
  commit(segment: WrittenSegment, replaced: readonly string[], stillGood: (live: SegmentInfo[]) => boolean): boolean {
    return this.#locked(() => {
      if (!stillGood(this.live())) return false;
      const { id, bytes } = segment;
      const update = this.#database.prepare(
        'UPDATE segments SET state = ?, changed_at = ?, bytes = ?, detail = ? WHERE id = ?',
      );
      update.run('live', Date.now(), bytes, detailOf(segment), id);
      const replace = this.#database.prepare("UPDATE segments SET state = 'replaced', changed_at = ? WHERE id = ?");
      for (const other of replaced) replace.run(Date.now(), other);
      return true;
    });
  }

  /** Takes live segments out, in one transaction: those `chosen` of that moment. Their files stay for a while (housekeeping.ts). */
  retire(chosen: (live: readonly SegmentInfo[]) => readonly SegmentInfo[]): readonly SegmentInfo[] {
    return this.#locked(() => {
      const retired = chosen(this.live());
      const update = this.#database.prepare("UPDATE segments SET state = 'replaced', changed_at = ? WHERE id = ?");
      for (const { id } of retired) update.run(Date.now(), id);
      return retired;
    });
  }

  forget(id: string): void {
    this.#locked(() => this.#database.prepare("DELETE FROM segments WHERE id = ? AND state <> 'live'").run(id));
  }

  /** Every segment by id with its state, and who wrote it when. */
  rows(): readonly Pick<SegmentRow, 'id' | 'state' | 'host' | 'pid' | 'changed_at'>[] {
    const rows = this.#database.prepare('SELECT id, state, host, pid, changed_at FROM segments').all();
    return rows as unknown as SegmentRow[];
  }

  fileOf(id: string): string {
    return join(this.segmentsFolder, `${id}.duckdb`);
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  #prepare(): void {
    const { user_version: version } = this.#database.prepare('PRAGMA user_version').get() as { user_version: number };
    if (version > VERSION) {
      throw new HuntError('STORE_NOT_READY', 'Cannot read the store of events: a newer Tracehound wrote it', {
        remedy: 'Update Tracehound, or name another folder in TRACEHOUND_HOME',
      });
    }
    if (version < VERSION) this.#database.exec(SCHEMA);
    if (version === 1) this.#tellFields();
  }

  /**
   * From version 1, which did not keep the fields of each index: where a segment has one index, all its columns are. Of
   * several it is not known any more.
   */
  #tellFields(): void {
    const update = this.#database.prepare('UPDATE segments SET detail = ? WHERE id = ?');
    for (const { id, state, detail } of this.#rowsWithDetail()) {
      const { indices, ...others } = JSON.parse(detail) as Detail;
      if (state === 'live' && indices.length > 1) throw tooOld();
      const fields = others.columns.map(([column]) => column);
      const named = indices.map(([name, count]) => [name, count, fields] as const);
      update.run(JSON.stringify({ ...others, indices: named }), id);
    }
  }

  #rowsWithDetail(): readonly Pick<SegmentRow, 'id' | 'state' | 'detail'>[] {
    const rows = this.#database.prepare("SELECT id, state, detail FROM segments WHERE detail <> ''").all();
    return rows as unknown as SegmentRow[];
  }

  #locked<T>(work: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  #parse(id: string, detail: string): SegmentInfo {
    const { rows, indices, columns, bounds } = JSON.parse(detail) as Detail;
    return {
      id,
      file: this.fileOf(id),
      rows,
      indices: new Map(indices.map(([name, count]) => [name, count])),
      columns: new Map(columns),
      fields: new Map(indices.map(([name, , fields]) => [name, new Set(fields)])),
      bounds: new Map(bounds),
    };
  }
}

function tooOld(): HuntError {
  return new HuntError('STORE_NOT_READY', 'Cannot read the store of events: an older Tracehound wrote it', {
    remedy: 'Remove the folder "events" in TRACEHOUND_HOME (.tracehound) and ingest the files again',
  });
}

interface Detail {
  readonly rows: number;
  /** Name, documents, and the columns that are fields of the index. */
  readonly indices: readonly (readonly [string, number, readonly number[]])[];
  readonly columns: readonly (readonly [number, Shape])[];
  readonly bounds: readonly (readonly [string, Bounds])[];
}

function detailOf({ rows, indices, columns, fields, bounds }: WrittenSegment): string {
  const named = [...indices].map(([name, count]) => [name, count, [...(fields.get(name) ?? [])]] as const);
  const detail: Detail = { rows, indices: named, columns: [...columns], bounds: [...bounds] };
  return JSON.stringify(detail);
}
