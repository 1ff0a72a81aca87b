// Runs before `npm test` and `npm run demo`, on whatever Node the machine has: installs the dependencies when they are
// missing or older than the lock file, then checks that the pinned Node really arrived (it comes by an install script).
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const installedMark = join(root, 'node_modules', '.package-lock.json');
const lock = join(root, 'package-lock.json');
const pinned = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies.node;

const fresh = existsSync(installedMark) && statSync(installedMark).mtimeMs >= statSync(lock).mtimeMs;
if (!fresh) {
  // Not `npm ci`: it refuses a lock file without the optional packages of every platform,
  // and a mirror that lacks some of them cannot write any other. `npm install` keeps to the versions of the lock file too.
  console.error('Installing dependencies (npm install) …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const done = spawnSync(npm, ['install', '--no-audit', '--no-fund'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (done.status !== 0) process.exit(done.status ?? 1);
}

try {
  const found = execFileSync(join(root, 'node_modules', 'node', 'bin', 'node'), ['--version'], {
    encoding: 'utf8',
  }).trim();
  if (found !== `v${pinned}`) throw new Error(`found ${found}`);
} catch (error) {
  console.error(`Cannot use the pinned Node ${pinned}: ${error instanceof Error ? error.message : String(error)}`);
  console.error('Its binary comes by an install script. Allow it, then install again:');
  console.error('  npm install-scripts approve node   (npm 11 and newer)');
  console.error('  npm rebuild node --ignore-scripts=false');
  process.exit(1);
}
