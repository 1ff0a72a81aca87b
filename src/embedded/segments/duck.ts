import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { columnName } from './snapshot.ts';

/** An in-memory DuckDB with which segments are written and read; never a file of its own. */
export class Duck implements Disposable {
  readonly connection: DuckDBConnection;
  readonly #instance: DuckDBInstance;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.connection = connection;
  }

  /** `memory` bounds what DuckDB holds (`512MB`); beyond, it goes on in files of the given folder. */
  static async open(options: {
    readonly memory: string;
    readonly spill: string;
    readonly threads?: number;
  }): Promise<Duck> {
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: options.memory,
      temp_directory: options.spill,
      ...(options.threads === undefined ? {} : { threads: `${options.threads}` }),
      // Offline, a try to fetch an extension only takes time (esql.md 7).
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      preserve_insertion_order: 'true',
    });
    return new Duck(instance, await instance.connect());
  }

  /** Statements one after the other; they hold no text of events, only names and paths that are quoted. */
  async run(...statements: readonly string[]): Promise<void> {
    for (const statement of statements) await this.connection.run(statement);
  }

  async rows(query: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return (await this.connection.runAndReadAll(query)).getRowObjectsJS();
  }

  /** The one number that a query gives. */
  async number(query: string): Promise<number> {
    const [row] = await this.rows(query);
    return Number(Object.values(row ?? {})[0] ?? 0);
  }

  /** Attaches a file under a name for the time of some work. */
  async attached<T>(file: string, alias: string, mode: 'READ_ONLY' | 'READ_WRITE', work: () => Promise<T>): Promise<T> {
    await this.run(`ATTACH ${quoted(file)} AS ${alias} (${mode})`);
    try {
      return await work();
    } finally {
      await this.run(`DETACH ${alias}`);
    }
  }

  [Symbol.dispose](): void {
    this.connection.closeSync();
    this.#instance.closeSync();
  }
}

/** A text as a SQL literal. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Smallest and largest instant of a column in a table, as epoch ms; lists count all their values. */
export function boundsSql(id: number, several: boolean): string {
  const name = columnName(id);
  const [low, high] = several ? [`list_min(${name})`, `list_max(${name})`] : [name, name];
  return `epoch_ms(min(${low})) AS low${id}, epoch_ms(max(${high})) AS high${id}`;
}
