// What a capture's hosts did before it: hunts for what was never seen before need it, and captures begin with the attack.
import { DAY_MS } from '../../../src/core/time.ts';

/** How long before the capture its benign events are told once more: more than half of the longest window (30 d). */
export const HISTORY_DAYS = 20;

/** The times that a source's clock may read, and event time. */
const TIMES = ['created', 'ingested', 'start', 'end'];

type Json = Readonly<Record<string, unknown>>;

/** The events without those of the intruder, with every time earlier. An event is JSON text, `intruder` is lower case. */
export function shiftedBack(lines: readonly string[], intruder: readonly string[], days: number): readonly string[] {
  return lines
    .filter((line) => !intruder.some((word) => line.toLowerCase().includes(word)))
    .map((line) => JSON.stringify(earlier(JSON.parse(line) as Json, days * DAY_MS)));
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
