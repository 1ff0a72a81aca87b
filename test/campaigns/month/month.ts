// A month of unattended work in minutes: the clock is injected, everything else is real. Schedulers look at the calendar
// at each step, workers empty the queue, and the clock moves on.
import { HuntError, messageOf } from '../../../src/core/error.ts';
import { DAY_MS, isoTime, MINUTE_MS, SECOND_MS, type Instant } from '../../../src/core/time.ts';
import type { WorkEvent } from '../../../src/core/work-event.ts';
import { followRoster, type FollowedRoster } from '../../../src/cli/reload.ts';
import type { Engine } from '../../../src/engine/port.ts';
import { assigned } from '../../../src/schedule/assignments.ts';
import { askForBackfill } from '../../../src/schedule/backfill.ts';
import { pauseJob } from '../../../src/schedule/change-pauses.ts';
import type { Workshop } from '../../../src/schedule/examine-tile.ts';
import type { Queue } from '../../../src/schedule/queue/port.ts';
import { runWorker } from '../../../src/schedule/roles.ts';
import { type Desk, tick } from '../../../src/schedule/scheduler.ts';
import { eventsOf, type MonthEvent } from './events.ts';
import { modelOf } from './model.ts';
import { type Differences, differences } from './outcome.ts';
import { BACK_OFF_MS, isIn, type MonthPlan, stepsOf, workersAt } from './plan.ts';
import { editSite } from './site.ts';
import type { MonthStand } from './stands.ts';

export interface MonthReport extends Differences {
  readonly looks: number;
  /** What went wrong that the plan does not mean to go wrong. */
  readonly troubles: readonly string[];
}

type Say = (words: string) => void;

const { signal } = new AbortController();
/** Tiles at once in each worker. */
const CONCURRENCY = 3;
/** Wait for a tile to end before the queue is asked whether it holds any. */
const LOOK_MS = SECOND_MS / 2;
/** A tile that has ended leaves the queue a moment later. */
const REMOVAL_MS = 5;
/** Longest wait for the work of one step. */
const STEP_MS = 5 * MINUTE_MS;

/** Lives through the plan and compares what is left with what the model says. */
export async function month(plan: MonthPlan, stand: MonthStand, seed: number, say: Say): Promise<MonthReport> {
  const events = eventsOf(plan, seed);
  await using life = await begin(plan, stand);
  let [looks, loaded] = [0, 0];
  for (const now of stepsOf(plan)) {
    life.setClock(now);
    if ((now - plan.span.start) % DAY_MS === 0) {
      loaded = await loadUntil(stand, events, loaded, now + DAY_MS);
      say(`${isoTime(now)}: ${life.ended()} tiles so far`);
    }
    await happen(plan, stand, life, now);
    if (isIn(plan.dark, now)) continue;
    await life.look(workersAt(plan, now));
    looks++;
  }
  await life.look(0);
  await stand.store.refresh(signal);
  const found = await differences(plan, modelOf(plan, events), stand.store, signal);
  return { ...found, looks, troubles: life.troubles };
}

/** Events arrive a day ahead of the clock, in order of arrival: whatever its event time, none is there earlier. */
async function loadUntil(
  stand: MonthStand,
  events: readonly MonthEvent[],
  from: number,
  until: Instant,
): Promise<number> {
  const next = events.findIndex(({ arrived }, at) => at >= from && arrived >= until);
  const to = next === -1 ? events.length : next;
  if (to > from) await stand.load(events.slice(from, to));
  return to;
}

async function happen(plan: MonthPlan, stand: MonthStand, life: Life, now: Instant): Promise<void> {
  const { pause, edit, backfill, flush } = plan;
  const job = (id: string) => life.roster.current().jobs.get(id)?.job;
  const paused = job(pause.jobId);
  if (now === pause.span.start && paused !== undefined) {
    const { start, end } = pause.span;
    await pauseJob(stand.store, paused, { reason: 'upgrade', by: 'kim', from: start, until: end }, signal);
  }
  if (now === edit.at) {
    await editSite(stand.rig, plan, stand.indices);
    await life.roster.look();
  }
  if (now === backfill.at) {
    const pairs = assigned(life.roster.current()).filter(({ key }) => key.jobId === backfill.jobId);
    await askForBackfill(pairs, backfill.span, now, stand.store, signal);
  }
  if (now === flush) await life.loseQueue();
}

interface Life extends AsyncDisposable {
  readonly roster: FollowedRoster;
  readonly troubles: readonly string[];
  readonly setClock: (now: Instant) => void;
  /** Tiles that workers have ended. */
  readonly ended: () => number;
  /** Two schedulers look at once; so many workers then empty the queue. Without workers what is due stays in it. */
  readonly look: (workers: number) => Promise<void>;
  readonly loseQueue: () => Promise<void>;
}

