import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance, DuckDBScalarFunction, type DuckDBConnection } from '@duckdb/node-api';
import { duckType, fromDuck, toDuck } from './duck-values.ts';
import type { SegmentInfo } from './segments/snapshot.ts';
import type { SqlFunction } from './sql/sql-context.ts';
import { watched } from './watchdog.ts';

/** What the engine may use of the machine. */
export interface DatabaseLimits {
  /** As DuckDB writes it: `1GB`. Above it, sorting and grouping go to the disk, where they may. */
  readonly memory: string;
  readonly threads: number;
}

const DEFAULT_LIMITS: DatabaseLimits = { memory: '1GB', threads: 2 };

/** The name of the database that a segment is attached as. Ids may differ by case alone, names in DuckDB may not. */
function attachedName({ id }: Pick<SegmentInfo, 'id'>): string {
  return `e_${createHash('sha256').update(id).digest('hex').slice(0, 24)}`;
}

export function tableOf(segment: Pick<SegmentInfo, 'id'>): string {
  return `${attachedName(segment)}.events`;
}

/**
 * DuckDB in memory, with segments attached for reading as they are needed. It can open no file outside of the folders of
 * segments, load no extension and change no setting: queries hold no text of users, and this is the second wall.
 */
export class Database implements AsyncDisposable {
  readonly #instance: DuckDBInstance;
  readonly #main: DuckDBConnection;
  readonly #attached = new Set<string>();
  readonly #held = new Map<string, number>();
  #turn: Promise<void> = Promise.resolve();
  readonly #functions = new Set<string>();

  private constructor(instance: DuckDBInstance, main: DuckDBConnection) {
    this.#instance = instance;
    this.#main = main;
  }

  /** Opens a database that may read segments below `folder`. */
  static async open(folder: string, limits: DatabaseLimits = DEFAULT_LIMITS): Promise<Database> {
    const spill = join(folder, 'spill');
    // DuckDB makes its own folder there when it first needs one, and removes it; one of a killed process goes with `tidy`.
    mkdirSync(spill, { recursive: true });
    const instance = await DuckDBInstance.create(':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      threads: String(limits.threads),
      memory_limit: limits.memory,
      // The parser's 300 levels make up to some thousand of SQL (a chain of 280 sums: 840); 2,500 were tried without harm.
      max_expression_depth: '5000',
      temp_directory: join(spill, `${process.pid}-query`),
    });
    const main = await instance.connect();
    await main.run(`SET allowed_directories = [${quoted(folder)}]`);
    await main.run('SET enable_external_access = false');
    await main.run('SET lock_configuration = true');
    return new Database(instance, main);
  }

  /** Functions registered so far: they cannot be taken back, so a database that has many is left for a new one. */
  get functions(): number {
    return this.#functions.size;
  }

  /**
   * Attaches segments for as long as the result is held. Those that are neither held nor `live` any more (replaced by
   * compaction) are let go of, so that their files can end. One call at a time: an attach may not meet a detach.
   */
  async acquire(segments: readonly SegmentInfo[], live: readonly SegmentInfo[]): Promise<Disposable> {
    const names = segments.map(attachedName);
    for (const name of names) this.#held.set(name, (this.#held.get(name) ?? 0) + 1);
    const release = () => names.forEach((name) => this.#release(name));
    const turn = this.#turn.then(() => this.#arrange(segments, new Set(live.map(attachedName))));
    this.#turn = turn.catch(() => undefined);
    try {
      await turn;
    } catch (error) {
      release();
      throw error;
    }
    return { [Symbol.dispose]: release };
  }

  async #arrange(segments: readonly SegmentInfo[], live: ReadonlySet<string>): Promise<void> {
    for (const name of this.#attached.values().toArray()) {
      if (live.has(name) || this.#held.has(name)) continue;
      this.#attached.delete(name);
      await this.#main.run(`DETACH DATABASE IF EXISTS ${name}`);
    }
    for (const segment of segments) {
      const name = attachedName(segment);
      if (this.#attached.has(name)) continue;
      await this.#main.run(`ATTACH IF NOT EXISTS ${quoted(segment.file)} AS ${name} (READ_ONLY)`);
      this.#attached.add(name);
    }
  }

  #release(name: string): void {
    const holders = (this.#held.get(name) ?? 1) - 1;
    if (holders > 0) this.#held.set(name, holders);
    else this.#held.delete(name);
  }

  register(functions: readonly SqlFunction[]): void {
    for (const definition of functions) {
      if (this.#functions.has(definition.name)) continue;
      this.#functions.add(definition.name);
      this.#main.registerScalarFunction(scalarFunction(definition));
    }
  }

  connect(): Promise<DuckDBConnection> {
    return this.#instance.connect();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#main.closeSync();
    this.#instance.closeSync();
    return Promise.resolve();
  }
}

/** Rows that are computed under one watch: enough that it costs nothing, few enough for 4 ms each. */
const WATCHED_ROWS = 256;

/** Goes through a chunk of at most 2,048 rows; nulls come as they are. */
function scalarFunction({ name, label, takes, gives, compute }: SqlFunction): DuckDBScalarFunction {
  return DuckDBScalarFunction.create({
    name,
    specialHandling: true,
    parameterTypes: takes.map(({ type, several }) => duckType(type, several)),
    returnType: duckType(gives.type, gives.several),
    mainFunction: (_info, chunk, output) => {
      const inputs = takes.map((_, at) => chunk.getColumnVector(at));
      const computeRow = (row: number) => {
        const args = inputs.map((input, at) => fromDuck(input.getItem(row), takes[at]?.type ?? 'null'));
        output.setItem(row, toDuck(compute(args), gives.type, gives.several));
      };
      for (let row = 0; row < chunk.rowCount; row += WATCHED_ROWS)
        watched(label, () => {
          for (let at = row; at < Math.min(row + WATCHED_ROWS, chunk.rowCount); at++) computeRow(at);
        });
      output.flush();
    },
  });
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", "''")}'`;
}
