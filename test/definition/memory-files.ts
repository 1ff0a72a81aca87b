import { join } from 'node:path';
import type { Files } from '../../src/definition/files.ts';
import { defaultSite, type FolderRef, type SiteConfig } from '../../src/definition/site.ts';

/** Files that exist in a test only, by absolute path. */
export function memoryFiles(contents: Readonly<Record<string, string | Uint8Array>>): Files {
  const entries = Object.entries(contents);
  return {
    read: async (path, bytesMax) => {
      const content = contents[path];
      if (content === undefined)
        throw Object.assign(new Error(`ENOENT: no such file, open '${path}'`), { code: 'ENOENT' });
      const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
      return bytes.subarray(0, bytesMax);
    },
    list: async (folder) => {
      const below = entries.flatMap(([path]) => (path.startsWith(`${folder}/`) ? [path.slice(folder.length + 1)] : []));
      return below.length === 0 ? null : below.sort();
    },
  };
}

/** A site in /site whose hunts lie in /site/hunts, without the package's. */
export function siteWith(changes: Partial<SiteConfig> = {}): SiteConfig {
  const folder = (name: string): FolderRef => ({ path: join('/site', name), place: null });
  return { ...defaultSite('/site'), huntFolders: [folder('hunts')], ...changes };
}

/** A whole hunt, with lines changed or added. */
export function huntText(changes: Readonly<Record<string, string>> = {}): string {
  const keys = {
    name: 'Whole',
    hypothesis: 'Something is rare.',
    status: 'stable',
    severity: 'low',
    sources: '{ any_of: [test.events] }',
    window: '1d',
    params: '{ limit: 7 }',
    esql: '"FROM logs-x | KEEP a"',
    finding: '{ title: t, key: [a] }',
    ...changes,
  };
  return Object.entries(keys)
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key}: ${value}\n`)
    .join('');
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
