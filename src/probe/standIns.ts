import type { MeasuredOperation, Measurement } from './measure/Measurement.js';
import type { Depth, Finding, Prediction, ProbeData, ProbedOperation, Verdict } from './Probe.js';

/** Stands in for `predict/`, until it exists. */
export function predictOperations(
  { operations }: Measurement,
  _laws: ReadonlyMap<string, { readonly mean: number; readonly variance: number }>,
): { operations: readonly ProbedOperation[]; depth: Depth } {
  const none: Prediction = { std: null, reason: 'not predicted' };
  const describe = ({ index, label, path, settings, shape, dtype, ...measured }: MeasuredOperation) => ({
    index,
    label,
    path,
    kind: settings.kind,
    values: settings.values ?? {},
    shape,
    dtype,
    inputs: measured.operands.flatMap(({ from }) => (from.kind === 'operation' ? [from.index] : [])),
    parameters: measured.operands.flatMap(({ from }) => (from.kind === 'parameter' ? [from.path] : [])),
    forward: measured.forward,
    gradient: measured.gradient,
    step: none,
    theory: none,
    gradientStep: none,
    gradientTheory: none,
    gain: null,
    branchShare: null,
    dead: measured.extra.dead ? measured.extra.dead.units / measured.extra.dead.of : null,
    saturated: measured.extra.saturated ?? null,
  });
  const depth = { forwardRate: null, backwardRate: null, layers: 0, chains: [], reason: 'not predicted' };
  return { operations: operations.map(describe), depth };
}

/** Stands in for `judge/`, until it exists. */
export function judge(_data: Omit<ProbeData, 'findings' | 'verdict'>): { findings: Finding[]; verdict: Verdict } {
  return { findings: [], verdict: 'healthy' };
}

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
