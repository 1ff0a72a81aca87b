import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HuntError } from '../core/error.ts';
import type { IngestCount } from '../embedded/segments/ingest.ts';
import type { EventStore } from '../embedded/segments/store.ts';
import type { LayGround, TestEvents } from '../pipeline/test-hunt.ts';
import { openEmbeddedEvents } from './embedded-events.ts';
import { inputOf, unreadableEvents } from './test-events.ts';

/** Lays out a test's events in a store of events of their own, in a temporary folder that goes when the test ends. */
export const embeddedGround: LayGround = async (events, signal) => {
  await using opened = new AsyncDisposableStack();
  const home = await mkdtemp(join(tmpdir(), 'hunt-test-'));
  opened.defer(() => rm(home, { recursive: true, force: true }));
  const { store, engine } = opened.use(openEmbeddedEvents(home));
  await ingest(store, events, signal);
  const all = opened.move();
  return {
    engine,
    relocate: (pattern) => pattern,
    indices: indicesOf(store),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
};

async function ingest(store: EventStore, events: TestEvents, signal: AbortSignal): Promise<void> {
  const { input, stdin } = inputOf(events);
  refuseUnlessWhole(await store.ingest([input], { format: null, signal, stdin }), input.name);
}

/** A test of which not every value is there would prove nothing; Elasticsearch refuses a value that does not fit. */
function refuseUnlessWhole({ inputs, conflicts }: IngestCount, name: string): void {
  const [{ examples, cut }] = inputs as [IngestCount['inputs'][number]];
  const [refused] = examples;
  if (refused !== undefined) throw unreadableEvents(`${name}:${refused.line}`, refused.reason);
  if (cut !== null) throw unreadableEvents(name, cut);
  const [conflict] = conflicts;
  if (conflict === undefined) return;
  throw new HuntError(
    'DEFINITION',
    `Events in ${name} hold a value of "${conflict.field}" that does not fit its type`,
    {
      remedy: 'Write the value as its ECS type has it',
    },
  );
}

function indicesOf(store: EventStore): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { indices } of store.snapshot().segments) {
    for (const [index, count] of indices) counts.set(index, (counts.get(index) ?? 0) + count);
  }
  return counts;
}
