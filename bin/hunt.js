#!/usr/bin/env node
// Starts Tracehound: the built JavaScript where there is one (the published package), else the source as it is.
import { existsSync } from 'node:fs';
import module from 'node:module';

const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    `Tracehound needs Node 24 or newer, this is ${process.version}. In a checkout "npm run" brings the pinned one; ` +
      'elsewhere: npx --package node@24 --package tracehound hunt …\n',
  );
  process.exit(2);
}
// Compiled code is kept between processes (in Node's own cache folder): a cold start takes a third less.
module.enableCompileCache?.();
const built = new URL('../dist/cli/hunt.js', import.meta.url);
const source = new URL('../src/cli/hunt.ts', import.meta.url);
await import(existsSync(source) ? source.href : built.href);
