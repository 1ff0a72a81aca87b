import type { Effects } from '../effects.ts';

/** Runs one command over the effects of this process; its exit code becomes that of the process. */
export type Act = (command: (effects: Effects) => Promise<number>) => Promise<void>;

/** Examples below the help of a command. */
export function examples(lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`;
}
