import type { ProbeData } from './Probe.js';

/** Stands in for `show/`, until it exists. */
export function formatProbe(probe: ProbeData): string {
  return probe.operations
    .map(({ label, shape, forward, gradient }) => `${label} [${shape}] → ${forward.std} ← ${gradient?.std ?? ''}`)
    .join('\n');
}

/** Stands in for `spectrum/`, until it exists. */
export function spectrumOf(_data: ArrayLike<number>, _shape: readonly number[], _std: number | null): null {
  return null;
}
