// A process that delivers one tile of findings into a SQLite store: node test/rig/deliver-tile.ts PATH RUN FINDINGS [halt]
// With "halt" it stands still after the first chunk and says so.
import { setTimeout } from 'node:timers/promises';
import { DAY_ONE, sampleLatest, sampleState, sightingFor } from './sample-findings.ts';
import { smallestSet } from '../../src/core/smallest-set.ts';
import { deliver } from '../../src/findings/deliver.ts';
import type { DeliveryItem } from '../../src/findings/gather.ts';
import type { Store } from '../../src/store/port.ts';
import { sqliteStore } from '../../src/store/sqlite/store.ts';

/** Longer than any test waits. */
const HALT_MS = 600_000;

/** What one run says of one tile: another run says the same, under its own id and time. */
export function tileOf(run: string, findings: number): DeliveryItem[] {
  return Array.from({ length: findings }, (_, at) => {
    const { latest } = sampleState();
    const own = sampleLatest({ ...latest, runId: run, examinedAt: latest.examinedAt + Number(run.replace(/\D/g, '')) });
    const hosts = smallestSet([`ws-${at % 7}`], 20);
    const state = sampleState(`tool-${at}.exe`, 0, { latest: own, sets: { 'host.name': hosts } });
    return { state, sighting: sightingFor(state), reopen: { afterMs: null, on: [] } };
  });
}

if (import.meta.main) {
  const [path = '', run = '', findings = '', halt] = process.argv.slice(2);
  const { signal } = new AbortController();
  await using store = sqliteStore(path);
  await store.setup({ dryRun: false }, signal);
  process.stdout.write('ready\n');
  const effects = {
    now: () => DAY_ONE,
    random: Math.random,
    sleep: (ms: number) => setTimeout(ms),
  };
  const write: Store['write'] = async (...all) => {
    const result = await store.write(...all);
    if (halt === undefined) return result;
    process.stdout.write('halted\n');
    return setTimeout(HALT_MS, result);
  };
  const { deltas } = await deliver(tileOf(run, Number(findings)), { ...store, write }, effects, signal);
  process.stdout.write(`${JSON.stringify(deltas)}\n`);
}
