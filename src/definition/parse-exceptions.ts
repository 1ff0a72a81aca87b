import type { Exception } from '../core/exception.ts';
import { hasErrors, type Checked } from '../core/problem.ts';
import { exceptionsFileSchema, type ExceptionInput } from './schemas/schema-exception.ts';
import { checkShape } from './shape.ts';
import { parseYaml, type YamlFile } from './yaml-file.ts';

/** A site's exceptions with their globs, or everything that is wrong with the file. */
export function parseExceptions(file: string, bytes: Uint8Array): Checked<readonly Exception[]> {
  const yaml = parseYaml(file, bytes);
  if (!yaml.ok) return yaml;
  const { value, problems } = checkShape(exceptionsFileSchema, yaml.value);
  if (value === null || hasErrors(problems)) return { ok: false, problems };
  const exceptions = value.exceptions.map((input, index) =>
    exceptionOf(yaml.value, `exceptions.${index}`, input, input.hunts),
  );
  return { ok: true, value: exceptions, problems };
}

/** An exception of a checked file; `path` is where it stands in it. */
export function exceptionOf(
  file: YamlFile,
  path: string,
  input: ExceptionInput,
  hunts: readonly string[] | null,
): Exception {
  const when = file.textAt(`${path}.when`);
  if (when === null) throw new TypeError(`No text at ${path}.when of ${file.file}`);
  const { id, because, owner, until } = input;
  return { id, when, because: because.trim(), owner, until, hunts };
}
