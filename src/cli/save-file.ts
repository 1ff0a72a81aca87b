import { writeFile } from 'node:fs/promises';
import { HuntError, messageOf } from '../core/error.ts';

/** Writes what a person asked for to the file he named; rejects with USAGE where it cannot be written. */
export async function saveFile(path: string, named: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    throw new HuntError('USAGE', `Cannot write "${named}": ${messageOf(error)}`, {
      cause: error,
      remedy: 'Name a file in a folder that is there and may be written',
    });
  }
}
