import { describeValue, StateError } from '../errors.js';
import type { DType } from '../numerics/DType.js';
import { printable } from '../printable.js';
import { refuseSurplus } from '../readArguments.js';
import { Tensor } from '../tensor/Tensor.js';
import { MemberDict, type Pairs, pairsOf } from './MemberDict.js';
import { KIND, type MemberKind } from './MemberKind.js';
import { boundsOf, MemberList } from './MemberList.js';
import { Parameter } from './Parameter.js';

/** A parameter is its own member; a tensor becomes a parameter that shares its elements. */
const PARAMETERS: MemberKind<Parameter, Tensor> = {
  name: 'parameter',
  admit: (given, container) => {
    if (given instanceof Parameter) return given;
    if (given instanceof Tensor) return new Parameter(given);
    throw new StateError(
      `${describeValue(given)} is not a Parameter or Tensor (adding to a ${container.constructor.name})`,
    );
  },
};

/** PyTorch's names of tensor types by dtype (`torch.typename`). */
const TYPE_NAMES: { readonly [D in DType]: string } = {
  float32: 'FloatTensor',
  float64: 'DoubleTensor',
  float16: 'HalfTensor',
  bfloat16: 'BFloat16Tensor',
  int64: 'LongTensor',
  int32: 'IntTensor',
  uint8: 'ByteTensor',
  bool: 'BoolTensor',
};

/**
 * A list of parameters that are part of the tree (`torch.nn.ParameterList`). A tensor becomes a parameter that shares its
 * elements.
 * @throws StateError if a value is not a tensor
 * @example
 * ```ts
 * import { nn, ones } from 'initree';
 * const scales = new nn.ParameterList([ones([2]), ones([3])]);
 * console.log(scales.length, scales.at(1).shape); // 2 [ 3 ]
 * ```
 */
export class ParameterList extends MemberList<Parameter, Tensor> {
  /** @param parameters the tensors of the list, in order. Default: none. */
  constructor(parameters: Iterable<Tensor> = []) {
    super();
    this.extend(parameters);
  }

  protected override [KIND](): MemberKind<Parameter, Tensor> {
    return PARAMETERS;
  }

  override forward(): never {
    throw new StateError('ParameterList should not be called.');
  }

  /**
   * A new list that shares the parameters from `start` to `end` (exclusive), renamed by their indices.
   * @param start default: 0; a negative index counts from the end
   * @param end default: the length; a negative index counts from the end
   * @throws ArgumentError if a bound is not an integer
   */
  slice(start?: number, end?: number): ParameterList {
    refuseSurplus('list.slice', arguments, ['start', 'end']);
    return new ParameterList([...this].slice(...boundsOf(start, end)));
  }

  override extraRepr(): string {
    return Array.from(this, (parameter, i) => describe(String(i), parameter, parameter.dtype)).join('\n');
  }
}

/**
 * Named parameters that are part of the tree (`torch.nn.ParameterDict`). A tensor becomes a parameter that shares its
 * elements. A Map and pairs keep their order. The names of an object are sorted, as in PyTorch.
 * @throws StateError if a value is not a tensor, or if a name is not allowed
 * @example
 * ```ts
 * import { nn, ones } from 'initree';
 * const shifts = new nn.ParameterDict({ right: ones([2]), left: ones([3]) });
 * console.log(shifts.keys(), shifts.get('left').shape); // [ 'left', 'right' ] [ 3 ]
 * ```
 */
export class ParameterDict extends MemberDict<Readonly<Record<string, Parameter>>, Tensor> {
  /** @param parameters an object, a Map, or pairs of name and tensor. Default: none. */
  constructor(parameters: Pairs<Tensor> = {}) {
    super();
    this.update(parameters);
  }

  protected override [KIND](): MemberKind<Parameter, Tensor> {
    return PARAMETERS;
  }

  override update(parameters: Pairs<Tensor>): this {
    const pairs = pairsOf('ParameterDict', parameters);
    return super.update(Symbol.iterator in parameters ? pairs : pairs.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  override forward(): never {
    throw new StateError('ParameterDict should not be called.');
  }

  override extraRepr(): string {
    return Array.from(this, ([name, parameter]) => describe(name, parameter, TYPE_NAMES[parameter.dtype])).join('\n');
  }
}

function describe(name: string, { shape }: Parameter, type: string): string {
  return `  (${printable(name)}): Parameter containing: [torch.${type} of size ${shape.join('x')}]`;
}
