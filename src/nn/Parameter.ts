import { deferralOf } from '../init/Deferral.js';
import type { DType, FloatDType } from '../numerics/DType.js';
import { readOptions } from '../readOptions.js';
import { zeros } from '../tensor/creation.js';
import { getDefaultDtype } from '../tensor/defaultDtype.js';
import { dataIfMaterialized } from '../tensor/deferredData.js';
import type { Shape } from '../tensor/Shape.js';
import { checkTensor, Tensor } from '../tensor/Tensor.js';

/** A tensor that a module learns: assigned to a module's property it is one of its parameters (`torch.nn.Parameter`). */
export class Parameter<D extends DType = DType> extends Tensor<D> {
  /** Sets parameters apart from other tensors in the type system; nothing at run time. */
  declare protected readonly parameterBrand: true;

  /**
   * @param tensor the values, shared and not copied
   * @param options `requiresGrad`: whether gradients are recorded, true when absent (floating dtypes only)
   * @throws ArgumentError for what is no tensor · DTypeError for integers that are to require gradients
   */
  constructor(tensor: Tensor<D>, options: { requiresGrad?: boolean | undefined } = {}) {
    const { dtype, shape } = checkTensor('Parameter', tensor as Tensor, 'data') as Tensor<D>;
    const { requiresGrad } = readOptions('Parameter', options, { requiresGrad: true });
    super({ dtype, shape, data: dataIfMaterialized(tensor) });
    deferralOf(tensor as Tensor)?.transfer(tensor as Tensor, this as Tensor);
    this.requiresGrad = requiresGrad;
  }

  /** The parameter as PyTorch prints it. */
  override toString(): string {
    return `Parameter containing:\n${super.toString()}`;
  }
}

/** A parameter of zeros, to be initialised; of the default dtype when none is given. */
export function createParameter(shape: Shape, dtype: FloatDType = getDefaultDtype()): Parameter {
  return new Parameter(zeros(shape, { dtype }));
}
