import { HuntError, isHuntError } from '../../core/error.ts';
import { SECOND_MS } from '../../core/time.ts';
import type { Role, Tell, WorkEvent } from '../../core/work-event.ts';
import type { LogLevel } from '../../log/plain.ts';
import { type Log, openLog } from '../../log/log.ts';
import { Pauses } from '../../notify/back-off.ts';
import type { Channel } from '../../notify/port.ts';
import { runSender } from '../../notify/sender.ts';
import type { Queue } from '../../schedule/queue/port.ts';
import { runScheduler, runWorker } from '../../schedule/roles.ts';
import { type Alarm, minuteAlarm } from '../../schedule/ticker.ts';
import { serve, type Serving } from '../../serve/serve.ts';
import type { Store } from '../../store/port.ts';
import { openChannels } from '../channels.ts';
import { type Effects, readyStore } from '../effects.ts';
import { givingBack } from '../give-back.ts';
import { followRoster, type FollowedRoster } from '../reload.ts';
import { version } from '../version.ts';
import { workshopOf } from '../workshop.ts';

export interface StartFlags {
  readonly logLevel: LogLevel;
  /** Default: pretty on a terminal, else json. */
  readonly logFormat?: 'json' | 'pretty';
}

/** Wait before the store is asked again while nobody answers, at start, ms; with jitter. */
const STORE_WAIT_MS = 5 * SECOND_MS;

/**
 * `hunt start`, `hunt scheduler`, `hunt worker`: hands over and examines what is due, until the first SIGTERM or SIGINT.
 * Then it takes nothing new, ends what is under way within the grace time, and exits 0; a second signal ends it at once.
 */
export async function start(role: Role, flags: StartFlags, effects: Effects): Promise<number> {
  const config = await effects.config();
  if (role !== 'both' && config.redis === null) throw needsRedis(role);
  const channels = role === 'scheduler' ? new Map() : await openChannels(effects);
  await using parts = new AsyncDisposableStack();
  const log = openLogOf(flags, effects);
  parts.defer(log.close);
  const store = await storeOnceThere(effects, log.tell);
  const queue = await openQueue(effects, log);
  using memory = givingBack();
  const listeners: Tell[] = [log.tell, memory.tell];
  const tell = (event: WorkEvent) => listeners.forEach((listen) => listen(event));
  using alarm = minuteAlarm(effects.now);
  using senderAlarm = minuteAlarm(effects.now);
  listeners.push((event) => hasNews(event) && senderAlarm.ring());
  if (config.serve !== null) {
    const serving = parts.use(await serveParts(role, config.serve, { queue, store, log }, effects));
    listeners.push(serving.tell);
    log.say('info', `Health and metrics at ${serving.url}`);
  }
  const roster = parts.use(await followRoster(effects, { tell, changed: () => alarm.ring() }));
  if (roster.current().jobs.size === 0) log.say('warn', 'No job is defined, so nothing is due; see hunt jobs');
  await work(role, { queue, store, roster, alarm, channels, senderAlarm, tell }, effects);
  return 0;
}

interface Parts {
  readonly queue: Queue;
  readonly store: Store;
  readonly roster: FollowedRoster;
  readonly alarm: Alarm;
  /** Who can be told of news; none: nothing is sent. */
  readonly channels: ReadonlyMap<string, Channel>;
  readonly senderAlarm: Alarm;
  readonly tell: Tell;
}

/** Both roles, or one, until told to stop; a fault in one of them stops the other too, and is thrown. */
async function work(role: Role, parts: Parts, effects: Effects): Promise<void> {
  const { queue, store, roster, alarm, channels, senderAlarm, tell } = parts;
  const { limits, unattended } = await effects.config();
  const fault = new AbortController();
  const stop = AbortSignal.any([effects.signal, fault.signal]);
  const { now, random } = effects;
  const desk = { roster: roster.current, books: store, queue, now, random, tell };
  const shop = await workshopOf({ store, roster: roster.current, tell }, effects);
  const sender = { store, channels, pauses: new Pauses(), now, random, tell };
  const plan = { concurrency: limits.concurrency, graceMs: unattended.graceMs };
  const roles = [
    ...(role === 'worker' ? [] : [runScheduler(desk, alarm, stop)]),
    ...(role === 'scheduler' ? [] : [runWorker(queue, shop, plan, stop)]),
    ...(channels.size === 0 ? [] : [runSender(sender, senderAlarm, stop)]),
  ];
  const guarded = roles.map((each) =>
    each.catch((error: unknown) => {
      fault.abort();
      throw error;
    }),
  );
  const ended = await Promise.allSettled(guarded);
  for (const outcome of ended) if (outcome.status === 'rejected') throw outcome.reason;
}

/** Whether a tile brought something that somebody may have to be told. */
function hasNews(event: WorkEvent): boolean {
  const deltas = event.type === 'tile_ended' ? event.record?.deltas : undefined;
  return deltas !== undefined && deltas.new + deltas.reopened > 0;
}

function openLogOf({ logLevel, logFormat }: StartFlags, { out }: Effects): Log {
  const format = logFormat ?? (out.rewritable ? 'pretty' : 'json');
  return openLog({ level: logLevel, format, stream: null });
}

/** A machine that boots may start us before the store: who does not answer yet is waited for, anything else is told. */
async function storeOnceThere(effects: Effects, tell: Tell): Promise<Store> {
  for (;;) {
    try {
      return await readyStore(effects);
    } catch (error) {
      if (effects.signal.aborted || !isHuntError(error, 'UNREACHABLE', 'CONNECTION_LOST', 'OVERLOADED')) throw error;
      tell({ type: 'trouble', where: 'worker', error });
      await effects.sleep(STORE_WAIT_MS * (0.5 + effects.random()), effects.signal);
    }
  }
}

/** The queue, with the limit that holds over all workers. One that is away is told, and comes back by itself. */
async function openQueue(effects: Effects, log: Log): Promise<Queue> {
  const { redis } = await effects.config();
  const queue = await effects.queue((text) => log.say('warn', text));
  const away = (error: unknown) => {
    if (!isHuntError(error, 'QUEUE_UNAVAILABLE')) throw error;
    log.tell({ type: 'trouble', where: 'queue', error });
  };
  await queue.ready(effects.signal).catch(away);
  if (redis !== null) await queue.limit(redis.concurrency, effects.signal).catch(away);
  return queue;
}

function serveParts(
  role: Role,
  { host, port }: { readonly host: string; readonly port: number },
  { queue, store, log }: { readonly queue: Queue; readonly store: Store; readonly log: Log },
  effects: Effects,
): Promise<Serving> {
  return serve({
    host,
    port,
    role,
    version: version(),
    now: effects.now,
    parts: {
      store: (signal) => store.ready(signal),
      queue: (signal) => queue.ready(signal),
      engine: async (signal) => (await effects.engine()).info(signal),
    },
    depth: (signal) => queue.depth(signal),
    onError: (error) => log.tell({ type: 'trouble', where: 'worker', error }),
  });
}

function needsRedis(role: Role): HuntError {
  return new HuntError('CONFIGURATION', `Cannot start a ${role} by itself: no Redis is configured to hand work over`, {
    remedy: 'Set redis.url in hunt.config.yml, or run both in one process with hunt start',
  });
}
