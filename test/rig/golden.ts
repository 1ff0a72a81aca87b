import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';

/**
 * Compares text with a file of what must come of a case. A missing file is written on a desk, for a person to read, and
 * the test fails that once; under CI nothing is written.
 */
export function expectGolden(path: string, actual: string): void {
  if (existsSync(path)) return expect(actual).toBe(readFileSync(path, 'utf8'));
  if (process.env['CI'] === 'true') throw new Error(`${path} is missing: run the test on a desk, read it, commit it`);
  writeFileSync(path, actual);
  throw new Error(`Written anew: read ${path}`);
}
