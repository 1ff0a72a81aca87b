import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Column } from '../../../src/embedded/segments/column.ts';
import { Duck } from '../../../src/embedded/segments/duck.ts';
import { ParquetFile } from '../../../src/embedded/segments/parquet.ts';
import { stagedSql } from '../../../src/embedded/segments/segment-sql.ts';

/** Rows of one group: a text or nothing for each column. */
type Group = readonly Readonly<Record<string, string | null>>[];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracehound-parquet-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, names: readonly string[], groups: readonly Group[]): void {
  const columns = names.map(
    (name) => new Column(name, 0, 'keyword', Math.max(1, ...groups.map(({ length }) => length))),
  );
  using file = new ParquetFile(path);
  for (const rows of groups) {
    for (const [row, values] of rows.entries()) {
      for (const column of columns) {
        const text = values[column.name] ?? null;
        if (text !== null) column.addText(row, text);
      }
    }
    // A column that no row has a value of may be left out.
    file.group(
      rows.length,
      columns.filter(({ row }) => row >= 0).map((column) => column.texts(column.name)),
    );
    for (const column of columns) column.restart();
  }
  file.end(names);
}

/** What DuckDB reads in the file. */
async function read(path: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  using duck = await Duck.open({ memory: '256MB', spill: join(folder, 'spill') });
  return await duck.rows(`SELECT * FROM ${stagedSql(path)}`);
}

describe('ParquetFile', () => {
  it('holds any texts, and which rows have none, as DuckDB reads them', async () => {
    const text = fc.option(fc.oneof(fc.string(), fc.constantFrom('', '\0', 'é😀', 'x'.repeat(300))), { freq: 3 });
    const group = fc.array(fc.record({ a: text, b: text, sometimes: text }), { minLength: 1, maxLength: 40 });
    let file = 0;
    using duck = await Duck.open({ memory: '256MB', spill: join(folder, 'spill') });
    await fc.assert(
      fc.asyncProperty(fc.array(group, { minLength: 1, maxLength: 4 }), async (groups) => {
        const path = join(folder, `${file++}.parquet`);
        write(path, ['a', 'b', 'sometimes'], groups);
        expect(await duck.rows(`SELECT * FROM ${stagedSql(path)}`)).toEqual(groups.flat());
      }),
      { seed: 4, numRuns: 100 },
    );
  });

  it('holds many columns and rows, and columns that only some groups have', async () => {
    const names = Array.from({ length: 300 }, (_, at) => `c${at}`);
    const groups = [5, 2_048, 70_000].map((rows, group) =>
      Array.from({ length: rows }, (_, row) => ({
        c0: `${row}`,
        [`c${group + 1}`]: row % 3 === 0 ? null : `${group} ${row}`,
      })),
    );
    const path = join(folder, 'wide.parquet');
    write(path, names, groups);
    using duck = await Duck.open({ memory: '512MB', spill: join(folder, 'spill') });
    const [counts] = await duck.rows(
      `SELECT count(*)::INTEGER AS n, sum(c0::BIGINT)::DOUBLE AS sum, count(c1)::INTEGER AS c1, count(c3)::INTEGER AS c3, count(c299)::INTEGER AS none
       FROM ${stagedSql(path)}`,
    );
    const sum = [5, 2_048, 70_000].reduce((total, rows) => total + (rows * (rows - 1)) / 2, 0);
    expect(counts).toEqual({ n: 72_053, sum, c1: 3, c3: 46_666, none: 0 });
  });

  it('is found in a folder whose name would be a pattern or a partition', async () => {
    const odd = join(folder, "a[b]*?'{c}", 'year=2026');
    mkdirSync(odd, { recursive: true });
    write(join(odd, 'x.parquet'), ['a'], [[{ a: '1' }]]);
    expect(await read(join(odd, 'x.parquet'))).toEqual([{ a: '1' }]);
  });

  it('lets go of the file when it is given up, and takes nothing more', () => {
    const path = join(folder, 'x.parquet');
    const file = new ParquetFile(path);
    file[Symbol.dispose]();
    file[Symbol.dispose]();
    expect(() => file.end(['a'])).toThrow('closed');
    expect(existsSync(path)).toBe(true);
  });
});
