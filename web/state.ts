/** The networks, with the bounds of their depth and width. The first number of each is the least, the last the largest. */
export const NETWORKS = {
  mlp: { title: 'MLP', depth: [1, 10, 50], width: [1, 256, 1024], depthIs: 'hidden layers', widthIs: 'units a layer' },
  lenet5: { title: 'LeNet-5 on digits', depth: null, width: null, depthIs: '', widthIs: '' },
  resnet: {
    title: 'Small ResNet on digits',
    depth: [1, 8, 20],
    width: [4, 8, 32],
    depthIs: 'blocks',
    widthIs: 'channels',
  },
  gpt: { title: 'Tiny GPT on a sonnet', depth: [1, 2, 8], width: [8, 64, 128], depthIs: 'blocks', widthIs: 'features' },
} as const satisfies Readonly<Record<string, NetworkBounds>>;

interface NetworkBounds {
  readonly title: string;
  readonly depth: readonly [least: number, standard: number, most: number] | null;
  readonly width: readonly [least: number, standard: number, most: number] | null;
  readonly depthIs: string;
  readonly widthIs: string;
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
export type SettingName = 'std' | 'gain' | 'mode' | 'nonlinearity';

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

export const STANDARD_START: Start = { policy: 'pytorch', std: 0.01, gain: 1, mode: 'fan_in', nonlinearity: 'relu' };

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

const VERSION = '1';
/** The most characters of a hash. */
const MOST_CHARACTERS = 2000;

/** The bounds of the numbers that do not depend on the network. */
export const BOUNDS = {
  seed: [0, 2 ** 32 - 1],
  std: [0, 100],
  gain: [0, 100],
  rate: [0, 100],
  steps: [0, 2000],
  step: [0, 99],
} as const;

/** The depth and the width that a network has at first. */
export function standardSize(network: NetworkName): Pick<State, 'depth' | 'width'> {
  const { depth, width } = NETWORKS[network];
  return { depth: depth?.[1] ?? 1, width: width?.[1] ?? 1 };
}

/** The names of all policies that fit a network. */
export function policiesOf(network: NetworkName): PolicyName[] {
  return [...(Object.keys(PLAIN_POLICIES) as PlainPolicy[]), ...FITTING_PRESETS[network]];
}

/** The state as the hash of an address, without `#`: only what differs from the standard. */
export function writeState(state: State): string {
  const fields = new URLSearchParams({ v: VERSION });
  const standard = { ...STANDARD, ...standardSize(state.network) };
  const write = (name: string, value: string | number | boolean, usual: unknown) => {
    if (value !== usual) fields.set(name, String(value));
  };
  for (const [name, value] of Object.entries(state)) {
    if (name === 'left' || name === 'right') {
      for (const [setting, given] of Object.entries(state[name])) {
        write(`${name}.${setting}`, given, standard[name][setting as keyof Start]);
      }
    } else write(name, value as string | number | boolean, standard[name as keyof State]);
  }
  return fields.toString();
}

/**
 * Reads the hash of an address, with or without `#`.
 * @returns the state, and a sentence for everything in the hash that is unknown or out of range; it has its standard value
 */
export function readState(hash: string): { state: State; problems: string[] } {
  const text = hash.replace(/^#/, '');
  if (text === '') return { state: STANDARD, problems: [] };
  if (text.length > MOST_CHARACTERS) {
    const problem = `The address has ${text.length} characters after #, expected at most ${MOST_CHARACTERS}; the page shows its first state.`;
    return { state: STANDARD, problems: [problem] };
  }
  const reader = new FieldReader(new URLSearchParams(text));
  reader.oneOf('v', [VERSION], VERSION);
  const network = reader.oneOf('network', Object.keys(NETWORKS) as NetworkName[], STANDARD.network);
  const { depth, width } = NETWORKS[network];
  const size = standardSize(network);
  const policies = policiesOf(network);
  const start = (side: Side): Start => ({
    policy: reader.oneOf(`${side}.policy`, policies, STANDARD[side].policy),
    std: reader.number(`${side}.std`, BOUNDS.std, STANDARD[side].std),
    gain: reader.number(`${side}.gain`, BOUNDS.gain, STANDARD[side].gain),
    mode: reader.oneOf(`${side}.mode`, MODES, STANDARD[side].mode),
    nonlinearity: reader.oneOf(`${side}.nonlinearity`, NONLINEARITIES, STANDARD[side].nonlinearity),
  });
  const state: State = {
    network,
    depth: reader.whole('depth', depth === null ? [1, 1] : [depth[0], depth[2]], size.depth),
    width: reader.whole('width', width === null ? [1, 1] : [width[0], width[2]], size.width),
    activation: reader.oneOf('activation', ACTIVATIONS, STANDARD.activation),
    bias: reader.oneOf('bias', ['true', 'false'], 'true') === 'true',
    seed: reader.whole('seed', BOUNDS.seed, STANDARD.seed),
    left: start('left'),
    right: start('right'),
    view: reader.oneOf('view', Object.keys(VIEWS) as ViewName[], STANDARD.view),
    rate: reader.number('rate', BOUNDS.rate, STANDARD.rate),
    steps: reader.whole('steps', BOUNDS.steps, STANDARD.steps),
    story: reader.name('story'),
    step: reader.whole('step', BOUNDS.step, 0),
  };
  reader.refuseUnknown();
  return { state: fitSize(state), problems: reader.problems };
}

/** A width that the network can have: the heads of the attention divide that of a GPT. */
export function fitSize(state: State): State {
  return state.network === 'gpt' ? { ...state, width: Math.max(8, 4 * Math.round(state.width / 4)) } : state;
}

class FieldReader {
  readonly problems: string[] = [];
  readonly #known = new Set<string>();

  constructor(private readonly fields: URLSearchParams) {}

  oneOf<const T extends string>(name: string, allowed: readonly T[], standard: NoInfer<T>): T {
    const found = this.#take(name);
    if (found === null) return standard;
    const value = allowed.find((one) => one === found);
    return value ?? this.#refuse(name, `one of ${allowed.join(', ')}`, found, standard);
  }

  number(name: string, [least, most]: readonly [number, number], standard: number): number {
    const found = this.#take(name);
    if (found === null) return standard;
    const value = found.trim() === '' ? Number.NaN : Number(found);
    return value >= least && value <= most
      ? value
      : this.#refuse(name, `a number from ${least} to ${most}`, found, standard);
  }

  whole(name: string, [least, most]: readonly [number, number], standard: number): number {
    const found = this.#take(name);
    if (found === null) return standard;
    const value = /^\d+$/.test(found) ? Number(found) : Number.NaN;
    return value >= least && value <= most
      ? value
      : this.#refuse(name, `a whole number from ${least} to ${most}`, found, standard);
  }

  name(name: string): string {
    const found = this.#take(name);
    if (found === null || /^[\w-]{0,40}$/.test(found)) return found ?? '';
    return this.#refuse(name, 'a name', found, '');
  }

  refuseUnknown(): void {
    for (const name of new Set(this.fields.keys())) {
      if (!this.#known.has(name))
        this.problems.push(`The address has an unknown field, ${name.slice(0, 40)}; it is ignored.`);
    }
  }

  #take(name: string): string | null {
    this.#known.add(name);
    return this.fields.get(name);
  }

  #refuse<T>(name: string, expected: string, found: string, standard: T): T {
    this.problems.push(
      `The address has ${name} = ${found.slice(0, 40)}, expected ${expected}; the page shows ${String(standard) || 'none'}.`,
    );
    return standard;
  }
}
