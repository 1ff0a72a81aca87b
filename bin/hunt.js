#!/usr/bin/env node
// Starts Tracehound: the built JavaScript where there is one (the published package), else the source as it is.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

if (Number(process.versions.node.split('.')[0]) < 24) startOnPinnedNode();

// Compiled code is kept between processes (in Node's own cache folder): a cold start takes a third less.
module.enableCompileCache?.();
const built = new URL('../dist/cli/hunt.js', import.meta.url);
const source = new URL('../src/cli/hunt.ts', import.meta.url);
await import(existsSync(source) ? source.href : built.href);

/** A checkout brings its own Node; elsewhere the reader is told where to get one. */
function startOnPinnedNode() {
  const pinned = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
  if (existsSync(pinned)) {
    const args = [fileURLToPath(import.meta.url), ...process.argv.slice(2)];
    const { status } = spawnSync(pinned, args, { stdio: 'inherit' });
    process.exit(status ?? 130);
  }
  process.stderr.write(
    `Tracehound needs Node 24 or newer, this is ${process.version}. ` +
      'Install it, or run: npx --package node@24 --package tracehound hunt …\n',
  );
  process.exit(2);
}
