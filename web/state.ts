import type { NumberRange } from './NumberRange.js';

/** The networks, with their depths and widths. */
export const NETWORKS = {
  mlp: {
    title: 'MLP',
    depth: { least: 1, standard: 10, most: 50, step: 1 },
    width: { least: 1, standard: 256, most: 1024, step: 1 },
    depthIs: 'hidden layers',
    widthIs: 'units a layer',
  },
  lenet5: { title: 'LeNet-5 on digits', depth: null, width: null, depthIs: '', widthIs: '' },
  resnet: {
    title: 'Small ResNet on digits',
    depth: { least: 1, standard: 8, most: 20, step: 1 },
    width: { least: 4, standard: 8, most: 32, step: 1 },
    depthIs: 'blocks',
    widthIs: 'channels',
  },
  gpt: {
    title: 'Tiny GPT on a sonnet',
    depth: { least: 1, standard: 2, most: 8, step: 1 },
    // The heads of the attention divide the width.
    width: { least: 8, standard: 64, most: 128, step: 4 },
    depthIs: 'blocks',
    widthIs: 'features',
  },
} as const satisfies Readonly<Record<string, NetworkSizes>>;

interface NetworkSizes {
  readonly title: string;
  readonly depth: SizeRange | null;
  readonly width: SizeRange | null;
  /** What depth and width count. */
  readonly depthIs: string;
  readonly widthIs: string;
}

interface SizeRange extends NumberRange {
  readonly standard: number;
}

export type NetworkName = keyof typeof NETWORKS;

/** The activations by the names of their classes, which are those of PyTorch. */
export const ACTIVATIONS = ['ReLU', 'Tanh', 'Sigmoid', 'GELU', 'SiLU', 'LeakyReLU', 'ELU', 'SELU', 'Identity'] as const;
type ActivationName = (typeof ACTIVATIONS)[number];

export const MODES = ['fan_in', 'fan_out'] as const;
/** The nonlinearities whose gain PyTorch knows. */
export const NONLINEARITIES = ['relu', 'linear', 'tanh', 'sigmoid', 'selu', 'leaky_relu'] as const;

/** The policies that set every weight in the same way, with what they are called and the settings that they have. */
export const PLAIN_POLICIES = {
  pytorch: { title: 'PyTorch’s defaults', settings: [] },
  zeros: { title: 'Zeros', settings: [] },
  constant: { title: 'Constant', settings: ['value'] },
  normal: { title: 'Normal N(0, σ²)', settings: ['std'] },
  xavierUniform: { title: 'Xavier uniform', settings: ['gain'] },
  xavierNormal: { title: 'Xavier normal', settings: ['gain'] },
  kaimingUniform: { title: 'Kaiming uniform', settings: ['mode', 'nonlinearity'] },
  kaimingNormal: { title: 'Kaiming normal', settings: ['mode', 'nonlinearity'] },
  lecunNormal: { title: 'LeCun normal', settings: [] },
  lecunUniform: { title: 'LeCun uniform', settings: [] },
  orthogonal: { title: 'Orthogonal', settings: ['gain'] },
  truncNormal: { title: 'Truncated normal, ±2σ', settings: ['std'] },
} as const satisfies Readonly<Record<string, { title: string; settings: readonly SettingName[] }>>;

export type PlainPolicy = keyof typeof PLAIN_POLICIES;
export type SettingName = 'value' | 'std' | 'gain' | 'mode' | 'nonlinearity';

/** The published policies that fit each network, by the names in `presets`. */
const FITTING_PRESETS = {
  mlp: ['kerasDefaults', 'flaxDefaults', 'ppo'],
  lenet5: ['lenet5', 'vgg', 'kerasDefaults', 'flaxDefaults'],
  resnet: [
    'resnet',
    'resnetZeroGamma',
    'regnet',
    'mobilenet',
    'efficientnet',
    'mnasnet',
    'kerasDefaults',
    'flaxDefaults',
  ],
  gpt: ['gpt2', 'neoxSmallInit', 'bert', 'kerasDefaults', 'flaxDefaults'],
} as const satisfies Readonly<Record<NetworkName, readonly string[]>>;

export type PresetName = (typeof FITTING_PRESETS)[NetworkName][number];
export type PolicyName = PlainPolicy | PresetName;

/** How one of the two networks starts. Settings that the policy does not have are ignored. */
export interface Start {
  readonly policy: PolicyName;
  /** The value of all weights of the constant policy. */
  readonly value: number;
  /** Standard deviation of the normal policies. */
  readonly std: number;
  /** Factor of Xavier and orthogonal weights. */
  readonly gain: number;
  /** The fan of Kaiming's policies. */
  readonly mode: (typeof MODES)[number];
  readonly nonlinearity: (typeof NONLINEARITIES)[number];
}

/** The views, in the order of the page. */
export const VIEWS = {
  depth: 'Signal by depth',
  activations: 'Activations',
  gradients: 'Gradients',
  weights: 'Weights',
  symmetry: 'Symmetry',
  spectrum: 'Spectra',
} as const;
export type ViewName = keyof typeof VIEWS;

/** Everything that the page shows follows from this object, which is the hash of its address. */
export interface State {
  readonly network: NetworkName;
  readonly depth: number;
  readonly width: number;
  readonly activation: ActivationName;
  readonly bias: boolean;
  readonly seed: number;
  readonly left: Start;
  readonly right: Start;
  readonly view: ViewName;
  /** The learning rate of stochastic gradient descent. */
  readonly rate: number;
  /** The steps of training that both networks have had. */
  readonly steps: number;
  /** The story that is told; `''` without one. */
  readonly story: string;
  /** The step of the story, from 0. */
  readonly step: number;
}

export const SIDES = ['left', 'right'] as const;
export type Side = (typeof SIDES)[number];

export const STANDARD_START: Start = {
  policy: 'pytorch',
  value: 0.01,
  std: 0.01,
  gain: 1,
  mode: 'fan_in',
  nonlinearity: 'relu',
};

export const STANDARD: State = {
  network: 'mlp',
  depth: 10,
  width: 256,
  activation: 'ReLU',
  bias: true,
  seed: 0,
  left: STANDARD_START,
  right: { ...STANDARD_START, policy: 'kaimingNormal' },
  view: 'depth',
  rate: 0.02,
  steps: 0,
  story: '',
  step: 0,
};

/** The ranges of the numbers that do not depend on the network. */
export const BOUNDS = {
  seed: { least: 0, most: 2 ** 32 - 1, step: 1 },
  value: { least: -100, most: 100, step: 'any' },
  std: { least: 0, most: 100, step: 'any' },
  gain: { least: 0, most: 100, step: 'any' },
  rate: { least: 0, most: 100, step: 'any' },
  steps: { least: 0, most: 2000, step: 1 },
} as const satisfies Readonly<Record<string, NumberRange>>;

/** The depth and the width that a network has at first. */
export function standardSize(network: NetworkName): Pick<State, 'depth' | 'width'> {
  const { depth, width } = NETWORKS[network];
  return { depth: depth?.standard ?? 1, width: width?.standard ?? 1 };
}

/** The names of all policies that fit a network. */
export function policiesOf(network: NetworkName): PolicyName[] {
  return [...(Object.keys(PLAIN_POLICIES) as PlainPolicy[]), ...FITTING_PRESETS[network]];
}
