import type { ProbeData } from './Probe.js';

/** Stands in for `show/`, until it exists. */
export function formatProbe(probe: ProbeData): string {
  return probe.operations
    .map(({ label, shape, forward, gradient }) => `${label} [${shape}] → ${forward.std} ← ${gradient?.std ?? ''}`)
    .join('\n');
}
