import { join } from 'node:path';
import { type EventStore, openEventStore } from '../embedded/segments/store.ts';
import { embeddedEngine } from '../engine/embedded.ts';
import type { Engine } from '../engine/port.ts';

/** The store of events below a home folder (absolute), which is made when it is not there, and the engine over it. */
export interface EmbeddedEvents extends AsyncDisposable {
  readonly store: EventStore;
  readonly engine: Engine;
}

export function openEmbeddedEvents(home: string): EmbeddedEvents {
  const store = openEventStore(home);
  const engine = embeddedEngine({ snapshot: () => store.snapshot(), folder: join(home, 'events') });
  return {
    store,
    engine,
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]();
      store[Symbol.dispose]();
    },
  };
}
