// The same documents in the embedded store and in a node: files are ingested, and what came of them is copied.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duck } from '../../src/embedded/segments/duck.ts';
import { openEventStore } from '../../src/embedded/segments/store.ts';
import type { Snapshot } from '../../src/embedded/segments/snapshot.ts';
import { embeddedEngine } from '../../src/engine/embedded.ts';
import type { Engine } from '../../src/engine/port.ts';
import { findInputs } from '../../src/ingest/open.ts';
import type { SimulationRequest } from '../../src/simulate/request.ts';
import type { OutputName } from '../../src/simulate/shapes/shape.ts';
import { simulate } from '../../src/simulate/simulate.ts';
import { targetOf, writeSimulation } from '../../src/simulate/write.ts';
import { clearNode } from './clear-node.ts';
import { mustAsk, type Node } from './elasticsearch.ts';
import { logsTemplate } from './load-captures.ts';

/** Events in a store of their own below a temporary folder, which goes with it. */
export interface Estate extends AsyncDisposable {
  readonly folder: string;
  readonly documents: number;
  readonly engine: Engine;
  /** Writes every document into a node, its index under the prefix, its id kept. */
  copyTo(node: Node, prefix: string): Promise<void>;
}

const BULK_BYTES = 5_000_000;
const PAGE_ROWS = 20_000;

/** Takes in files as `hunt ingest` does; each document must be taken. */
export async function estateOf(files: (folder: string) => Promise<readonly string[]>): Promise<Estate> {
  const folder = await mkdtemp(join(tmpdir(), 'tracehound-estate-'));
  const store = openEventStore(folder);
  const inputs = await findInputs(await files(folder), folder);
  const noInput = () => {
    throw new Error('no standard input here');
  };
  const options = { format: null, signal: new AbortController().signal, stdin: noInput };
  const { taken, refused, inputs: told } = await store.ingest(inputs, options);
  if (refused > 0) throw new Error(`${refused} documents were refused: ${JSON.stringify(told)}`);
  const engine = embeddedEngine({ snapshot: () => store.snapshot(), folder: join(folder, 'events') });
  return {
    folder,
    documents: taken,
    engine,
    copyTo: (node, prefix) => copy(store.snapshot(), folder, node, prefix),
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]();
      store[Symbol.dispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Writes one simulated office as each of several shapes; the files, to be ingested. */
export async function simulatedFiles(
  folder: string,
  shapes: readonly OutputName[],
  request: Omit<SimulationRequest, 'shape'>,
): Promise<readonly string[]> {
  const files: string[] = [];
  for (const shape of shapes) {
    const simulation = simulate({ ...request, shape });
    const target = targetOf(join(folder, 'simulated', shape), simulation.file?.extension);
    await mkdir(join(folder, 'simulated', shape), { recursive: true });
    await writeSimulation(simulation, target, { signal: new AbortController().signal, onLines: () => undefined });
    files.push(target.events);
  }
  return files;
}

async function copy({ segments }: Snapshot, folder: string, node: Node, prefix: string): Promise<void> {
  const template = { body: logsTemplate(`${prefix}*`, false) };
  await mustAsk(node, 'PUT', `/_index_template/${prefix}estate`, template);
  using duck = await Duck.open({ memory: '512MB', spill: join(folder, 'spill') });
  for (const { file, rows } of segments)
    await duck.attached(file, 'segment', 'READ_ONLY', async () => {
      for (let at = 0; at < rows; at += PAGE_ROWS) {
        const page = `SELECT _index, _id, _source FROM segment.events LIMIT ${PAGE_ROWS} OFFSET ${at}`;
        for (const body of bulkBodies(await duck.rows(page), prefix)) await sendBulk(node, body);
      }
    });
  await mustAsk(node, 'POST', `/${prefix}*/_refresh`);
}

function* bulkBodies(rows: readonly Readonly<Record<string, unknown>>[], prefix: string): Generator<string> {
  let [parts, size]: [string[], number] = [[], 0];
  for (const { _index, _id, _source } of rows) {
    parts.push(`${JSON.stringify({ create: { _index: `${prefix}${String(_index)}`, _id } })}\n${String(_source)}\n`);
    size += String(_source).length;
    if (size < BULK_BYTES) continue;
    yield parts.join('');
    [parts, size] = [[], 0];
  }
  if (parts.length > 0) yield parts.join('');
}

async function sendBulk(node: Node, body: string): Promise<void> {
  const { errors, items } = (await mustAsk(node, 'POST', '/_bulk', { body })) as {
    readonly errors: boolean;
    readonly items: readonly Readonly<Record<string, { readonly error?: unknown }>>[];
  };
  if (errors) throw new Error(`Refused: ${JSON.stringify(items.find((item) => item['create']?.error !== undefined))}`);
}

/** Takes an estate's copy off a node. */
export async function removeCopy(node: Node, prefix: string): Promise<void> {
  await clearNode(node, prefix.replace(/-$/, ''), [`${prefix}*`]);
}
