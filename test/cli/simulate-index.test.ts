import { describe, expect, it } from 'vitest';
import { indexSimulation } from '../../src/cli/simulate-index.ts';
import type { BulkOperation, BulkOutcome } from '../../src/elastic/document-calls.ts';
import { simulate, type Simulation } from '../../src/simulate/simulate.ts';

const simulation = () =>
  simulate({ seed: '1', hosts: 12, days: 1, end: Date.parse('2026-11-14'), density: 1, shape: 'defend', attacks: [] });

const WRITTEN: BulkOutcome = { status: 201, seqNo: 1, primaryTerm: 1, error: null };
const failed = (status: number): BulkOutcome => ({
  ...WRITTEN,
  status,
  error: { type: 'some_exception', reason: 'so it is' },
});

/** Index a simulation into a client that answers as told; gives what arrived, and the pauses. */
async function index(made: Simulation, answer: (operation: BulkOperation, call: number) => BulkOutcome) {
  const [calls, sleeps, refreshed]: [BulkOperation[][], number[], string[]] = [[], [], []];
  const client = {
    bulk: async (operations: readonly BulkOperation[]) => {
      calls.push([...operations]);
      return operations.map((operation) => answer(operation, calls.length));
    },
    refresh: async (target: string) => void refreshed.push(target),
  };
  let clock = 0;
  const effects = {
    random: () => 0.5,
    monotonic: () => clock,
    signal: new AbortController().signal,
    sleep: async (ms: number) => {
      sleeps.push(ms);
      clock += ms;
    },
  };
  let told = 0;
  const done = indexSimulation(made, client, effects, (count) => (told += count)).then(
    () => null,
    (error: unknown) => error,
  );
  return { error: await done, calls, sleeps, refreshed, told };
}

describe('indexSimulation', () => {
  it('creates every document once, under an id that is the same next time', async () => {
    const lines = [...simulation().batches()].flat();
    const first = await index(simulation(), () => WRITTEN);
    const again = await index(simulation(), () => failed(409));
    expect(first.error).toBeNull();
    expect(again.error).toBeNull();
    const operations = first.calls.flat();
    expect(operations.length).toBeGreaterThan(2_000);
    expect(operations.map((each) => 'document' in each && JSON.stringify(each.document))).toEqual(lines);
    expect(new Set(operations.map(({ id }) => id)).size).toBe(lines.length);
    expect(again.calls.flat().map(({ id }) => id)).toEqual(operations.map(({ id }) => id));
    expect(
      operations.every(({ action, index }) => action === 'create' && index === 'logs-endpoint.events.network-simulate'),
    ).toBe(true);
    expect(first.told).toBe(lines.length);
    expect(first.refreshed).toEqual(['logs-endpoint.events.network-simulate']);
  });

  it('sends again what the server was too busy for, and nothing else', async () => {
    const busy = (_: BulkOperation, call: number) => (call === 1 ? failed(429) : WRITTEN);
    const { error, calls, sleeps, told } = await index(simulation(), busy);
    expect(error).toBeNull();
    expect(calls[1]).toEqual(calls[0]);
    expect(sleeps).toHaveLength(1);
    expect(told).toBe(new Set(calls.flat().map(({ id }) => id)).size);
  });

  it('gives up on a server that stays too busy, and on a document it refuses', async () => {
    const busy = await index(simulation(), () => failed(429));
    expect(busy.error).toMatchObject({ code: 'OVERLOADED' });
    expect(busy.calls).toHaveLength(4);
    const refused = await index(simulation(), () => failed(400));
    expect(refused.error).toMatchObject({
      code: 'STORE_REFUSED',
      message: expect.stringContaining('so it is') as string,
    });
    expect(refused.calls).toHaveLength(1);
  });
});