async function begin(plan: MonthPlan, stand: MonthStand): Promise<Life> {
  const { store } = stand;
  await store.setup({ dryRun: false }, signal);
  let clock = plan.span.start;
  const now = () => clock;
  const tally = new Tally(() => isIn(plan.engineDown, clock));
  const roster = await followRoster({ cwd: stand.rig.folder, now }, { tell: tally.tell, changed: () => undefined });
  let runs = 0;
  const shop: Workshop = {
    engine: failing(stand.engine, () => isIn(plan.engineDown, clock)),
    store,
    geoip: () => Promise.reject(new Error('no hunt here asks for it')),
    monotonic: () => performance.now(),
    now,
    sleep: () => Promise.resolve(),
    random: Math.random,
    roster: roster.current,
    newRunId: () => `run-${String(++runs).padStart(6, '0')}`,
    backOffMs: BACK_OFF_MS,
    rowsMax: 1_000,
    tell: tally.tell,
  };
  let desks: Desk[] = [];
  const crew = new Crew(stand.openQueue, shop);
  const openDesks = () => {
    desks = [1, 2].map(() => ({
      roster: roster.current,
      books: store,
      queue: stand.openQueue(),
      now,
      tell: tally.tell,
    }));
  };
  const closeDesks = () => Promise.all(desks.map(({ queue }) => queue[Symbol.asyncDispose]()));
  openDesks();
  return {
    roster,
    troubles: tally.troubles,
    setClock: (at) => void (clock = at),
    ended: () => tally.ended,
    async look(workers) {
      if (workers === 0) await crew.resize(0);
      for (let more = true; more;) {
        const [desk] = desks;
        const next = await Promise.all(desks.map((each) => tick(each, signal)));
        // More or fewer while there is work in hand, as when a host is added or goes.
        await crew.resize(workers);
        if (workers > 0 && desk !== undefined) await tally.settled(desk.queue);
        more = workers > 0 && Math.min(...next) <= clock + SOON_MS;
      }
    },
    async loseQueue() {
      await crew.resize(0);
      await closeDesks();
      await stand.flush();
      tally.forget();
      openDesks();
    },
    async [Symbol.asyncDispose]() {
      await crew.resize(0);
      await closeDesks();
      await roster[Symbol.asyncDispose]();
    },
  };
}

/** The scheduler asks to be called again this soon where it had more than it hands over at once. */
const SOON_MS = 2 * SECOND_MS;

/** Workers, each with its own hold on the queue. */
class Crew {
  readonly #openQueue: () => Queue;
  readonly #shop: Workshop;
  readonly #members: { readonly stop: AbortController; readonly ended: Promise<void> }[] = [];

  constructor(openQueue: () => Queue, shop: Workshop) {
    this.#openQueue = openQueue;
    this.#shop = shop;
  }

  async resize(count: number): Promise<void> {
    while (this.#members.length < count) this.#members.push(this.#hire());
    const gone = this.#members.splice(count);
    for (const { stop } of gone) stop.abort();
    await Promise.all(gone.map(({ ended }) => ended));
  }

  #hire() {
    const stop = new AbortController();
    const work = async () => {
      await using queue = this.#openQueue();
      await runWorker(queue, this.#shop, { concurrency: CONCURRENCY, graceMs: STEP_MS }, stop.signal);
    };
    return { stop, ended: work() };
  }
}

/** What the queue took against what workers have ended, and everything that went wrong. */
class Tally {
  readonly troubles: string[] = [];
  readonly #meant: () => boolean;
  #open = 0;
  #ended = 0;
  #changed: () => void = () => undefined;

  constructor(meant: () => boolean) {
    this.#meant = meant;
  }

  get ended(): number {
    return this.#ended;
  }

  readonly tell = (event: WorkEvent): void => {
    if (event.type === 'tick') this.#open += event.enqueued;
    if (event.type === 'tile_ended' && event.outcome !== 'put_back') {
      this.#open--;
      this.#ended++;
    }
    if (event.type === 'trouble' && !this.#meant()) this.troubles.push(`${event.where}: ${messageOf(event.error)}`);
    if (event.type === 'reload_refused') this.troubles.push(event.problems.map(({ message }) => message).join('; '));
    this.#changed();
  };

  /**
   * Resolves when nothing is left of what the queue took. Two schedulers that add the same tile at once may both be told
   * that theirs was taken, or it is added again when it has just ended: so the queue itself has the last word.
   */
  async settled(queue: Queue): Promise<void> {
    for (const end = Date.now() + STEP_MS; ;) {
      const before = this.#ended;
      if (this.#open > 0) await this.#nextOr(LOOK_MS);
      if ((this.#open <= 0 || this.#ended === before) && (await isEmpty(queue))) break;
      if (Date.now() > end) throw new Error(`${this.#open} tiles did not end`);
      if (this.#open <= 0) await this.#nextOr(REMOVAL_MS);
    }
    this.#open = 0;
  }

  /** Resolves with the next event, or after a time, ms. */
  async #nextOr(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#changed = resolve;
    const timer = setTimeout(resolve, ms);
    await promise;
    clearTimeout(timer);
  }

  forget(): void {
    this.#open = 0;
  }
}

async function isEmpty(queue: Queue): Promise<boolean> {
  const { waiting, delayed, active } = await queue.depth(signal);
  return Object.values(waiting).reduce((sum, count) => sum + count, delayed + active) === 0;
}

/** The engine, which nobody reaches while it is down. */
function failing(engine: Engine, isDown: () => boolean): Engine {
  const away = () => new HuntError('UNREACHABLE', 'Cannot reach the engine: the month takes it away for a while');
  return {
    name: engine.name,
    info: (signal) => engine.info(signal),
    fields: (patterns, signal) => (isDown() ? Promise.reject(away()) : engine.fields(patterns, signal)),
    query: (question, signal) => (isDown() ? Promise.reject(away()) : engine.query(question, signal)),
    privileges: (patterns, signal) => engine.privileges(patterns, signal),
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  };
}
