import { ArgumentError, describeThrown, describeValue, refusesPromise } from '../../errors.js';
import { isFloatDType } from '../../numerics/DType.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { tensorsIn } from './tensorsIn.js';

/** What a forward pass returned. */
export interface Output {
  readonly value: unknown;
  /** Its tensors, in order. */
  readonly tensors: readonly Tensor[];
  /** Those with a floating dtype. */
  readonly floats: readonly Tensor[];
}

/**
 * Reads what `forward` returned, once.
 * @throws ArgumentError for a promise, for a generator, and for an output that throws when it is read
 */
export function readOutput(value: unknown): Output {
  const { tensors, what } = inspect(value);
  if (what === 'promise') {
    throw new ArgumentError(
      'forward() returns a promise, but a probe needs the output at once; write it without async',
    );
  }
  if (what === 'generator') {
    throw new ArgumentError('forward() returns a generator, whose code has not run; write it without *');
  }
  return { value, tensors, floats: tensors.filter(({ dtype }) => isFloatDType(dtype)) };
}

/** @throws ArgumentError if an output has no tensor, so that only a loss function could read it */
export function checkOutput({ value, tensors }: Output): void {
  if (tensors.length > 0) return;
  const advice =
    value === undefined
      ? 'write return before the result'
      : 'return the tensors of the result, or give loss as a function of it';
  throw new ArgumentError(
    `forward() returns ${describeValue(value)}, expected a tensor, alone or in arrays and plain objects; ${advice}`,
  );
}

function inspect(value: unknown): { tensors: Tensor[]; what: 'promise' | 'generator' | 'value' } {
  try {
    if (refusesPromise(value)) return { tensors: [], what: 'promise' };
    const isGenerator = /Generator\]$/.test(Object.prototype.toString.call(value));
    return { tensors: tensorsIn(value), what: isGenerator ? 'generator' : 'value' };
  } catch (error) {
    throw new ArgumentError(`what forward() returns cannot be read: it threw ${describeThrown(error)}`, undefined, {
      cause: error,
    });
  }
}
