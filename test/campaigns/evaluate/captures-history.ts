// What a capture's hosts did before it: hunts for what was never seen before need it, and captures begin with the attack.
import { DAY_MS } from '../../../src/core/time.ts';

/** How long before the capture its benign events are told once more: more than half of windows of 14 and of 30 days. */
export const HISTORY_DAYS: readonly number[] = [10, 20];

/** The times that a source's clock may read, and event time. */
const TIMES = ['created', 'ingested', 'start', 'end'];

type Json = Readonly<Record<string, unknown>>;

/** The events without those of the intruder, once for each of `HISTORY_DAYS` before. An event is JSON text, `intruder` is lower case. */
export function historyOf(lines: readonly string[], intruder: readonly string[]): readonly string[] {
  const benign = lines.filter((line) => !intruder.some((word) => line.toLowerCase().includes(word)));
  const documents = benign.map((line) => JSON.parse(line) as Json);
  return HISTORY_DAYS.flatMap((days) => documents.map((document) => JSON.stringify(earlier(document, days * DAY_MS))));
}

function earlier(document: Json, ms: number): Json {
  const event = (document['event'] ?? {}) as Json;
  const times = TIMES.flatMap((name) => (typeof event[name] === 'string' ? [[name, shift(event[name], ms)]] : []));
  return {
    ...document,
    '@timestamp': shift(String(document['@timestamp']), ms),
    event: { ...event, ...(Object.fromEntries(times) as Json) },
  };
}

function shift(time: string, ms: number): string {
  return new Date(Date.parse(time) - ms).toISOString();
}
