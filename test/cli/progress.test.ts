import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Format, Output } from '../../src/cli/output.ts';
import { startProgress } from '../../src/cli/progress.ts';
import { safe } from '../../src/cli/views/safe-text.ts';
import { Captured } from './fakes.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What 25 s of work leave on standard error. */
function told(format: Format, tty: boolean, seconds = 25): string {
  const stderr = new Captured(tty);
  const out = new Output({ stdout: new Captured(), stderr }, format);
  {
    using progress = startProgress(out, () => performance.now());
    progress.doing(safe`net/one: ${'query\u001b'}`);
    vi.advanceTimersByTime(seconds * 1_000);
  }
  vi.advanceTimersByTime(60_000);
  return stderr.text;
}

describe('startProgress', () => {
  it('adds a line now and then where there is no terminal', () => {
    expect(told('text', false)).toBe('net/one: query\\x1b … 10 s\nnet/one: query\\x1b … 20 s\n');
  });

  it('keeps one line up to date on a terminal, and takes it away at the end', () => {
    const text = told('text', true, 3);
    expect(text).not.toContain('\n');
    expect(text.match(/… \d s/g)).toEqual(['… 1 s', '… 2 s', '… 3 s']);
    expect(text.endsWith('\r\u001b[K')).toBe(true);
  });

  it('says nothing of what takes less than a second, nor beside JSON', () => {
    expect(told('text', true, 0.9)).toBe('');
    expect(told('json', true)).toBe('');
    expect(told('ndjson', false)).toBe('');
  });
});
