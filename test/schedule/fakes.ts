import { activated } from '../../src/core/books.ts';
import type { Job } from '../../src/core/job.ts';
import type { LedgerKey } from '../../src/core/ledger.ts';
import type { ChannelRule } from '../../src/core/notice.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/time.ts';
import type { WorkEvent } from '../../src/core/work-event.ts';
import type { WorkItem } from '../../src/core/work-item.ts';
import type { Engine } from '../../src/engine/port.ts';
import type { CheckedHunt } from '../../src/pipeline/checked.ts';
import type { Workshop } from '../../src/schedule/examine-tile.ts';
import type { Roster } from '../../src/schedule/roster.ts';
import { memoryStore } from '../../src/store/memory/store.ts';
import type { Store } from '../../src/store/port.ts';
import { answerOf, capsOf, checkedHunt, fakeEngine, NOW, TILE } from '../pipeline/fakes.ts';

/** A hunt whose every row is a finding, over one source. */
const HUNT_FILES = {
  '/site/hunts/sources.yml': `
app:
  description: What an application logs.
  index: [logs-app-*]
  clock: [event.ingested, "@timestamp"]
  heartbeat: sporadic
  enable: Install it.
`,
  '/site/hunts/app/rows.yml': `
name: Every row
hypothesis: Each row of the application is worth a look.
status: stable
severity: low
techniques: [T1071]
sources: { any_of: [app] }
window: 1h
esql: |
  FROM logs-app-* | STATS n = COUNT(*) BY user.name
finding:
  title: "{user.name}"
  key: [user.name]
  drilldown: |
    FROM logs-app-* | WHERE user.name == ?user_name
`,
};

export const signal = new AbortController().signal;

export const KEY: LedgerKey = { jobId: 'hourly', huntId: 'app/rows' };

/** The tile of one hour that the tests examine. */
export const HOUR_TILE = { start: TILE.end - HOUR_MS, end: TILE.end };

export function item(change: Partial<WorkItem> = {}): WorkItem {
  return { ...KEY, id: 'hourly.app~rows', tile: HOUR_TILE, attempt: 1, urgency: 'present', dueAt: NOW, ...change };
}

export function job(change: Partial<Job> = {}): Job {
  return {
    id: 'hourly',
    file: 'jobs/hourly.yml',
    schedule: { type: 'every', everyMs: HOUR_MS },
    hunts: ['app/rows'],
    queryDelayMs: 0,
    lookBackMs: 0,
    catchUp: { atMostMs: 14 * DAY_MS, order: 'oldest_first' },
    timeoutMs: MINUTE_MS,
    retries: 0,
    calendar: null,
    notify: [],
    places: new Map(),
    ...change,
  };
}

function rosterOf(of: Job, hunt: CheckedHunt, notify: readonly ChannelRule[]): Roster {
  return { jobs: new Map([[of.id, { job: of, hunts: [hunt], unscheduled: [], notify }]]), problems: [], loadedAt: NOW };
}

/** An engine whose application has sent one row a user. */
export function appEngine(users: readonly string[] = ['ada']): Engine {
  const types = { 'user.name': 'keyword', '@timestamp': 'date', 'event.ingested': 'date' } as const;
  return fakeEngine(capsOf(types), ({ purpose }) =>
    purpose === 'rows' ? answerOf(users.map((user) => ({ n: 1, 'user.name': user }))) : answerOf([]),
  );
}

export interface Bench {
  readonly shop: Workshop;
  readonly store: Store;
  readonly told: WorkEvent[];
}

/** A workshop over a memory store in which the ledger of the one hunt was activated an hour before the tile. */
export async function bench(
  change: Partial<Workshop> & { readonly job?: Job; readonly notify?: readonly ChannelRule[] } = {},
): Promise<Bench> {
  const { job: of = job(), notify = [], ...parts } = change;
  const store = parts.store ?? memoryStore();
  await store.setup({ dryRun: false }, signal);
  await store.writeLedger(activated(KEY, HOUR_TILE.start - HOUR_MS), null, signal);
  const roster = rosterOf(of, await checkedHunt(HUNT_FILES), notify);
  const told: WorkEvent[] = [];
  let runs = 0;
  const shop: Workshop = {
    engine: appEngine(),
    store,
    geoip: () => Promise.reject(new Error('no hunt here asks for it')),
    monotonic: () => 0,
    now: () => NOW,
    sleep: () => Promise.resolve(),
    random: () => 0,
    roster: () => roster,
    newRunId: () => `run-${++runs}`,
    backOffMs: [HOUR_MS, 6 * HOUR_MS],
    rowsMax: 100,
    tell: (event) => void told.push(event),
    ...parts,
  };
  return { shop, store, told };
}
