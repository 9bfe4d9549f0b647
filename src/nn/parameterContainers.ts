import { describeValue, StateError } from '../errors.js';
import type { DType } from '../numerics/DType.js';
import { Tensor } from '../tensor/Tensor.js';
import { parameterEntries } from './entries.js';
import { MemberDict, type Pairs, pairsOf } from './MemberDict.js';
import { KIND, type MemberKind } from './MemberKind.js';
import { MemberList } from './MemberList.js';
import { Parameter } from './Parameter.js';

/** Tensors become parameters that share their elements. */
const PARAMETERS: MemberKind<Parameter, Tensor> = {
  name: 'parameter',
  entriesOf: parameterEntries,
  admit: (given, container) => {
    if (given instanceof Parameter) return given;
    if (given instanceof Tensor) return new Parameter(given);
    throw new StateError(
      `${describeValue(given)} is not a Parameter or Tensor (adding to a ${container.constructor.name})`,
    );
  },
};

/** What PyTorch calls tensors of a dtype (`torch.typename`). */
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
 * A list of parameters that are part of the tree (`torch.nn.ParameterList`). Tensors become parameters that share their
 * elements.
 */
export class ParameterList extends MemberList<Parameter, Tensor> {
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

  /** The parameters from `start` up to `end` as a list of their own. */
  slice(start?: number, end?: number): ParameterList {
    return new ParameterList([...this].slice(start, end));
  }

  override extraRepr(): string {
    return Array.from(this, (parameter, i) => describe(String(i), parameter, parameter.dtype)).join('\n');
  }
}

/**
 * Named parameters that are part of the tree (`torch.nn.ParameterDict`). Tensors become parameters that share their
 * elements. A Map and pairs keep their order; as in PyTorch, the names of an object are sorted.
 */
export class ParameterDict extends MemberDict<Parameter, Tensor> {
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
  return `  (${name}): Parameter containing: [torch.${type} of size ${shape.join('x')}]`;
}
