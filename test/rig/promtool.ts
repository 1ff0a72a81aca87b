import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheFolder } from './assemble.ts';
import { execute, isInstalled } from './command.ts';

/** Prometheus' own checker of rules, or why it is not here. */
export type Promtool = { readonly program: string } | { readonly missing: string };

/** The one installed; else the one of Debian's package, taken out once into the cache without installing anything. */
export async function promtool(): Promise<Promtool> {
  if (isInstalled('promtool')) return { program: 'promtool' };
  const program = join(cacheFolder(), 'promtool', 'promtool');
  if (await isThere(program)) return { program };
  if (!isInstalled('apt-get') || !isInstalled('dpkg-deb')) return { missing: 'promtool is not installed' };
  return (await takeOut(program)) ? { program } : { missing: 'Debian’s package of Prometheus cannot be had here' };
}

/** Several test processes may do this at once: the last rename wins, and all are the same. */
async function takeOut(program: string): Promise<boolean> {
  await mkdir(dirname(program), { recursive: true });
  const folder = await mkdtemp(join(dirname(program), 'new-'));
  try {
    const script = 'apt-get download -q prometheus && dpkg-deb -x prometheus_*.deb .';
    const { exitCode } = await execute('sh', ['-c', script], { cwd: folder });
    if (exitCode !== 0) return false;
    await rename(join(folder, 'usr/bin/promtool'), program);
    return true;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function isThere(file: string): Promise<boolean> {
  return await stat(file).then(
    () => true,
    () => false,
  );
}
