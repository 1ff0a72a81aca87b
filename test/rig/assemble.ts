// Puts a real Elasticsearch together from Maven Central, once, into a cache folder outside the repository. The licence of
// the parts allows use in tests, not redistribution: nothing of it is ever committed. Run it by hand to warm the cache:
//   node test/rig/assemble.ts
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './command.ts';

/** A version of the server, and whether its ES|QL modules can be had. */
export interface Distribution {
  readonly version: string;
  readonly esql: boolean;
  /** Oldest Java it starts on. */
  readonly java: number;
}

/** The newest version whose parts can all be had; 9.0 to 9.5 lack `x-pack-esql-compute` on Maven Central. */
export const ELASTICSEARCH_8: Distribution = { version: '8.19.21', esql: true, java: 17 };
/** Serves the store's contract: bulk, optimistic concurrency, templates, aliases. */
export const ELASTICSEARCH_9: Distribution = { version: '9.5.3', esql: false, java: 21 };

const RECIPE = 1; // part of the folder's name: raise it when the assembly below changes
const DEPENDENCY_PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1';
const H3_VERSION = '8.19.4'; // of elasticsearch-h3 8.19.21 itself there is no artifact; the interface is the same
const LOCK_POLL_MS = 250;

interface Module {
  readonly name: string;
  readonly classname: string;
  readonly extends: string;
  /** Modules whose jars it sees, beside `lib`: a class found twice stops the node. */
  readonly sees: readonly string[];
  /** Only these of its closure, by name without version; null: all that it does not see already. */
  readonly only: readonly string[] | null;
}

const ESQL_MODULES: readonly Module[] = [
  {
    name: 'x-pack-esql-core',
    classname: 'org.elasticsearch.xpack.esql.core.plugin.EsqlCorePlugin',
    extends: 'x-pack-core',
    sees: ['x-pack-core'],
    only: ['x-pack-esql-core', 'x-pack-mapper-version', 'antlr4-runtime'],
  },
  {
    name: 'x-pack-esql',
    classname: 'org.elasticsearch.xpack.esql.plugin.EsqlPlugin',
    extends: 'x-pack-esql-core',
    sees: ['x-pack-core', 'x-pack-esql-core'],
    only: null,
  },
];

/**
 * Where servers are kept between runs: `TRACEHOUND_CACHE`, else the user's cache folder. Root's own is closed to the
 * unprivileged user that the server runs as, so root gets /var/cache.
 */
export function cacheFolder(
  env: NodeJS.ProcessEnv = process.env,
  uid: number | undefined = process.getuid?.(),
): string {
  if (env['TRACEHOUND_CACHE']) return env['TRACEHOUND_CACHE'];
  if (uid === 0) return '/var/cache/tracehound';
  return join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'tracehound');
}

/** The folder of a ready server, built if it is not there yet. Safe to call from several processes at once. */
export async function assemble(distribution: Distribution, cache: string = cacheFolder()): Promise<string> {
  const home = join(cache, `elasticsearch-${distribution.version}${distribution.esql ? '-esql' : ''}-r${RECIPE}`);
  if (await exists(home)) return home;
  await mkdir(cache, { recursive: true });
  return withLock(`${home}.lock`, async () => {
    if (await exists(home)) return home; // whoever held the lock before has built it
    const scratch = await mkdtemp(join(cache, 'building-'));
    try {
      await rename(await build(distribution, scratch), home);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
    return home;
  });
}

async function build({ version, esql }: Distribution, scratch: string): Promise<string> {
  await chmod(scratch, 0o755);
  await writePom(scratch, []);
  const artifact = `org.elasticsearch.distribution.integ-test-zip:elasticsearch:${version}:zip`;
  await maven(scratch, [`${DEPENDENCY_PLUGIN}:copy`, `-Dartifact=${artifact}`, `-DoutputDirectory=${scratch}`]);
  await run('unzip', ['-q', join(scratch, `elasticsearch-${version}.zip`), '-d', scratch]);
  const home = join(scratch, `elasticsearch-${version}`);
  for (const module of esql ? ESQL_MODULES : []) await addModule(home, module, version, scratch);
  return home;
}

async function addModule(home: string, module: Module, version: string, scratch: string): Promise<void> {
  const work = join(scratch, module.name);
  const jars = join(work, 'jars');
  await mkdir(work);
  await writePom(work, [{ artifact: module.name, version }]);
  await maven(work, [`${DEPENDENCY_PLUGIN}:copy-dependencies`, '-DincludeScope=runtime', `-DoutputDirectory=${jars}`]);

  const target = join(home, 'modules', module.name);
  const seen = await jarNames([join(home, 'lib'), ...module.sees.map((name) => join(home, 'modules', name))]);
  await mkdir(target);
  for (const jar of await readdir(jars)) {
    const name = jarName(jar);
    const wanted = module.only === null ? !seen.has(name) : module.only.includes(name);
    if (wanted) await rename(join(jars, jar), join(target, jar));
  }
  await writeFile(join(target, 'plugin-descriptor.properties'), descriptor(module, version));
}

/** `lucene-core-9.12.1.jar` without its version: `lucene-core`. */
export function jarName(jar: string): string {
  return jar.replace(/-\d[\w.+]*(-[a-z]+)?\.jar$/, '').replace(/\.jar$/, '');
}

async function jarNames(folders: readonly string[]): Promise<ReadonlySet<string>> {
  const lists = await Promise.all(folders.map((folder) => readdir(folder)));
  return new Set(
    lists
      .flat()
      .filter((file) => file.endsWith('.jar'))
      .map(jarName),
  );
}

function descriptor(module: Module, version: string): string {
  const lines = [
    `name=${module.name}`,
    `description=${module.name}`,
    `version=${version}`,
    `elasticsearch.version=${version}`,
    'java.version=17',
    `classname=${module.classname}`,
    `extended.plugins=${module.extends}`,
    'has.native.controller=false',
    'licensed=true',
  ];
  return `${lines.join('\n')}\n`;
}

function maven(cwd: string, goal: readonly string[]): Promise<string> {
  return run('mvn', ['-q', '-B', ...goal], { cwd });
}

async function writePom(folder: string, plugins: readonly { artifact: string; version: string }[]): Promise<void> {
  const dependencies = plugins.map(({ artifact, version }) =>
    dependency('org.elasticsearch.plugin', artifact, version),
  );
  const managed = dependency('org.elasticsearch', 'elasticsearch-h3', H3_VERSION);
  await writeFile(
    join(folder, 'pom.xml'),
    `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>tracehound</groupId><artifactId>rig</artifactId><version>1</version><packaging>pom</packaging>
  <dependencyManagement><dependencies>${managed}</dependencies></dependencyManagement>
  <dependencies>${dependencies.join('')}</dependencies>
</project>
`,
  );
}

function dependency(group: string, artifact: string, version: string): string {
  const coordinates = `<groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version>`;
  return `<dependency>${coordinates}</dependency>`;
}

/** Works while holding a file that only one process can make; waits for a living owner, takes over from a dead one. */
async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  while (!(await claim(path))) {
    const owner = Number(await readFile(path, 'utf8').catch(() => '0'));
    if (owner > 0 && !isAlive(owner)) await rm(path, { force: true });
    else await sleep(LOCK_POLL_MS);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function claim(path: string): Promise<boolean> {
  try {
    await writeFile(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Whether a process with this id exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

if (import.meta.main) {
  for (const distribution of [ELASTICSEARCH_8, ELASTICSEARCH_9]) {
    process.stdout.write(`${await assemble(distribution)}\n`);
  }
}
