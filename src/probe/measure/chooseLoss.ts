import { ArgumentError, describeValue } from '../../errors.js';
import { crossEntropy } from '../../nn/functional/losses.js';
import { isFloatDType } from '../../numerics/DType.js';
import { Generator } from '../../random/Generator.js';
import { randint } from '../../tensor/randomCreation.js';
import { equalShapes, formatShape } from '../../tensor/Shape.js';
import { Tensor } from '../../tensor/Tensor.js';
import type { LossKind } from '../Probe.js';
import type { Output } from './readOutput.js';

/** A loss of the output and the target; it returns a tensor with one element. */
export type LossFunction = (output: unknown, target: unknown) => Tensor;

/** The loss of a probe: a name, or a function. */
export type LossChoice = Exclude<LossKind, 'given'> | LossFunction;

/** A loss, and how it came about. */
export interface ChosenLoss {
  readonly kind: LossKind;
  /** One element. */
  readonly value: Tensor;
  /** The tensor of the output that it reads, for a function the first float tensor; `null` if there is none. */
  readonly output: Tensor | null;
  /** The number of classes of a cross-entropy; otherwise `null`. */
  readonly classes: number | null;
  readonly target: unknown;
  readonly choices: readonly string[];
}

/**
 * The loss of an output. Without a loss and a target: for one float tensor of rank 2 with at least two columns, and for one of rank 3,
 * the cross-entropy with classes that are drawn uniformly with the seed 0; otherwise mean(y²)/2.
 * @param lastKind the kind of the operation that computed the output
 * @returns `null` if no tensor of the output has a floating dtype: there is no gradient then
 * @throws ArgumentError if the loss does not fit the output and the target
 */
export function chooseLoss(
  { value: output, floats }: Output,
  target: unknown,
  loss: LossChoice | undefined,
  lastKind: (tensor: Tensor) => string | null,
): ChosenLoss | null {
  const [first]: readonly (Tensor | undefined)[] = floats;
  if (typeof loss === 'function') {
    const value = loss(output, target);
    if (!(value instanceof Tensor) || value.numel !== 1) {
      throw new ArgumentError(
        `loss: expected a function that returns a tensor with one element, found one that returns ${value instanceof Tensor ? `shape ${formatShape(value.shape)}` : describeValue(value)}`,
      );
    }
    return {
      kind: 'given',
      value,
      output: first ?? null,
      classes: null,
      target,
      choices: ['loss: the function that was given'],
    };
  }
  if (first === undefined) return null;
  const of = `the output ${formatShape(first.shape)}`;
  const part = output instanceof Tensor ? of : `${of}, the first float tensor of what forward() returns`;
  if (target !== undefined && !(target instanceof Tensor)) {
    throw new ArgumentError(
      `target: expected a tensor, found ${describeValue(target)}; write tensor(array), or give loss as a function`,
    );
  }
  const kind = loss ?? defaultKind(first, target, floats.length === 1 && output instanceof Tensor);
  switch (kind) {
    case 'cross-entropy':
      return classify(first, target, lastKind(first) === 'linear', part);
    case 'mse': {
      if (target === undefined) {
        throw new ArgumentError(
          `loss 'mse' needs a target of shape ${formatShape(first.shape)}; give target, or write loss: 'mean-square'`,
        );
      }
      if (!equalShapes(target.shape, first.shape)) {
        throw new ArgumentError(
          `target: expected the shape of the output, ${formatShape(first.shape)}, found ${formatShape(target.shape)}`,
        );
      }
      const value = first.sub(target).square().mean();
      return { kind, value, output: first, classes: null, target, choices: [`loss: mean squared error of ${part}`] };
    }
    default: {
      const value = first.square().mean().mul(0.5);
      return { kind, value, output: first, classes: null, target, choices: [`loss: mean(y²)/2 of ${part}`] };
    }
  }
}

function defaultKind(output: Tensor, target: Tensor | undefined, isOne: boolean): Exclude<LossKind, 'given'> {
  if (target !== undefined)
    return isFloatDType(target.dtype) && equalShapes(target.shape, output.shape) ? 'mse' : 'cross-entropy';
  if (!isOne) return 'mean-square';
  if (output.ndim === 2 && output.shape[1] >= 2) return 'cross-entropy';
  return output.ndim === 3 && Math.max(output.shape[1], output.shape[2]) >= 2 ? 'cross-entropy' : 'mean-square';
}

/** The cross-entropy of an output, with the given classes or with drawn ones. */
function classify(output: Tensor, given: Tensor | undefined, isLinear: boolean, part: string): ChosenLoss {
  if (output.ndim < 2) {
    throw new ArgumentError(
      `loss 'cross-entropy' needs an output with a dimension of classes behind the batch, found ${formatShape(output.shape)}`,
    );
  }
  // A linear layer has its classes on the last dimension, as language models have them; otherwise they follow the batch.
  const isLast =
    output.ndim > 2 && (given ? equalShapes(given.shape, output.shape.slice(0, -1)) && isLinear : isLinear);
  const logits = isLast ? output.flatten(0, -2) : output;
  const classes = logits.shape[1];
  const shape = [logits.shape[0], ...logits.shape.slice(2)];
  const target = given ? (isLast ? given.flatten() : given) : randint(classes, shape, { generator: new Generator(0) });
  const choices = [
    `loss: cross-entropy of ${part}, ${classes} classes on ${isLast ? 'the last dimension' : 'dimension 1'}`,
  ];
  if (given === undefined) choices.push(`target: classes ${formatShape(shape)}, drawn uniformly with the seed 0`);
  return { kind: 'cross-entropy', value: crossEntropy(logits, target), output, classes, target, choices };
}
