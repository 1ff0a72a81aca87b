// A worker in a process of its own, to be killed with -9 while it has an item in hand.
import { redisQueue } from '../../src/schedule/queue/redis.ts';

const [url = '', prefix = '', lockMs = ''] = process.argv.slice(2);
const settings = { at: { type: 'server', url }, username: null, password: null, ca: null, prefix } as const;
const times = { lockMs: Number(lockMs), stalledCheckMs: 200 };
const queue = redisQueue(settings, { warn: () => {}, times });
await queue.work(
  async (item) => {
    process.stdout.write(`in hand ${item.id}\n`);
    return new Promise(() => {}); // until it is killed
  },
  { concurrency: 1, onError: (error) => process.stderr.write(`${String(error)}\n`) },
);
