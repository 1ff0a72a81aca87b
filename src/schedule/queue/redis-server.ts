import type { Redis } from 'ioredis';
import { HuntError } from '../../core/error.ts';

/** BullMQ works from 6.2 on (LMOVE, and streams trimmed by number); Valkey names 7.2 and later. */
const OLDEST = [6, 2] as const;

/**
 * Refuses a Redis that cannot hold a queue, and warns of one that might lose it. One whose INFO is not allowed is
 * taken as it is.
 */
export async function checkServer(redis: Redis, warn: (text: string) => void): Promise<void> {
  await redis.ping();
  const info = await infoOf(redis, warn);
  if (info === null) return;
  const version = info.get('redis_version') ?? '';
  if (isOlder(version))
    throw new HuntError('QUEUE_UNAVAILABLE', `Cannot use Redis ${version} for the queue: it is too old`, {
      remedy: `Use Redis ${OLDEST.join('.')} or newer, or Valkey`,
    });
  checkEviction(info, warn);
}

/** Evicted keys are parts of jobs: the queue would hand out halves. The default of many managed services evicts. */
function checkEviction(info: ReadonlyMap<string, string>, warn: (text: string) => void): void {
  const policy = info.get('maxmemory_policy') ?? 'noeviction';
  if (policy === 'noeviction') return;
  const limited = Number(info.get('maxmemory') ?? 0) > 0;
  if (limited && policy.startsWith('allkeys'))
    throw new HuntError(
      'QUEUE_UNAVAILABLE',
      `Cannot use Redis for the queue: it removes keys when its memory is full (maxmemory-policy is "${policy}")`,
      { remedy: 'Set maxmemory-policy to noeviction' },
    );
  warn(`Redis has maxmemory-policy "${policy}"; a queue needs "noeviction", or it loses work when memory is full`);
}

async function infoOf(redis: Redis, warn: (text: string) => void): Promise<ReadonlyMap<string, string> | null> {
  try {
    const lines = (await redis.info()).split(/\r?\n/).filter((line) => /^[a-z_]+:/.test(line));
    return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)] as const));
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOPERM')) throw error;
    warn('The user of Redis may not use INFO: its version and its maxmemory-policy were not looked at');
    return null;
  }
}

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return version !== '' && (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]));
}
