import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { givingBack } from '../../src/cli/give-back.ts';

describe('givingBack', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('collects once some time after a start and the edits that come with it', () => {
    const collect = vi.fn<() => void>();
    using back = givingBack(collect, 1_000);
    back.tell({ type: 'started', role: 'scheduler' });
    back.tell({ type: 'started', role: 'worker' });
    back.tell({ type: 'reloaded', problems: [] });
    vi.advanceTimersByTime(999);
    expect(collect).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(collect).toHaveBeenCalledOnce();
  });

  it('collects again after each later reload, also one that was refused, and after nothing else', () => {
    const collect = vi.fn<() => void>();
    using back = givingBack(collect, 1_000);
    back.tell({ type: 'reload_refused', problems: [] });
    vi.advanceTimersByTime(1_000);
    back.tell({ type: 'stopping', role: 'worker' });
    back.tell({ type: 'trouble', where: 'queue', error: new Error('away') });
    vi.advanceTimersByTime(60_000);
    expect(collect).toHaveBeenCalledTimes(1);
    back.tell({ type: 'reloaded', problems: [] });
    vi.advanceTimersByTime(1_000);
    expect(collect).toHaveBeenCalledTimes(2);
  });

  it('collects no more once it is disposed of', () => {
    const collect = vi.fn<() => void>();
    const back = givingBack(collect, 1_000);
    back.tell({ type: 'started', role: 'both' });
    back[Symbol.dispose]();
    vi.advanceTimersByTime(1_000);
    expect(collect).not.toHaveBeenCalled();
  });

  it('really collects: what nobody holds any more is gone', async () => {
    vi.useRealTimers();
    const { promise: gone, resolve } = Promise.withResolvers<void>();
    const registry = new FinalizationRegistry(() => resolve());
    registry.register({ big: Array.from({ length: 1_000 }, () => 0) }, null);
    using back = givingBack(undefined, 0);
    back.tell({ type: 'started', role: 'both' });
    const keepAlive = setInterval(() => undefined, 1_000);
    await gone;
    clearInterval(keepAlive);
  });
});
