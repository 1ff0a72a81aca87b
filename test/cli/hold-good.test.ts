import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstHeld, type Held, nextHeld } from '../../src/cli/hold-good.ts';
import { huntText, memoryFiles } from '../definition/memory-files.ts';

const ESQL = '"FROM logs-x | EVAL n = ?limit, ip = TO_IP(\\"10.0.0.1\\") | KEEP a, ip"';
const hunt = (changes: Readonly<Record<string, string>>) => huntText({ esql: ESQL, ...changes });
const listed = (name: string) => hunt({ name, exclude_cidrs: '[{ field: ip, lists: [ours], stage: after }]' });
const exceptions = (id: string, glob: string) =>
  `exceptions:\n  - { id: ${id}, hunts: [${glob}], when: 'a == "b"', because: Known., owner: soc, until: 2030-01-01 }\n`;

/** Versions of each file; null: it is not there. The first is good together with the first of every other. */
const VERSIONS: Readonly<Record<string, readonly (string | null)[]>> = {
  'hunt.config.yml': ['hunts: [./hunts]\n', 'hunts: 7\n', 'hunts: [./hunts]\nparams: { net/one: { limit: 8 } }\n', '}'],
  'hunts/sources.yml': [
    'test.events: { description: E., index: [logs-x], clock: ["@timestamp"], heartbeat: sporadic, enable: N. }\n',
    'test.events: {}\n',
    'other.events: { description: E., index: [logs-x], clock: ["@timestamp"], heartbeat: sporadic, enable: N. }\n',
  ],
  'hunts/net/one.yml': [
    listed('A'),
    listed('B'),
    hunt({ name: 'C' }),
    'name: [',
    hunt({ window: '1h' }),
    hunt({ esql: '"FROM logs-x | KEEP n ="' }),
  ],
  'hunts/net/two.yml': [hunt({ name: 'A' }), hunt({ name: 'B', tags: '[x]' }), 'x: 1', null],
  'lists/ours.yml': [
    'description: O.\nentries: [192.0.2.0/24]\n',
    'description: O.\nentries: [198.51.100.0/24]\n',
    'entries: 7\n',
    null,
  ],
  'exceptions/ours.yml': [
    exceptions('known', 'net/two'),
    exceptions('other', 'net/*'),
    exceptions('known', '**').replace('a ==', 'nix =='),
    '- 7',
    null,
  ],
  'jobs/nightly.yml': [
    'schedule: { cron: "0 2 * * *" }\nhunts: ["net/*"]\n',
    'schedule: { cron: "0 3 * * *" }\nhunts: [net/one, net/two]\n',
    'schedule: { every: 1h }\nhunts: ["net/*"]\n',
    'schedule: { cron: "99 * * * *" }\nhunts: ["net/*"]\n',
    null,
  ],
};
const GOOD = Object.fromEntries(Object.entries(VERSIONS).map(([file, [first]]) => [file, first ?? null]));

type State = Readonly<Record<string, string | null>>;

function folderOf(state: State) {
  const there = Object.entries(state).filter((entry): entry is [string, string] => entry[1] !== null);
  return {
    root: '/site',
    files: memoryFiles(Object.fromEntries(there.map(([file, text]) => [`/site/${file}`, text]))),
    now: 0,
  };
}

/** What a roster is to scheduler and workers, as plain data. */
function rosterOf({ stock }: Held) {
  return [...stock.jobs.values()].map(({ job, hunts }) => ({
    id: job.id,
    schedule: job.schedule,
    hunts: hunts.map(({ hunt: { id, version }, lists, exceptions }) => ({
      id,
      version,
      lists: [...lists.values()].map(({ entries }) => entries.map(({ cidr }) => cidr)),
      exceptions: exceptions.map(({ exception }) => exception.id),
    })),
  }));
}

const edit = fc
  .constantFrom(...Object.keys(VERSIONS))
  .chain((file) => fc.constantFrom(...(VERSIONS[file] ?? [])).map((text): State => ({ [file]: text })));
const batch = fc
  .array(edit, { minLength: 1, maxLength: 4 })
  .map((edits): State => Object.assign({}, ...edits) as State);

describe('whatever is edited', () => {
  it(
    'hunts and jobs that could run still can while their files are there, and all counts again once it is mended',
    { timeout: 60_000 },
    async () => {
      let refused = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 5 }), async (batches) => {
          let state: State = GOOD;
          let held = await firstHeld(folderOf(state));
          for (const changes of batches) {
            state = { ...state, ...changes };
            const isThere = (file: string) => state[file] !== null;
            const hunts = [...held.stock.checked.keys()].filter((id) => isThere(`hunts/${id}.yml`));
            const jobs = [...held.stock.jobs.keys()].filter((id) => isThere(`jobs/${id}.yml`));
            held = (await nextHeld(held, folderOf(state))) ?? held;
            refused += held.stale.size;
            expect([...held.stock.checked.keys()]).toEqual(expect.arrayContaining(hunts));
            expect([...held.stock.jobs.keys()]).toEqual(expect.arrayContaining(jobs));
            const [job] = rosterOf(held);
            if (jobs.length > 0) expect(job?.hunts.map(({ id }) => id)).toEqual(expect.arrayContaining(hunts));
          }
          held = (await nextHeld(held, folderOf(GOOD))) ?? held;
          expect(rosterOf(held)).toEqual(rosterOf(await firstHeld(folderOf(GOOD))));
          expect([...held.stale]).toEqual([]);
          expect(held.faults).toEqual([]);
        }),
        { seed: 5, numRuns: 30 },
      );
      expect(refused).toBeGreaterThan(50);
    },
  );
});
