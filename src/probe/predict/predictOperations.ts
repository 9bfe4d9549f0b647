import type { MeasuredOperation, Measurement } from '../measure/Measurement.js';
import type { Depth, ProbedOperation } from '../Probe.js';
import { findChains } from './findChains.js';
import { fitDepth } from './fitDepth.js';
import { branchShare, gainOfLayer } from './gainOfLayer.js';
import { inputsOf, parametersOf, usesOf, weightedDepths } from './graph.js';
import { predictBackward } from './predictBackward.js';
import { type Laws, predictForward } from './predictForward.js';

/** The operations of a measurement beside their predictions. */
export interface PredictedOperations {
  readonly operations: readonly ProbedOperation[];
  readonly depth: Depth;
}

/**
 * Puts a prediction beside everything that was measured of the operations of a pass.
 *
 * *Method:* *step* predicts each value from the operands that were measured, and each gradient from those of the consumers. It is
 * right within a few per cent on wide layers, so it judges single layers. *Theory* carries the moments through the network by
 * the laws alone, and begins anew where no closed form holds. It explains depth.
 * @param laws the mean and the variance of each parameter whose law is known, by its state-dict key. The others are predicted from
 *   the moments of their elements.
 */
export function predictOperations(
  { operations, loss }: Pick<Measurement, 'operations' | 'loss'>,
  laws: Laws,
): PredictedOperations {
  const uses = usesOf(operations);
  const depths = weightedDepths(operations);
  const forward = predictForward(operations, laws);
  const backward = predictBackward(operations, laws, forward.states, loss?.kind === 'cross-entropy');
  const chains = findChains(operations, uses, laws);
  const describe = (operation: MeasuredOperation, i: number): ProbedOperation => {
    const { index, label, path, settings, shape, dtype, gradient, extra } = operation;
    return {
      index,
      label,
      path,
      kind: settings.kind,
      values: settings.values ?? {},
      shape,
      dtype,
      inputs: inputsOf(operation),
      usesInput: operation.operands.some(({ from }) => from.kind === 'input'),
      parameters: parametersOf(operation),
      forward: operation.forward,
      gradient,
      step: forward.step[i],
      theory: forward.theory[i],
      gradientStep: backward.step[i],
      gradientTheory: backward.theory[i],
      gain: gainOfLayer(operation, uses),
      branchShare: branchShare(operation, operations, depths),
      dead: extra.dead ? extra.dead.units / extra.dead.of : null,
      saturated: extra.saturated ?? null,
    };
  };
  return {
    operations: operations.map(describe),
    depth: {
      ...fitDepth(operations, depths),
      chains,
      reason:
        chains.length > 0
          ? null
          : 'They need three equal layers in a row, without a branch, whose weights have the mean 0.',
    },
  };
}
