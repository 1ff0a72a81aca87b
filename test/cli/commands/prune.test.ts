import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { prune } from '../../../src/cli/commands/prune.ts';
import { UNTOUCHED_TRIAGE } from '../../../src/core/finding.ts';
import { DAY_MS, isoTime } from '../../../src/core/time.ts';
import { openEventStore } from '../../../src/embedded/segments/store.ts';
import { findInputs } from '../../../src/ingest/open.ts';
import { sampleFinding, sampleRun, sampleState, sightingFor } from '../../rig/sample-findings.ts';
import { bench, type BenchOptions, NOW } from '../fakes.ts';

const { signal } = new AbortController();
const NONE = { findings: null, sightings: null, runs: null, outbox: null, events: null };

/** One closed finding of 2 November with its sighting, and a run of the day after. */
async function stand(options: BenchOptions) {
  const made = await bench(options);
  const triage = { ...UNTOUCHED_TRIAGE, status: 'closed' as const };
  const finding = { ...sampleFinding(), state: sampleState(), triage };
  await made.store.write([{ finding, mark: null }], [sightingFor(sampleState())], signal);
  await made.store.saveRun(sampleRun(), signal);
  return made;
}

const shown = (text: string) => text.split('\n').map((line) => line.replace(/ {2,}/g, ' | '));

describe('hunt prune', () => {
  it('removes nothing where no retention is configured, and says so', async () => {
    const { effects, stdout, stderr, store } = await stand({});
    expect(await prune({}, effects)).toBe(0);
    expect(shown(stdout.text).slice(1, -1)).toEqual([
      'findings | for ever',
      'sightings | for ever',
      'runs | for ever',
      'outbox | for ever',
      'events | for ever',
    ]);
    expect(stderr.text).toBe('No retention is configured, so nothing is removed: see "retention" in hunt.config.yml\n');
    expect((await store.list({}, 1, signal)).total).toBe(1);
  });

  it('says what it would remove, and then removes it', async () => {
    const config = { retention: { ...NONE, findings: 10 * DAY_MS, runs: 10 * DAY_MS } };
    const { effects, stdout, store } = await stand({ config });
    await prune({ dryRun: true }, effects);
    expect(shown(stdout.text)).toEqual([
      'WHAT | KEPT | BEFORE | WOULD REMOVE',
      'findings | 10d | 2026-11-11T12:00:00Z | 1',
      'sightings | for ever | with their finding | 1',
      'runs | 10d | 2026-11-11T12:00:00Z | 1',
      'outbox | for ever',
      'events | for ever',
      '',
    ]);
    expect((await store.list({}, 1, signal)).total).toBe(1);
    await prune({}, effects);
    expect((await store.list({}, 1, signal)).total).toBe(0);
    expect((await store.runs({}, 1, signal)).total).toBe(0);
  });

  it('keeps what is young enough', async () => {
    const config = { retention: { ...NONE, findings: 20 * DAY_MS, sightings: 20 * DAY_MS, runs: 20 * DAY_MS } };
    const { effects, stdout } = await stand({ config, format: 'json' });
    await prune({}, effects);
    const [findings] = JSON.parse(stdout.text) as object[];
    expect(findings).toEqual({
      what: 'findings',
      keptMs: 20 * DAY_MS,
      before: isoTime(NOW - 20 * DAY_MS),
      documents: 0,
      dryRun: false,
    });
  });

  it('leaves events of Elasticsearch to its lifecycle rules, and says so', async () => {
    const { effects, stderr, stdout } = await stand({ config: { retention: { ...NONE, events: 10 * DAY_MS } } });
    await prune({}, effects);
    expect(stderr.text).toBe(
      'retention.events is not for events in Elasticsearch: its own lifecycle rules remove them\n',
    );
    expect(shown(stdout.text)[5]).toBe('events | 10d | 2026-11-11T12:00:00Z | not ours');
  });

  it('takes whole segments of old events out of the embedded store', async () => {
    const home = await mkdtemp(join(tmpdir(), 'tracehound-prune-'));
    try {
      const file = join(home, 'old.ndjson');
      await writeFile(file, `{"@timestamp":"${isoTime(NOW - 11 * DAY_MS)}"}\n`);
      using events = openEventStore(home);
      await events.ingest(await findInputs([file], home), { format: null, signal, stdin: () => process.stdin });
      const config = { home, elasticsearch: null, retention: { ...NONE, events: 10 * DAY_MS } };
      const { effects, stdout } = await stand({ config, format: 'json' });
      await prune({}, effects);
      expect(JSON.parse(stdout.text)).toContainEqual(expect.objectContaining({ what: 'events', documents: 1 }));
      expect(events.snapshot().segments).toEqual([]);
    } finally {
      await rm(home, { recursive: true });
    }
  });
});
