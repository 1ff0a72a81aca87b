import { describe, expect, it } from 'vitest';
import { type Format, Output } from '../../src/cli/output.ts';
import { paint, paintFor } from '../../src/cli/views/paint.ts';
import { safe } from '../../src/cli/views/safe-text.ts';
import { Captured } from './fakes.ts';

function written(format: Format, write: (out: Output) => void): { readonly stdout: string; readonly stderr: string } {
  const [stdout, stderr] = [new Captured(), new Captured()];
  write(new Output({ stdout, stderr }, format));
  return { stdout: stdout.text, stderr: stderr.text };
}

describe('Output', () => {
  const answer = (out: Output) => {
    out.note(safe`a word`);
    out.answer([{ a: 1 }, { a: 2 }], () => safe`two`);
  };

  it('puts the answer on standard output and words on standard error, whatever the format', () => {
    expect(written('text', answer)).toEqual({ stdout: 'two\n', stderr: 'a word\n' });
    expect(written('ndjson', answer)).toEqual({ stdout: '{"a":1}\n{"a":2}\n', stderr: 'a word\n' });
    expect(JSON.parse(written('json', answer).stdout)).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it('prints parts as they come, in JSON as one array', () => {
    const parts = (out: Output) => {
      out.item([1], () => safe`one`);
      out.item(2, () => safe`two`);
      out.end();
    };
    expect(written('text', parts).stdout).toBe('one\ntwo\n');
    expect(written('ndjson', parts).stdout).toBe('[1]\n2\n');
    expect(JSON.parse(written('json', parts).stdout)).toEqual([[1], 2]);
  });

  it('prints an empty array where there was no part', () => {
    expect(written('json', (out) => out.end()).stdout).toBe('[]\n');
    expect(written('text', (out) => out.end()).stdout).toBe('');
  });

  it('prints nothing for an answer without text', () => {
    expect(written('text', (out) => out.answer([], () => safe``)).stdout).toBe('');
  });
});

describe('paint', () => {
  it('colours on a terminal only', () => {
    expect(paintFor({ isTTY: false }).red('x').toString()).toBe('x');
    expect(paint(true).red('\u001b').toString()).toBe('\u001b[31m\\x1b\u001b[39m');
  });
});
