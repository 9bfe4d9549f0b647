import { useEffect, useLayoutEffect, useState } from 'preact/hooks';

/** Computations that wait for their turn. Each has a task of its own, so the page can answer between them. */
const waiting: (() => void)[] = [];
const listeners = new Set<(isWaiting: boolean) => void>();
const channel = new MessageChannel();

channel.port1.onmessage = () => {
  waiting.shift()?.();
  if (waiting.length > 0) channel.port2.postMessage(null);
  else for (const tell of listeners) tell(false);
};

function enqueue(run: () => void): void {
  waiting.push(run);
  if (waiting.length > 1) return;
  channel.port2.postMessage(null);
  for (const tell of listeners) tell(true);
}

/**
 * The result of a computation that is made again, in a task of its own, when one of its inputs changes. Until then it is the
 * result before; `null` before the first.
 */
export function useSoon<T>(compute: () => T, inputs: readonly unknown[]): T | null {
  const [value, setValue] = useState<T | null>(null);
  useLayoutEffect(() => {
    let isWanted = true;
    enqueue(() => {
      if (isWanted) setValue(compute());
    });
    return () => {
      isWanted = false;
    };
  }, inputs);
  return value;
}

/** Whether any computation of {@link useSoon} waits. */
export function useIsWaiting(): boolean {
  const [isWaiting, setWaiting] = useState(waiting.length > 0);
  useEffect(() => {
    listeners.add(setWaiting);
    setWaiting(waiting.length > 0);
    return () => {
      listeners.delete(setWaiting);
    };
  }, []);
  return isWaiting;
}
