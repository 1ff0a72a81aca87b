import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../../src/embedded/database.ts';
import { literalEvents, type LiteralEvents } from '../rig/segments.ts';

const EVENTS = {
  a: { fields: { n: 'long' }, documents: [{ n: 1 }] },
  b: { fields: { n: 'long' }, documents: [{ n: 2 }] },
} as const;

describe('the database of the engine', () => {
  let events: LiteralEvents;
  beforeAll(async () => {
    events = await literalEvents(EVENTS);
  });
  afterAll(() => events[Symbol.dispose]());

  it.each([
    ["SELECT * FROM read_csv('/etc/hostname')", /disabled|permission/i],
    ["COPY (SELECT 1) TO '/tmp/out.csv'", /disabled|permission/i],
    ['INSTALL httpfs', /disabled|permission|cannot/i],
    ["SET memory_limit = '64GB'", /locked/i],
    ['SET enable_external_access = true', /locked|cannot/i],
  ])('takes no way out: %s', async (sql, message) => {
    await using database = await Database.open(events.folder);
    const connection = await database.connect();
    await expect(connection.run(sql)).rejects.toThrow(message);
    connection.closeSync();
  });

  it('does not write to segments', async () => {
    await using database = await Database.open(events.folder);
    const { segments } = events.snapshot();
    const held = await database.acquire(segments, segments);
    const connection = await database.connect();
    const names = (
      await connection.runAndReadAll(
        "SELECT database_name FROM duckdb_databases() WHERE database_name LIKE 'e\\_%' ESCAPE '\\'",
      )
    ).getRows();
    expect(names.length).toBe(2);
    await expect(connection.run(`DELETE FROM ${String(names[0]?.[0])}.events`)).rejects.toThrow(/read-only/i);
    held[Symbol.dispose]();
    connection.closeSync();
  });

  it('goes on in files where memory ends, and leaves none', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tracehound-spill-'));
    {
      await using database = await Database.open(folder, { memory: '60MB', threads: 2 });
      const connection = await database.connect();
      const groups =
        'SELECT count(*) FROM (SELECT k FROM (SELECT hash(range)::VARCHAR AS k FROM range(2000000)) GROUP BY k)';
      expect((await connection.runAndReadAll(groups)).getRows()).toEqual([[2_000_000n]]);
      connection.closeSync();
    }
    expect(readdirSync(join(folder, 'spill'))).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  it('lets go of segments that are neither held nor live', async () => {
    await using database = await Database.open(events.folder);
    const { segments } = events.snapshot();
    const attached = async () => {
      const connection = await database.connect();
      const rows = (
        await connection.runAndReadAll(
          "SELECT count(*) FROM duckdb_databases() WHERE database_name LIKE 'e\\_%' ESCAPE '\\'",
        )
      ).getRows();
      connection.closeSync();
      return Number(rows[0]?.[0]);
    };
    const held = await database.acquire(segments, segments);
    const other = await database.acquire(segments.slice(0, 1), segments.slice(0, 1));
    expect(await attached()).toBe(2);
    held[Symbol.dispose]();
    const last = await database.acquire(segments.slice(0, 1), segments.slice(0, 1));
    expect(await attached()).toBe(1);
    other[Symbol.dispose]();
    last[Symbol.dispose]();
  });
});
