import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { interruptible } from '../../src/cli/interrupt.ts';

function listening() {
  const source = new EventEmitter();
  const told: string[] = [];
  const interrupt = interruptible(source, {
    first: (signal) => told.push(signal),
    exit: (code) => told.push(`exit ${code}`),
  });
  return { source, told, interrupt };
}

describe('interruptible', () => {
  it('aborts at the first signal, and ends at the second with its own code', () => {
    const { source, told, interrupt } = listening();
    source.emit('SIGINT');
    expect(interrupt.signal.aborted).toBe(true);
    expect(told).toEqual(['SIGINT']);
    source.emit('SIGTERM');
    expect(told).toEqual(['SIGINT', 'exit 143']);
    source.emit('SIGINT');
    expect(told.at(-1)).toBe('exit 130');
  });

  it('leaves no listener behind', () => {
    const { source, interrupt } = listening();
    expect(source.listenerCount('SIGINT') + source.listenerCount('SIGTERM')).toBe(2);
    interrupt[Symbol.dispose]();
    expect(source.listenerCount('SIGINT') + source.listenerCount('SIGTERM')).toBe(0);
  });
});
