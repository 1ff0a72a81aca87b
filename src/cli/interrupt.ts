/** Exit codes of a process that a signal ended: 128 and the number of the signal. */
const SIGNAL_EXITS = { SIGINT: 130, SIGTERM: 143 } as const;

type Signal = keyof typeof SIGNAL_EXITS;

/** What is needed of `process`. */
export interface SignalSource {
  on(signal: Signal, listener: () => void): unknown;
  off(signal: Signal, listener: () => void): unknown;
}

/**
 * An AbortSignal for the first SIGINT or SIGTERM, so that work on the server can be called off and a run can be
 * accounted for. The second one calls `exit` at once.
 */
export function interruptible(
  source: SignalSource,
  react: { readonly first: (signal: Signal) => void; readonly exit: (code: number) => void },
): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const listeners = Object.entries(SIGNAL_EXITS).map(([name, code]) => {
    const signal = name as Signal;
    const listener = () => {
      if (controller.signal.aborted) return react.exit(code);
      react.first(signal);
      controller.abort(signal);
    };
    source.on(signal, listener);
    return () => source.off(signal, listener);
  });
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => listeners.forEach((remove) => remove()),
  };
}
