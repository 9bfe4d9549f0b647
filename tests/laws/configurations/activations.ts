import { type Configurations, type Drawn, type Given, normal, type Picker } from '../Configuration.js';

/** Activations and others that work element by element. */
function elementwise(args: (pick: Picker) => Given[] = () => []): Drawn {
  return (pick) => {
    const shape = pick.ints(pick.int(0, 3), 1, 4);
    return { args: args(pick), inputs: [normal(...shape)], outputs: [shape] };
  };
}

const inPlace = (pick: Picker) => [pick.options({ inplace: pick.flag() })];

const small = (pick: Picker) => pick.int(1, 12) / 8;

/** Softmax and its like, along a dimension that may be counted from the end. */
const alongDimension: Drawn = (pick) => {
  const shape = pick.ints(pick.int(1, 3), 1, 4);
  return { args: [pick.int(-shape.length, shape.length - 1)], inputs: [normal(...shape)], outputs: [shape] };
};

const softmax2d: Drawn = (pick) => {
  const shape = [...pick.batch(), ...pick.ints(3, 1, 3)];
  return { args: [], inputs: [normal(...shape)], outputs: [shape] };
};

const prelu: Drawn = (pick) => {
  const shape = pick.ints(pick.int(2, 4), 1, 3);
  const args = [pick.of(1, shape[1]), pick.options({ init: 0.5 })];
  return { args, inputs: [normal(...shape)], outputs: [shape] };
};

const glu: Drawn = (pick) => {
  const shape = pick.ints(pick.int(1, 3), 1, 3);
  const dim = pick.int(-shape.length, shape.length - 1);
  const given = shape.with(dim, 2 * (shape.at(dim) as number));
  return { args: [dim], inputs: [normal(...given)], outputs: [shape] };
};

/** Dropout of all or nothing, whose masks are no matter of chance. */
function dropout(ndims: readonly number[]): Drawn {
  return (pick) => {
    const shape = pick.ints(pick.of(...ndims), 1, 3);
    return {
      args: [pick.of(0, 1), pick.options({ inplace: pick.flag() })],
      inputs: [normal(...shape)],
      outputs: [shape],
    };
  };
}

/** Activations, and dropout of all or nothing. */
export const ACTIVATIONS: Configurations = {
  Identity: elementwise(),
  ReLU: elementwise(inPlace),
  ReLU6: elementwise(inPlace),
  SELU: elementwise(inPlace),
  SiLU: elementwise(inPlace),
  Mish: elementwise(inPlace),
  Hardswish: elementwise(inPlace),
  Hardsigmoid: elementwise(inPlace),
  Sigmoid: elementwise(),
  LogSigmoid: elementwise(),
  Tanh: elementwise(),
  Softsign: elementwise(),
  Tanhshrink: elementwise(),
  GELU: elementwise((pick) => [pick.options({ approximate: pick.of('none', 'tanh') })]),
  LeakyReLU: elementwise((pick) => [small(pick), ...inPlace(pick)]),
  ELU: elementwise((pick) => [small(pick), ...inPlace(pick)]),
  CELU: elementwise((pick) => [small(pick), ...inPlace(pick)]),
  Hardtanh: elementwise((pick) => [-small(pick), small(pick), ...inPlace(pick)]),
  Softplus: elementwise((pick) => [small(pick), pick.of(20, 1)]),
  Softshrink: elementwise((pick) => [small(pick)]),
  Hardshrink: elementwise((pick) => [small(pick)]),
  Threshold: elementwise((pick) => [small(pick), -3, ...inPlace(pick)]),
  PReLU: prelu,
  GLU: glu,
  Softmax: alongDimension,
  Softmin: alongDimension,
  LogSoftmax: alongDimension,
  Softmax2d: softmax2d,
  Dropout: dropout([0, 1, 2]),
  Dropout1d: dropout([2, 3]),
  Dropout2d: dropout([4]),
  Dropout3d: dropout([4, 5]),
  AlphaDropout: dropout([0, 1, 2]),
};
