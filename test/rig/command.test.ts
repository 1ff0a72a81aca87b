import { describe, expect, it } from 'vitest';
import { execute, isInstalled, run, start } from './command.ts';

const node = (script: string): readonly [string, readonly string[]] => [process.execPath, ['-e', script]];

describe('execute', () => {
  it('tells exit code, both outputs and passes input', async () => {
    const script =
      "process.stdin.on('data', (d) => process.stdout.write(d)); console.error('words'); process.exitCode = 3;";
    expect(await execute(...node(script), { input: 'in' })).toEqual({
      exitCode: 3,
      signal: null,
      stdout: 'in',
      stderr: 'words\n',
    });
  });

  it('rejects when there is no such program', async () => {
    await expect(execute('no-such-program-here', [])).rejects.toThrow('ENOENT');
    expect(isInstalled('no-such-program-here')).toBe(false);
  });
});

describe('run', () => {
  it('throws with the end of what a failing program said', async () => {
    await expect(run(...node("console.error('because'); process.exit(4)"))).rejects.toThrow(/ended with 4: because/);
  });
});

describe('start', () => {
  it('waits for words, then kills', async () => {
    const started = start(...node("console.log('ready'); setInterval(() => {}, 1000);"));
    await started.says(/ready/);
    started.kill('SIGKILL');
    expect(await started.ended).toMatchObject({ exitCode: null, signal: 'SIGKILL', stdout: 'ready\n' });
  });

  it('rejects when the program ends without the words', async () => {
    const started = start(...node("console.log('other')"));
    await expect(started.says(/ready/)).rejects.toThrow('Ended without saying /ready/: other');
  });
});
