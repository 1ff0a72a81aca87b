import { describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../src/core/time.ts';
import { minuteAlarm } from '../../src/schedule/ticker.ts';

const never = new AbortController().signal;

describe('the alarm of the scheduler', () => {
  it('ends a wait at its instant, which may have passed', async () => {
    using alarm = minuteAlarm(() => 1_000);
    await alarm.wait(1_005, never);
    await alarm.wait(0, never);
  });

  it('ends a wait that is under way when it is rung, and the next one when nobody waits', async () => {
    using alarm = minuteAlarm(() => 0);
    const waiting = alarm.wait(HOUR_MS, never);
    alarm.ring();
    await waiting;
    alarm.ring();
    await alarm.wait(HOUR_MS, never);
    // One ring ends one wait.
    const stop = new AbortController();
    const third = alarm.wait(HOUR_MS, stop.signal).then(() => stop.signal.aborted);
    stop.abort();
    expect(await third).toBe(true);
  });

  it('ends a wait when it is told to stop, before or in the middle', async () => {
    using alarm = minuteAlarm(() => 0);
    const stop = new AbortController();
    const waiting = alarm.wait(Number.POSITIVE_INFINITY, stop.signal);
    stop.abort();
    await waiting;
    await alarm.wait(HOUR_MS, stop.signal);
  });
});
