// The page about the command line, made of the help texts. A test holds docs/cli.md equal to it.
import type { Command } from 'commander';
import { makeProgram } from '../src/cli/program.ts';

const HEAD = `# The command line

Made of \`hunt <command> --help\` by \`node scripts/write-cli-docs.ts\`; a test fails when it is stale.

**Streams.** Standard output carries the answer and nothing else: text for people, with \`--json\` one JSON value, with
\`--ndjson\` a JSON value a line. Words about the work and progress go to standard error. Colours appear on a terminal only,
and never where \`NO_COLOR\` is set. Text from events and definitions is shown with control characters, escape sequences and
bidirectional marks escaped, in JSON as \`\\u\` escapes.

**Exit codes**, the first that applies: 2 usage, definition or configuration; 3 a run or a server failed; 4 a run was blind
or degraded; 1 findings, with \`--fail-on-findings\`, or a failed test, in \`hunt test\`; 0. See [errors.md](errors.md) for
every error by its code.

**JSON.** Fields have the names of the types in \`src/core\`; instants are ISO 8601 in UTC; lengths end in \`Ms\`.
\`hunt run --json\` is an array with \`{ run, findings }\` for each hunt: \`run\` is the run record (verdict, reasons, tile,
range, hidden, deltas, population, sources, queries, stages), a finding has \`delta\` beside its stored fields.

**Settings.** \`hunt.config.yml\` in the working folder, then variables \`TRACEHOUND_*\`, then flags; the later one counts.
\`hunt init\` writes the file with comments. Secrets stand in variables or in files that a setting names, never in it.
`;

/** The whole page, as prettier would leave it. */
export function cliDocs(): string {
  const silent = { write: () => true };
  const program = makeProgram({ stdout: silent, stderr: silent }, async () => {});
  const sections = leavesOf(program, 'hunt').map(({ name, help }) => `## ${name}\n\n\`\`\`\n${help}\n\`\`\`\n`);
  return [HEAD, ...sections].join('\n');
}

/** Commands that do something, by the words that call them. Flags that every command takes are told once. */
function leavesOf(command: Command, name: string): { readonly name: string; readonly help: string }[] {
  const own = { name, help: withoutGlobal(command.helpInformation(), name) + examplesOf(command) };
  const below = command.commands.flatMap((each) => leavesOf(each, `${name} ${each.name()}`));
  return command.commands.length === 0 || name === 'hunt' ? [own, ...below] : below;
}

function withoutGlobal(help: string, name: string): string {
  return name === 'hunt' ? help.trimEnd() : help.replace(/\nGlobal Options:\n[^]*$/, '').trimEnd();
}

/** Examples are added to the help when it is shown, so they are heard there. */
function examplesOf(command: Command): string {
  let shown = '';
  command.configureOutput({ writeOut: (text) => void (shown += text) }).outputHelp();
  const at = shown.indexOf('\nExamples:');
  return at < 0 ? '' : `\n${shown.slice(at).trimEnd()}`;
}
