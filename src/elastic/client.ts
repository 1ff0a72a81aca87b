// elastic: a narrow client for Elasticsearch. In: settings, and requests in words of its own. Out: checked answers, or a
// HuntError that says what happened. May import: core.
import { documentCalls, type DocumentCalls } from './document-calls.ts';
import { indexCalls, type IndexCalls } from './index-calls.ts';
import { queryCalls, type QueryCalls } from './query-calls.ts';
import { setupCalls, type SetupCalls } from './setup-calls.ts';
import type { ElasticSettings } from './settings.ts';
import { openWire } from './wire.ts';

/** The few calls that Tracehound makes. Each is one HTTP request, and each takes a signal that ends the waiting. */
export interface ElasticClient extends QueryCalls, IndexCalls, DocumentCalls, SetupCalls, AsyncDisposable {
  /** What was found out about the server on the way, for `doctor` and the log. */
  readonly notes: readonly string[];
}

/**
 * A client for one cluster. Connects with the first call, so wrong settings that only the network can tell come from there;
 * settings that cannot work at all are refused here (CONFIGURATION).
 */
export function connect(settings: ElasticSettings, onNote: (note: string) => void = () => undefined): ElasticClient {
  const notes: string[] = [];
  const wire = openWire(settings, (note) => {
    notes.push(note);
    onNote(note);
  });
  return {
    ...queryCalls(wire),
    ...indexCalls(wire),
    ...documentCalls(wire),
    ...setupCalls(wire),
    notes,
    [Symbol.asyncDispose]: () => wire.close(),
  };
}
