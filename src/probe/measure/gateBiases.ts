import { reshaped } from '../../tensor/Dense.js';
import type { Tensor } from '../../tensor/Tensor.js';
import type { GateBias } from '../Probe.js';
import { gatesOf } from '../recurrentGates.js';
import type { MeasuredOperation } from './Measurement.js';
import { summarizeElements } from './summarizeElements.js';

/** For each bias of a recurrent operation its key and the gates that it belongs to, in the order of its rows. */
export function gatesByBias(operations: readonly MeasuredOperation[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const { settings, operands } of operations) {
    const gates = gatesOf(settings.kind);
    if (gates === undefined) continue;
    for (const { from, shape } of operands) {
      if (from.kind === 'parameter' && shape.length === 1) found.set(from.path, gates);
    }
  }
  return found;
}

/** The mean and the std of a bias [gates · hidden], by gate. */
export function gateBiases(bias: Tensor, gates: readonly string[]): GateBias[] {
  const rows = reshaped(bias, [gates.length, bias.numel / gates.length]);
  const { means, meanSquares } = summarizeElements(rows, 0).channels;
  return gates.map((gate, i) => ({
    gate,
    mean: means[i],
    std: Math.sqrt(Math.max(0, meanSquares[i] - means[i] ** 2)),
  }));
}
