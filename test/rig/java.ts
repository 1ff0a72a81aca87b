import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

const JVM_FOLDER = '/usr/lib/jvm'; // where Debian and its like put every Java they install

/**
 * The home of the newest Java: `JAVA_HOME`, those on the PATH and the system's are looked at.
 *
 * @throws Error naming what to install where none is `atLeast` this version.
 */
export function javaHome(atLeast: number): string {
  const [newest] = javaHomes().toSorted((a, b) => b.version - a.version);
  if (newest !== undefined && newest.version >= atLeast) return newest.home;
  const found = newest === undefined ? 'none' : `${newest.version} at "${newest.home}"`;
  throw new Error(`Java ${atLeast} or newer is needed, found ${found}: install one or set JAVA_HOME`);
}

function javaHomes(): readonly { home: string; version: number }[] {
  const ofPath = (process.env['PATH'] ?? '').split(delimiter).map((folder) => homeOfProgram(join(folder, 'java')));
  const ofSystem = entries(JVM_FOLDER).map((name) => join(JVM_FOLDER, name));
  return [process.env['JAVA_HOME'], ...ofPath, ...ofSystem].flatMap((home) => {
    const version = home === undefined ? null : versionOf(home);
    return home === undefined || version === null ? [] : [{ home, version }];
  });
}

/** The major version that the home's `release` file names (`JAVA_VERSION="17.0.15"`); null where it is no Java. */
function versionOf(home: string): number | null {
  const major = /^JAVA_VERSION="(\d+)/m.exec(textOf(join(home, 'release')))?.[1];
  return major === undefined ? null : Number(major);
}

function homeOfProgram(program: string): string | undefined {
  try {
    return dirname(dirname(realpathSync(program)));
  } catch {
    return undefined; // no such program in this folder of the PATH
  }
}

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // not a system that keeps its Javas there
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // not the home of a Java
  }
}
