// Writes docs/cli.md from the help of the commands.
import { writeFile } from 'node:fs/promises';
import { cliDocs } from './cli-docs.ts';

await writeFile(new URL('../docs/cli.md', import.meta.url), cliDocs());
