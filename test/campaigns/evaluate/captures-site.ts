// A site of one capture: its configuration, its events in an embedded store of their own, and every stored hunt checked.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openEmbeddedEvents } from '../../../src/cli/embedded-events.ts';
import { loadStock } from '../../../src/cli/stock.ts';
import { readConfig } from '../../../src/config/read-config.ts';
import type { Span } from '../../../src/core/time.ts';
import { PACKAGE_HUNTS } from '../../../src/definition/site.ts';
import type { Engine } from '../../../src/engine/port.ts';
import { findInputs } from '../../../src/ingest/open.ts';
import type { CheckedHunt } from '../../../src/pipeline/checked.ts';
import { eventSpan } from '../../../src/pipeline/event-span.ts';
import { huntRig } from '../../rig/hunt.ts';
import { readLines } from '../../rig/load-captures.ts';
import type { Capture } from './attacks.ts';
import { historyOf } from './captures-history.ts';

export interface CaptureSite extends AsyncDisposable {
  readonly engine: Engine;
  readonly hunts: readonly CheckedHunt[];
  /** The time of the capture on the clock of scheduled runs. */
  readonly tile: Span;
  readonly events: number;
  /** Benign events of the same capture, told once more as of days before it. */
  readonly history: number;
}

/** Longest time of one query, ms. */
export const DEADLINE_MS = 120_000;

/** Ingests a capture into a new site; `folder` holds the files, `allowed` are blocks that the site says are its own. */
export async function captureSite(
  capture: Capture,
  folder: string,
  allowed: readonly string[] = [],
): Promise<CaptureSite> {
  await using parts = new AsyncDisposableStack();
  const rig = parts.use(await huntRig({ files: await siteFiles(capture, allowed) }));
  const config = await readConfig({ cwd: rig.folder, flags: {} });
  if (!config.ok) throw new Error(JSON.stringify(config.problems));
  const stock = await loadStock(config.value.site, Date.now());
  const errors = stock.problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(JSON.stringify(errors, null, 2));
  const hunts = [...stock.checked.values()];
  const { store, engine } = parts.use(openEmbeddedEvents(join(rig.folder, 'home')));
  const ingest = async (files: readonly string[]): Promise<number> => {
    const inputs = await findInputs(files, rig.folder);
    const counts = await store.ingest(inputs, { format: null, signal: NEVER, stdin: () => process.stdin });
    if (counts.refused > 0 || counts.taken === 0) throw new Error(JSON.stringify(counts.inputs));
    return counts.taken;
  };
  const paths = capture.files.map((name) => join(folder, `${name}.ndjson.gz`));
  const events = await ingest(paths);
  const sources = new Map(hunts.flatMap((hunt) => hunt.sources.map((each) => [each.source.name, each] as const)));
  const tile = await eventSpan([...sources.values()], {
    engine,
    clock: 'ingest',
    deadlineMs: DEADLINE_MS,
    signal: NEVER,
  });
  if (tile === null) throw new Error(`No event of ${capture.name} has a time`);
  const lines = (await Promise.all(paths.map(readLines))).flat();
  await rig.write('history.ndjson', historyOf(lines, capture.intruder).join('\n'));
  const history = await ingest(['history.ndjson']);
  const all = parts.move();
  return { engine, hunts, tile, events, history, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

const NEVER = new AbortController().signal;

/**
 * The shipped hunts with what a site of a handful of hosts says: every population will do. Its list of addresses that are not
 * public names its own networks in place of all private ones.
 */
async function siteFiles({ networks }: Capture, allowed: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const shipped = await readFile(join(PACKAGE_HUNTS, 'lists/non-public.yml'), 'utf8');
  const others = shipped.split('\n').filter((line) => !line.includes('(RFC 1918)'));
  const own = networks.map((cidr) => `  - { cidr: ${cidr}, comment: Ours }`);
  const list = { description: 'Allowed', entries: allowed.map((cidr) => ({ cidr, comment: 'Known' })) };
  return {
    'hunt.config.yml': JSON.stringify({ params: { '**': { min_population: 1 } } }),
    'lists/non-public.yml': `${others.join('\n').trimEnd()}\n${own.join('\n')}\n`,
    ...(allowed.length > 0 ? { 'lists/our-ranges.yml': JSON.stringify(list) } : {}),
  };
}
