import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { makeProgram, runProgram } from '../../src/cli/program.ts';
import type { Effects } from '../../src/cli/effects.ts';
import { HuntError } from '../../src/core/error.ts';
import { bench, Captured } from './fakes.ts';

async function hunt(args: readonly string[], change: Partial<Effects> = {}) {
  const [stdout, stderr] = [new Captured(), new Captured()];
  const { effects } = await bench();
  let closed = false;
  const code = await runProgram(args, {
    stdout,
    stderr,
    cwd: '/site',
    signals: new EventEmitter(),
    exit: () => {},
    effects: ({ out, signal }) => ({
      ...effects,
      out,
      signal,
      ...change,
      [Symbol.asyncDispose]: async () => void (closed = true),
    }),
  });
  return { code, stdout: stdout.text, stderr: stderr.text, closed };
}

describe('the program', () => {
  it('gives every command a summary, a description and an example in its help', () => {
    const program = makeProgram({ stdout: new Captured(), stderr: new Captured() }, async () => {});
    const leaves = program.commands.flatMap((command) => (command.commands.length > 0 ? command.commands : [command]));
    expect(leaves.map((command) => command.name())).toContain('run');
    for (const command of leaves) {
      expect(command.summary(), command.name()).not.toBe('');
      expect(command.description(), command.name()).not.toBe('');
      let help = '';
      command.configureOutput({ writeOut: (text) => void (help += text) }).outputHelp();
      expect(help, command.name()).toMatch(/\nExamples:\n {2}\$ hunt /);
      expect(help, command.name()).toContain('--json');
    }
  });

  it('shows help and version on standard output', async () => {
    expect(await hunt(['--help'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Usage: hunt /),
      stderr: '',
    });
    expect(await hunt(['run', '--help'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('--fail-on-findings'),
    });
    expect(await hunt(['help', 'findings'])).toMatchObject({ code: 0, stdout: expect.stringContaining('explain') });
    expect(await hunt(['--version'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  it.each([
    [[], /^Usage: hunt/],
    [['lst'], /unknown command 'lst'\n\(Did you mean list\?\)/],
    [['run', 'x', '--sinse', '7d'], /unknown option '--sinse'\n\(Did you mean --since\?\)/],
    [['run'], /missing required argument 'what'/],
    [['run', 'x', '--clock', 'wall'], /Allowed choices are event, ingest/],
    [['show', 'a', 'b'], /too many arguments/],
    [['findings', 'shwo'], /too many arguments for 'list'/],
    [['findings', '--limit', '0'], /whole number from 1 to/],
    [['findings', '--status', 'open,shut'], /Allowed are open, acknowledged, closed/],
    [['runs', '--limit', '1e3'], /whole number/],
    [['list', '--json', '--ndjson'], /Cannot combine --json and --ndjson/],
    [['run', '\u001b[2J', '--\u0007'], /unknown option '--\\x07'/],
  ])('refuses %j with exit code 2, on standard error alone', async (args, message) => {
    const { code, stdout, stderr } = await hunt(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it('takes global flags before and after the command', async () => {
    const after = await hunt(['list', '--json']);
    expect(JSON.parse(after.stdout)).toHaveLength(2);
    expect(await hunt(['--json', 'list'])).toEqual(after);
  });

  it('lists without a further word', async () => {
    expect(await hunt(['findings'])).toMatchObject({ code: 0, stderr: 'No finding fits\n' });
    expect(await hunt(['runs', '--verdict', 'failed,blind'])).toMatchObject({ code: 0, stderr: 'No run fits\n' });
  });

  it('closes what was opened and exits with the code of the failure', async () => {
    const stock = () => Promise.reject(new HuntError('UNREACHABLE', 'Nobody there', { remedy: 'Look' }));
    expect(await hunt(['list'], { stock })).toEqual({
      code: 3,
      stdout: '',
      stderr: 'Nobody there [UNREACHABLE]\nLook\n',
      closed: true,
    });
  });

  it('exits with 3 for a bug', async () => {
    const stock = () => Promise.reject(new TypeError('undefined is not'));
    expect(await hunt(['list'], { stock })).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/^Unexpected error: undefined is not\n/),
    });
  });
});
