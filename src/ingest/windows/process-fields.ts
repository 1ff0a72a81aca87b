import type { EcsDocument } from '../ecs-document.ts';
import { fileNameOf, readAccount, splitCommandLine } from '../read-values.ts';

/** `process.executable` and its name, or those of its parent. */
export function setExecutable(document: EcsDocument, path: string | null, prefix = 'process'): void {
  document.set(`${prefix}.executable`, path).set(`${prefix}.name`, fileNameOf(path));
}

/** A command line, whole and cut into arguments. */
export function setCommandLine(document: EcsDocument, line: string | null, prefix = 'process'): void {
  if (line === null) return;
  const args = splitCommandLine(line);
  document.set(`${prefix}.command_line`, line).set(`${prefix}.args`, args).set(`${prefix}.args_count`, args.length);
}

/** `DOMAIN\name` as the user of the event. */
export function setAccount(document: EcsDocument, text: string | null): void {
  const account = readAccount(text);
  document.set('user.domain', account?.domain).set('user.name', account?.name).add('related.user', account?.name);
}

/** A file by its Windows path, taken apart. */
export function setFile(document: EcsDocument, path: string | null): void {
  if (path === null) return;
  const name = fileNameOf(path);
  const extension = name === null ? null : (/^.+\.([^.]+)$/.exec(name)?.[1] ?? null);
  document
    .set('file.path', path)
    .set('file.name', name)
    .set('file.directory', name === null ? null : path.slice(0, path.length - name.length - 1))
    .set('file.extension', extension);
}
