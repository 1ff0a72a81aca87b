// definition: YAML to hunts, lists, exceptions, sources and site configuration, or problems with places. In: bytes of
// files a person wrote. Out: checked nouns of core, or every problem at once. May import: core. Door to yaml and zod.
import type { Checked, Problem } from '../core/problem.ts';

/** Largest definition file, bytes: a hunt is a page or two, and a list of 10,000 blocks is about 300 kB. */
export const FILE_BYTES_MAX = 1_000_000;

/** The text of a definition file, without its byte order mark, or the one reason why it is none. */
export function decodeText(file: string, bytes: Uint8Array): Checked<string> {
  if (bytes.length > FILE_BYTES_MAX)
    return refuse(
      file,
      'file-too-large',
      `The file is larger than ${FILE_BYTES_MAX.toLocaleString('en')} bytes`,
      'Split it, or move data out of it',
    );
  const line = lineOfNul(bytes);
  if (line !== null)
    return refuse(file, 'file-binary', 'The file holds a NUL byte, so it is no text', 'Save it as UTF-8 text', line);
  try {
    return { ok: true, value: new TextDecoder('utf-8', { fatal: true }).decode(bytes), problems: [] };
  } catch {
    return refuse(file, 'file-binary', 'The file is not valid UTF-8', 'Save it as UTF-8 text');
  }
}

function lineOfNul(bytes: Uint8Array): number | null {
  const at = bytes.indexOf(0);
  return at < 0 ? null : bytes.subarray(0, at).reduce((lines, byte) => lines + (byte === 10 ? 1 : 0), 1);
}

function refuse(file: string, rule: string, message: string, hint: string, line = 1): Checked<never> {
  const problem: Problem = { rule, severity: 'error', place: { file, line, column: 1 }, message, hint };
  return { ok: false, problems: [problem] };
}
