import type { DType, FloatDType } from '../kernels/DType.js';
import { zeros } from '../tensor/creation.js';
import type { Dense } from '../tensor/Dense.js';
import type { Shape } from '../tensor/Shape.js';
import { Tensor } from '../tensor/Tensor.js';

/** A tensor that a module learns: assigned to a module's property it is one of its parameters (`torch.nn.Parameter`). */
export class Parameter<D extends DType = DType> extends Tensor<D> {
  /** Sets parameters apart from other tensors in the type system; nothing at run time. */
  declare protected readonly parameterBrand: true;

  /**
   * @param tensor the values, shared and not copied
   * @param options `requiresGrad`: whether gradients are recorded, true when absent (floating dtypes only)
   */
  constructor(tensor: Dense<D>, { requiresGrad = true }: { requiresGrad?: boolean | undefined } = {}) {
    super({ dtype: tensor.dtype, shape: tensor.shape, data: tensor.data });
    this.requiresGrad = requiresGrad;
  }

  /** The parameter as PyTorch prints it. */
  override toString(): string {
    return `Parameter containing:\n${super.toString()}`;
  }
}

/** A parameter of zeros, to be initialised; of the default dtype when none is given. */
export function createParameter(shape: Shape, dtype?: FloatDType | undefined): Parameter {
  return new Parameter(zeros(shape, { dtype }));
}
