import { redisQueue } from '../../src/schedule/queue/redis.ts';
import { queueContract, TEST_THROWN_DELAY_MS } from '../contracts/queue.ts';
import { describeLive, uniqueName } from '../rig/live.ts';

describeLive('queue on Redis', ['redis'], ({ redis }) => {
  queueContract('redis', () => {
    const settings = {
      at: { type: 'server', url: redis.url },
      username: null,
      password: null,
      ca: null,
      prefix: uniqueName('t-queue'),
    } as const;
    const options = { warn: () => {}, times: { thrownDelayMs: TEST_THROWN_DELAY_MS } };
    return Promise.resolve({ queue: redisQueue(settings, options), other: redisQueue(settings, options) });
  });
});
