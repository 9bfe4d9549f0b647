import type { Shape } from '../tensor/Shape.js';
import type { Tensor } from '../tensor/Tensor.js';
import type { FileDType } from './safetensorsDtypes.js';

/** The dtype and the shape of a tensor, which need not be in memory. */
export interface TensorForm {
  readonly dtype: FileDType;
  readonly shape: Shape;
}

/** Tensors by name, in memory or in a file. Code that reads them one by one needs memory for one of them only. */
export interface StateSource {
  /** The form of each tensor by name, in order. */
  readonly forms: ReadonlyMap<string, TensorForm>;
  /** The tensor of a name of {@link forms}. */
  read(name: string): Tensor;
}

/** The source of tensors that are in memory. */
export function sourceOf(tensors: ReadonlyMap<string, Tensor>): StateSource {
  return { forms: tensors, read: (name) => tensors.get(name) as Tensor };
}
