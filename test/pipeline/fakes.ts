import type { Column, Row, Value } from '../../src/core/row.ts';
import { formatProblem } from '../../src/core/problem.ts';
import { loadDefinitions } from '../../src/definition/load.ts';
import type { Answer, Engine, FieldCaps, Question } from '../../src/engine/port.ts';
import { checkHunts } from '../../src/pipeline/check-hunts.ts';
import type { CheckedHunt } from '../../src/pipeline/checked.ts';
import type { RunEffects, RunRequest } from '../../src/pipeline/request.ts';
import type { Store } from '../../src/store/port.ts';
import { memoryFiles, siteWith } from '../definition/memory-files.ts';

export const NOW = Date.parse('2026-11-21T00:00:00Z');
export const TILE = { start: Date.parse('2026-11-20T00:00:00Z'), end: NOW };

/** Checked hunts of a site that exists in memory only; any error is thrown, so a case cannot test what never runs. */
export async function checkedHunt(files: Readonly<Record<string, string>>): Promise<CheckedHunt> {
  const definitions = await loadDefinitions(siteWith(), { files: memoryFiles(files), now: NOW });
  const { hunts, problems } = checkHunts(definitions.hunts, { ...definitions, now: NOW });
  const [hunt] = hunts;
  if (hunt === undefined) throw new Error([...definitions.problems, ...problems].map(formatProblem).join('\n'));
  return hunt;
}

export function capsOf(
  types: Readonly<Record<string, FieldCaps['types'] extends ReadonlyMap<string, infer T> ? T : never>>,
  change: Partial<FieldCaps> = {},
): FieldCaps {
  return {
    indices: ['logs-1'],
    closed: [],
    missingShards: 0,
    unavailable: [],
    unmatched: [],
    types: new Map(Object.entries(types)),
    conflicts: new Map(),
    ...change,
  };
}

export type Cells = Readonly<Record<string, Value>>;

/** An answer with these rows; columns have the type that their first value suggests. */
export function answerOf(rows: readonly Cells[], change: Partial<Answer> = {}): Answer {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = names.map((name): Column => ({
    name,
    type: typeof rows[0]?.[name] === 'number' ? 'long' : 'keyword',
  }));
  const table: Row[] = rows.map((row) => new Map(Object.entries(row)));
  return { columns, rows: table, truncated: false, partial: [], warnings: [], tookMs: 2, awaitedMs: 3, ...change };
}

export interface FakeEngine extends Engine {
  readonly asked: Question[];
}

/** An engine that answers from two functions and remembers what it was asked. */
export function fakeEngine(caps: FieldCaps, answer: (question: Question) => Answer): FakeEngine {
  const asked: Question[] = [];
  return {
    name: 'elasticsearch',
    asked,
    info: async () => ({ name: 'elasticsearch', version: null, notes: [], warnings: [] }),
    fields: async () => caps,
    query: async (question, signal) => {
      signal.throwIfAborted();
      asked.push(question);
      return answer(question);
    },
    privileges: async () => [],
    [Symbol.asyncDispose]: async () => undefined,
  };
}

export function effectsOf(engine: Engine, store: Store | null, change: Partial<RunEffects> = {}): RunEffects {
  let tick = 0;
  return {
    engine,
    store,
    geoip: () => Promise.reject(new Error('no hunt here asks for it')),
    monotonic: () => ++tick,
    report: () => undefined,
    signal: new AbortController().signal,
    now: () => NOW,
    sleep: async () => undefined,
    random: () => 0,
    ...change,
  };
}

export function requestOf(change: Partial<RunRequest> = {}): RunRequest {
  return {
    runId: 'run-1',
    tile: TILE,
    clock: 'ingest',
    lookBackMs: 0,
    job: null,
    queryDelayMs: null,
    params: {},
    deadlineMs: 1_000,
    rowsMax: 100,
    ...change,
  };
}
