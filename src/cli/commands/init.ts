import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { PACKAGE_HUNTS } from '../../definition/site.ts';
import { HuntError, messageOf } from '../../core/error.ts';
import type { Effects } from '../effects.ts';
import { joined, safe } from '../views/safe-text.ts';
import { SITE_FILES } from '../site-files.ts';

interface Made {
  /** Path as the person would type it. */
  readonly file: string;
  readonly status: 'created' | 'kept';
}

/** `hunt init`: a folder with everything a site may set. A file that is there already is kept as it is. */
export async function init(folder: string, { out, cwd }: Pick<Effects, 'out' | 'cwd'>): Promise<number> {
  const root = resolve(cwd, folder);
  const made: Made[] = [];
  for (const [name, content] of Object.entries(await siteFiles()))
    made.push(await make(join(root, name), content, cwd));
  const { green, dim } = out.paint;
  out.answer(made, () =>
    joined(
      made.map(({ file, status }) => safe`${status === 'created' ? green(status) : dim(status)}  ${file}`),
      '\n',
    ),
  );
  out.note(
    safe`Next: name your Elasticsearch in ${relative(cwd, join(root, 'hunt.config.yml'))}, then run hunt doctor and hunt setup`,
  );
  return 0;
}

async function siteFiles(): Promise<Readonly<Record<string, string>>> {
  return { ...SITE_FILES, 'hunts/_template.yml': await readFile(join(PACKAGE_HUNTS, '_template.yml'), 'utf8') };
}

async function make(path: string, content: string, cwd: string): Promise<Made> {
  const file = relative(cwd, path);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content, { flag: 'wx' });
    return { file, status: 'created' };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return keptOrRefused(path, file, cause);
    const remedy = 'Name a folder that may be written to';
    throw new HuntError('USAGE', `Cannot write "${file}": ${messageOf(cause)}`, { cause, remedy });
  }
}

/** mkdir says EEXIST too, where a file stands in the place of a folder. */
async function keptOrRefused(path: string, file: string, cause: unknown): Promise<Made> {
  const folder = await stat(dirname(path));
  if (folder.isDirectory()) return { file, status: 'kept' };
  const remedy = 'Name another folder';
  throw new HuntError('USAGE', `Cannot write "${file}": a file stands where its folder would be`, { cause, remedy });
}
