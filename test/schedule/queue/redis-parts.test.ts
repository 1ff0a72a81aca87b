import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HuntError } from '../../../src/core/error.ts';
import { mostUrgentFirst } from '../../../src/schedule/queue/order.ts';
import { backOffMs } from '../../../src/schedule/queue/redis-connection.ts';
import { isConnectionFault, queueError } from '../../../src/schedule/queue/redis-failure.ts';
import { decodeItem } from '../../../src/schedule/queue/redis-item.ts';
import { sampleItem, sampleItems } from '../../contracts/queue.ts';

const item = sampleItem('whole');
const without = (name: string) => Object.fromEntries(Object.entries(item).filter(([other]) => other !== name));

/** What is wrong, the field that must be named, and the data. */
const MISFITS: readonly (readonly [string, string, unknown])[] = [
  ['no object', '', 7],
  ['null', '', null],
  ['another id', 'id', { ...item, id: 'other' }],
  ['a tile that is nothing', 'tile.start', { ...item, tile: null }],
  ['a tile that ends before it starts', 'tile.end', { ...item, tile: { start: 2, end: 1 } }],
  ['a time that is text', 'dueAt', { ...item, dueAt: '2026-03-01' }],
  ['a time that is no whole number', 'tile.start', { ...item, tile: { start: 0.5, end: 1 } }],
  ['attempt 0', 'attempt', { ...item, attempt: 0 }],
  ['an urgency nobody knows', 'urgency', { ...item, urgency: 'toString' }],
  ['a hunt without end', 'huntId', { ...item, huntId: 'x'.repeat(501) }],
  ['what it should own inherited', 'id', Object.create(item)],
  ['a prototype', 'id', JSON.parse(`{"__proto__": ${JSON.stringify(item)}}`)],
  ...Object.keys(item).map((name) => [`no ${name}`, name === 'tile' ? 'tile.start' : name, without(name)] as const),
];

describe('a work item from Redis', () => {
  it('is what was put in, and nothing more', () => {
    const data: unknown = JSON.parse(JSON.stringify({ ...item, extra: 1 }));
    expect(decodeItem(item.id, data)).toEqual({ item });
  });

  it.each(MISFITS)('is refused with %s, by the name of field "%s"', (_name, misfit, data) => {
    expect(decodeItem(item.id, data)).toEqual({ misfit });
  });

  it('is refused, not thrown at, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), fc.string(), (data, id) => {
        expect(decodeItem(id, data)).toEqual({ misfit: expect.any(String) });
      }),
      { seed: 5, numRuns: 300 },
    );
  });
});

describe('a fault of Redis', () => {
  it.each([
    ['connect ECONNREFUSED 127.0.0.1:6379', 'redis.url'],
    ['Missing lock for job a.b.1.2.1. moveToFinished', 'emptied'],
    ['could not renew lock for job a.b.1.2.1', 'another worker'],
    ['WRONGPASS invalid username-password pair or user is disabled.', 'TRACEHOUND_REDIS_PASSWORD'],
    ['NOAUTH Authentication required.', 'TRACEHOUND_REDIS_PASSWORD'],
    ['NOPERM this user has no permissions to access one of the keys used as arguments', 'docs/containers.md'],
    ['self-signed certificate in certificate chain', 'redis.ca_file'],
    ['write EPROTO 0:error:0A00010B:SSL routines::wrong version number', 'rediss://'],
    ['getaddrinfo ENOTFOUND redis.example', 'host name'],
    ['All sentinels are unreachable. Retrying from scratch after 100ms.', 'redis.sentinel'],
    ["OOM command not allowed when used memory > 'maxmemory'.", 'memory'],
    ['MISCONF Redis is configured to save RDB snapshots', 'disk'],
  ])('%s has its remedy', (message, remedy) => {
    expect(queueError(new Error(message), 'add work')).toMatchObject({
      code: 'QUEUE_UNAVAILABLE',
      message: expect.stringMatching(/^Cannot add work: \S/),
      remedy: expect.stringContaining(remedy),
    });
  });

  it('shows the reasons of each address where the whole has none, one line, cut, and no password', () => {
    const both = new AggregateError(
      [new Error('connect ECONNREFUSED ::1:1'), new Error('connect ECONNREFUSED 127.0.0.1:1')],
      '',
    );
    expect(queueError(both, 'ask').message).toBe(
      'Cannot ask: connect ECONNREFUSED ::1:1, connect ECONNREFUSED 127.0.0.1:1',
    );
    expect(queueError(new Error(`a\n\u001b[31m${'x'.repeat(900)}`), 'ask').message).toMatch(/^Cannot ask: a \[31mx+…$/);
    expect(queueError(new Error('redis://me:geheim@host'), 'ask').message).not.toContain('geheim');
  });

  it('stays what it is when it is ours', () => {
    const ours = new HuntError('CANCELLED', 'It was cancelled');
    expect(queueError(ours, 'ask')).toBe(ours);
  });

  it('is one of the connection, or one of a job', () => {
    expect(isConnectionFault(new Error('Connection is closed.'))).toBe(true);
    expect(isConnectionFault(Object.assign(new Error('read'), { code: 'ECONNRESET' }))).toBe(true);
    expect(isConnectionFault(new Error('Missing lock for job a.b.1.2.1. moveToFinished'))).toBe(false);
  });
});

describe('back-off', () => {
  it('doubles to five seconds, with jitter, however often', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempt, drawn) => {
        const ms = backOffMs(attempt, () => drawn);
        expect(ms).toBeGreaterThanOrEqual(Math.min(2_500, 50 * 2 ** attempt));
        expect(ms).toBeLessThanOrEqual(5_000);
      }),
      { seed: 5, numRuns: 200 },
    );
  });
});

describe('the order of adding', () => {
  it('has each id once, the most urgent first, else as they came', () => {
    const [first, second] = sampleItems(2, 'backfill') as [typeof item, typeof item];
    expect(mostUrgentFirst([first, item, second, first])).toEqual([item, first, second]);
  });
});
