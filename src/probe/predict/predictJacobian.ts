import type { Measurement } from '../measure/Measurement.js';
import type { ProbedOperation } from '../Probe.js';
import { type Laws, readMeasured } from './predictForward.js';
import { numelOf } from './Reading.js';
import { rulesOf } from './rules.js';

/**
 * The mean squared singular value of the Jacobian of the output with respect to the input: what the theory of the gradients says
 * about E‖Jᵀv‖²/E‖v‖² (χ₁ᴸ for a chain of L equal layers).
 * @param probed the operations of the measurement with their predictions
 * @returns `null` if the theory begins anew between the output and the input, or if several operations read the input
 */
export function predictJacobian(
  { operations, output }: Pick<Measurement, 'operations' | 'output'>,
  probed: readonly ProbedOperation[],
  laws: Laws,
): number | null {
  const readers = operations.filter(({ operands }) => operands.some(({ from }) => from.kind === 'input'));
  const [first] = readers;
  if (output === null || readers.length !== 1) return null;
  const isAnew = ({ index, gradientTheory }: ProbedOperation) =>
    index !== output && (gradientTheory.std === null || gradientTheory.restarted === true);
  const { std: rms } = probed[first.index].gradientTheory;
  const { std: rmsOfOutput } = probed[output].gradientTheory;
  if (rms === null || !rmsOfOutput || probed.some(isAnew)) return null;
  const operand = first.operands.findIndex(({ from }) => from.kind === 'input');
  const arriving = { meanSquare: rms ** 2, channels: [rms ** 2] };
  const rule = rulesOf(first.settings.kind)?.backward;
  const found = rule?.(readMeasured(operations, first, laws), operand, arriving);
  if (!found || found.reason) return null;
  const squaredNorm = found.meanSquare * numelOf(first.operands[operand]);
  return squaredNorm / (rmsOfOutput ** 2 * numelOf(operations[output]));
}
