import { ArgumentError, describeValue } from '../errors.js';
import type { DType, FloatDType } from '../numerics/DType.js';
import { readArguments, type Signature } from '../readArguments.js';
import { zeros } from '../tensor/creation.js';
import { getDefaultDtype } from '../tensor/defaultDtype.js';
import { keepOriginal } from '../tensor/originalOf.js';
import type { Shape } from '../tensor/Shape.js';
import { checkTensor, Tensor } from '../tensor/Tensor.js';

/** Options of {@link Parameter}. */
export interface ParameterOptions {
  /** Whether operations on the parameter are recorded. Default: true. */
  requiresGrad?: boolean | undefined;
}

const PARAMETER: Signature<ParameterOptions> = { required: ['data'], defaults: { requiresGrad: true } };

/**
 * A tensor that a module learns (`torch.nn.Parameter`). Assigned to a property of a module, it is one of the module's
 * parameters.
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * const token = new nn.Parameter(zeros([1, 4]));
 * console.log(token.requiresGrad, token.shape); // true [ 1, 4 ]
 * ```
 */
export class Parameter<D extends DType = DType> extends Tensor<D> {
  /** Distinguishes parameters from other tensors in the type system. It does not exist at run time. */
  declare protected readonly parameterBrand: true;

  /**
   * @param tensor the values; they are shared, not copied
   * @param options `requiresGrad`: whether operations on the parameter are recorded. Default: true.
   * @throws ArgumentError if `tensor` is not a Tensor
   * @throws DTypeError if `requiresGrad` is true and the dtype is not a floating-point dtype
   */
  constructor(tensor: Tensor<D>, options?: ParameterOptions) {
    if (Array.isArray(tensor) || typeof tensor === 'number') {
      throw new ArgumentError(
        `nn.Parameter() expects a Tensor, found ${describeValue(tensor)}; write new nn.Parameter(tensor(${writeNumbers(tensor)}))`,
      );
    }
    const { requiresGrad } = readArguments('nn.Parameter', arguments, PARAMETER);
    checkTensor('Parameter', tensor as Tensor, 'data');
    super(tensor);
    this.requiresGrad = requiresGrad;
    keepOriginal(this);
  }

  /** The parameter in the layout of PyTorch's `repr`. */
  override toString(): string {
    return `Parameter containing:\n${super.toString()}`;
  }
}

/**
 * A parameter of zeros, which an initialiser fills later.
 * @param dtype default: the default dtype
 */
export function createParameter(shape: Shape, dtype: FloatDType = getDefaultDtype()): Parameter {
  return new Parameter(zeros(shape, { dtype }));
}

/** Numbers in nested arrays as a program writes them; `data` for long arrays, and for what else an array may hold. */
function writeNumbers(value: unknown): string {
  const isPlain = (part: unknown, depth: number): boolean =>
    typeof part === 'number' ||
    (Array.isArray(part) &&
      depth < 4 &&
      part.length <= 20 &&
      Array.from(part).every((item) => isPlain(item, depth + 1)));
  const written = isPlain(value, 0) ? JSON.stringify(value).replaceAll(',', ', ') : 'data';
  return written.length <= 80 ? written : 'data';
}
