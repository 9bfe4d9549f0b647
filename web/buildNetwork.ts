import { nn } from 'initree';
import { GPT } from './networks/gpt.js';
import { LeNet5 } from './networks/lenet5.js';
import { MLP } from './networks/mlp.js';
import { ResNet } from './networks/resnet.js';
import { NETWORKS, type NetworkName, type State } from './state.js';

/** The numbers of inputs of the MLP, of characters and of positions of the GPT. */
export const SIZES = { inputs: 64, classes: 10, tokens: 28, length: 32 } as const;

/** The most parameters of a network. */
const MOST_PARAMETERS = 5_000_000;

// An access by name would bring all layers into the bundle.
const ACTIVATION_CLASSES = {
  ReLU: nn.ReLU,
  Tanh: nn.Tanh,
  Sigmoid: nn.Sigmoid,
  GELU: nn.GELU,
  SiLU: nn.SiLU,
  LeakyReLU: nn.LeakyReLU,
  ELU: nn.ELU,
  SELU: nn.SELU,
  Identity: nn.Identity,
};

/** The arguments with which the class of a network is called, but for the options. */
export function sizeArguments({ network, depth, width }: State): number[] {
  const { inputs, classes, tokens, length } = SIZES;
  const all: Readonly<Record<NetworkName, number[]>> = {
    mlp: [inputs, width, depth, classes],
    lenet5: [],
    resnet: [width, depth],
    gpt: [tokens, length, width, depth],
  };
  return all[network];
}

/** Builds the network of a state; its weights are those of the constructors, deferred. */
export function buildNetwork(state: State): nn.Module {
  const options = { bias: state.bias, activation: ACTIVATION_CLASSES[state.activation] };
  const { inputs, classes, tokens, length } = SIZES;
  const { depth, width } = state;
  const builders: Readonly<Record<NetworkName, () => nn.Module>> = {
    mlp: () => new MLP(inputs, width, depth, classes, options),
    lenet5: () => new LeNet5(options),
    resnet: () => new ResNet(width, depth, options),
    gpt: () => new GPT(tokens, length, width, depth, options),
  };
  return nn.deferInit(builders[state.network]);
}

/** @throws RangeError if the network of a state has more parameters than the page computes */
export function checkSize({ network, depth, width, bias }: State): void {
  if (network !== 'mlp') return;
  const { inputs, classes } = SIZES;
  const weights = inputs * width + (depth - 1) * width * width + width * classes;
  const parameters = weights + (bias ? depth * width + classes : 0);
  if (parameters <= MOST_PARAMETERS) return;
  throw new RangeError(
    `${NETWORKS[network].title} with ${depth} × ${width} units: expected at most ${MOST_PARAMETERS.toLocaleString('en')} parameters, found ${parameters.toLocaleString('en')}; choose fewer layers or fewer units`,
  );
}
