// A process that ingests, for tests that kill it: `node ingest-child.ts HOME FILE…` tells when it begins and when it is done.
import { openEventStore } from '../../src/embedded/segments/store.ts';
import { findInputs } from '../../src/ingest/open.ts';

const [home = '', ...files] = process.argv.slice(2);
using store = openEventStore(home);
const inputs = await findInputs(files, process.cwd());
process.stdout.write('begin\n');
await store.ingest(inputs, {
  format: null,
  signal: new AbortController().signal,
  stdin: () => process.stdin,
  segmentRows: 1_500,
});
process.stdout.write('done\n');
