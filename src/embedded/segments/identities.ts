import { type Duck, quoted } from './duck.ts';
import type { SegmentInfo } from './snapshot.ts';

/**
 * Tells which staged documents the store has already. An identity is 128 bits and a number: index and id, where a
 * document has them; else its content and how often that content stood before it in its file. Each segment keeps the
 * identities of its documents; they are joined against a whole segment's worth at a time, so memory stays flat however
 * many there are.
 */
export class Identities {
  readonly #duck: Duck;
  #attached = new Set<string>();

  constructor(duck: Duck) {
    this.#duck = duck;
  }

  async prepare(): Promise<void> {
    // How often a content stood in the earlier part of a file that is longer than a segment.
    await this.#duck.run('CREATE TEMP TABLE earlier (file INTEGER, identity UUID, times INTEGER)');
  }

  /**
   * Makes `odd` from the table `heads`: the rows that are seen before (`seen`), or have a number above 0. Rows that are
   * neither, which mostly is all of them, are not in it. That documents with an id of their own did not occur earlier is
   * said inside of an equality: with a condition besides, DuckDB's LEFT JOIN compares every pair (minutes a segment).
   */
  async judge(live: readonly SegmentInfo[]): Promise<{ readonly seen: number; readonly odd: number }> {
    await this.#attach(live);
    await this.#suspects(live);
    await this.#duck.run(
      `CREATE OR REPLACE TEMP TABLE odd AS
         WITH numbered AS (
           SELECT place, h.identity, CASE WHEN own THEN 0
             ELSE row_number() OVER (PARTITION BY h.identity, h.file, own ORDER BY place) - 1 + coalesce(e.times, 0) END AS nth
           FROM heads h SEMI JOIN suspects USING (identity)
           LEFT JOIN (SELECT file, identity, sum(times) AS times FROM earlier SEMI JOIN suspects USING (identity) GROUP BY ALL) e
             ON e.file = h.file AND e.identity = CASE WHEN NOT own THEN h.identity END),
         first AS (SELECT *, row_number() OVER (PARTITION BY identity, nth ORDER BY place) > 1 AS again FROM numbered)
         SELECT place, nth::INTEGER AS nth, again OR k.identity IS NOT NULL AS seen
         FROM first LEFT JOIN known k USING (identity, nth) WHERE again OR k.identity IS NOT NULL OR nth > 0`,
    );
    const [row] = await this.#duck.rows(
      'SELECT count(*) FILTER (seen)::DOUBLE AS seen, count(*)::DOUBLE AS odd FROM odd',
    );
    return { seen: Number(row?.['seen'] ?? 0), odd: Number(row?.['odd'] ?? 0) };
  }

  /** Remembers the contents of the file that goes on in the next segment; null: none does. */
  async goOn(file: number | null): Promise<void> {
    await this.#duck.run(file === null ? 'DELETE FROM earlier' : `DELETE FROM earlier WHERE file <> ${file}`);
    if (file === null) return;
    await this.#duck.run(
      `INSERT INTO earlier SELECT file, identity, count(*) FROM heads WHERE file = ${file} AND NOT own GROUP BY ALL`,
    );
  }

  /** How many documents of a segment other segments have too. */
  async inBoth({ id, file }: Pick<SegmentInfo, 'id' | 'file'>, others: readonly SegmentInfo[]): Promise<number> {
    await this.#attach(others);
    const own = aliasOf(id);
    return this.#duck.attached(file, own, 'READ_ONLY', () =>
      this.#duck.number(
        `SELECT count(*)::DOUBLE FROM ${own}.identities SEMI JOIN (${this.#all(others)}) USING (identity, nth)`,
      ),
    );
  }

  /** Only what occurs twice, occurred earlier in its file or is in the store needs a closer look. */
  async #suspects(live: readonly SegmentInfo[]): Promise<void> {
    await this.#duck.run(
      `CREATE OR REPLACE TEMP TABLE known AS SELECT identity, nth FROM (${this.#all(live)}) SEMI JOIN heads USING (identity)`,
      `CREATE OR REPLACE TEMP TABLE suspects AS
         SELECT identity FROM heads GROUP BY identity HAVING count(*) > 1
         UNION SELECT identity FROM known UNION SELECT identity FROM earlier SEMI JOIN heads USING (identity)`,
    );
  }

  #all(segments: readonly SegmentInfo[]): string {
    const tables = segments.map(({ id }) => `SELECT identity, nth FROM ${aliasOf(id)}.identities`);
    return [...tables, 'SELECT NULL::UUID AS identity, 0 AS nth WHERE false'].join(' UNION ALL ');
  }

  /** Attaches segments that are new; those that were replaced stay attached until the end. */
  async #attach(segments: readonly SegmentInfo[]): Promise<void> {
    for (const { id, file } of segments) {
      if (this.#attached.has(id)) continue;
      await this.#duck.run(`ATTACH ${quoted(file)} AS ${aliasOf(id)} (READ_ONLY)`);
      this.#attached.add(id);
    }
  }
}

/** A segment's name in SQL: its id has hexadecimal digits and dashes only. */
function aliasOf(id: string): string {
  return `s${id.replaceAll('-', '')}`;
}
