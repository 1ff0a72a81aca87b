// Logs as people have them, a folder each: input.*, what the command line would add (options.json), and the documents,
// refused lines and notes that must come of them.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type LogContext, NO_CONTEXT } from '../../src/ingest/input-format.ts';
import { readDocuments } from '../../src/ingest/read-documents.ts';
import { expectGolden } from '../rig/golden.ts';

const CASES = fileURLToPath(new URL('../cases/ingest', import.meta.url));

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function reading(bytes: Buffer, context: LogContext, size = bytes.length): Promise<string> {
  const lines: string[] = [];
  const notes = new Set<string>();
  for await (const block of readDocuments(inPieces(bytes, size), { as: null, context })) {
    const documents = block.documents.map(({ start, end, line }) => ({
      line,
      text: block.bytes.toString('utf8', start, end),
    }));
    const refused = block.refusals.map(({ line, reason }) => ({ line, text: JSON.stringify({ refused: reason }) }));
    const placed = [...documents, ...refused].sort((a, b) => a.line - b.line);
    lines.push(...placed.map(({ line, text }) => `${line} ${text}`));
    for (const note of block.notes ?? []) notes.add(note);
  }
  return [...lines, ...[...notes].map((note) => `note: ${note}`)].map((line) => `${line}\n`).join('');
}

describe.each(readdirSync(CASES))('%s', (name) => {
  const files = readdirSync(`${CASES}/${name}`);
  const input = readFileSync(`${CASES}/${name}/${files.find((file) => file.startsWith('input.'))}`);
  const context = files.includes('options.json')
    ? (JSON.parse(readFileSync(`${CASES}/${name}/options.json`, 'utf8')) as LogContext)
    : NO_CONTEXT;

  it('gives these documents, and refuses these lines', async () => {
    expectGolden(`${CASES}/${name}/documents.txt`, await reading(input, context));
  });

  it('gives the same in whatever pieces it comes', async () => {
    const whole = await reading(input, context);
    for (const size of [7, 64, 1_000]) expect(await reading(input, context, size)).toBe(whole);
  });

  it('gives the same in UTF-16', async () => {
    const text = input.toString('utf8').replace(/^\uFEFF/, '');
    const wide = Buffer.from(`\uFEFF${text}`, 'utf16le');
    expect(await reading(wide, context, 333)).toBe(await reading(input, context));
    expect(await reading(Buffer.from(wide).swap16(), context)).toBe(await reading(input, context));
  });

  it('pollutes nothing', () => {
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
