import { describe, expect, it } from 'vitest';
import { tellFailure } from '../../src/cli/failure.ts';
import { Output } from '../../src/cli/output.ts';
import { HuntError } from '../../src/core/error.ts';
import { Captured } from './fakes.ts';

function told(error: unknown, debug = false): { readonly code: number; readonly text: string } {
  const stderr = new Captured();
  const out = new Output({ stdout: new Captured(), stderr }, 'json');
  return { code: tellFailure(error, out, debug), text: stderr.text };
}

describe('tellFailure', () => {
  it('tells message, code and remedy of a HuntError, and exits with its code', () => {
    const error = new HuntError('PRIVILEGE', 'Cannot read "a\nb"', { remedy: 'Grant "read"' });
    expect(told(error)).toEqual({ code: 3, text: 'Cannot read "a\\nb" [PRIVILEGE]\nGrant "read"\n' });
    expect(told(new HuntError('USAGE', 'No'))).toEqual({ code: 2, text: 'No [USAGE]\n' });
  });

  it('owns up to a bug, with the way to it only when asked', () => {
    const plain = told(new TypeError('x is not a function'));
    expect(plain.code).toBe(3);
    expect(plain.text).toMatch(/^Unexpected error: x is not a function\nThis is a bug/);
    expect(plain.text).not.toContain('failure.test.ts');
    expect(told(new TypeError('x', { cause: new Error('deeper') }), true).text).toMatch(
      /failure\.test\.ts[^]*caused by Error: deeper/,
    );
  });

  it('shows no secret and no control character, whatever was thrown', () => {
    const { text } = told('\u001b]0;title\u0007 https://user:hunter2@host');
    expect(text).toContain('\\x1b]0;title\\x07 https://***@host');
  });
});
