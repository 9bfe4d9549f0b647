import { definePolicy, init, nn, type Policy, presets, rule } from 'initree';
import type { NetworkName, PlainPolicy, PresetName, Start } from './state.js';

/** An initialiser of all weights: the value, and the programs that make it. */
interface Weight {
  readonly value: ReturnType<typeof init.zeros>;
  readonly typescript: string;
  /** A call on `m.weight`; `null` where `torch.nn.init` has no function for it. */
  readonly pytorch: string | null;
}

type Drawn = Exclude<PlainPolicy, 'pytorch'>;

const WEIGHTS: Readonly<Record<Drawn, (start: Start) => Weight>> = {
  zeros: () => ({ value: init.zeros(), typescript: 'init.zeros()', pytorch: 'zeros_(m.weight)' }),
  constant: ({ value }) => ({
    value: init.constant(value),
    typescript: `init.constant(${value})`,
    pytorch: `constant_(m.weight, ${value})`,
  }),
  normal: ({ std }) => ({
    value: init.normal(0, std),
    typescript: `init.normal(0, ${std})`,
    pytorch: `normal_(m.weight, 0, ${std})`,
  }),
  xavierUniform: ({ gain }) => ({
    value: init.xavierUniform(gain),
    typescript: `init.xavierUniform(${gain})`,
    pytorch: `xavier_uniform_(m.weight, ${gain})`,
  }),
  xavierNormal: ({ gain }) => ({
    value: init.xavierNormal(gain),
    typescript: `init.xavierNormal(${gain})`,
    pytorch: `xavier_normal_(m.weight, ${gain})`,
  }),
  kaimingUniform: ({ mode, nonlinearity }) => ({
    value: init.kaimingUniform({ mode, nonlinearity }),
    typescript: `init.kaimingUniform({ mode: '${mode}', nonlinearity: '${nonlinearity}' })`,
    pytorch: `kaiming_uniform_(m.weight, mode="${mode}", nonlinearity="${nonlinearity}")`,
  }),
  kaimingNormal: ({ mode, nonlinearity }) => ({
    value: init.kaimingNormal({ mode, nonlinearity }),
    typescript: `init.kaimingNormal({ mode: '${mode}', nonlinearity: '${nonlinearity}' })`,
    pytorch: `kaiming_normal_(m.weight, mode="${mode}", nonlinearity="${nonlinearity}")`,
  }),
  lecunNormal: () => ({ value: init.lecunNormal(), typescript: 'init.lecunNormal()', pytorch: null }),
  lecunUniform: () => ({ value: init.lecunUniform(), typescript: 'init.lecunUniform()', pytorch: null }),
  orthogonal: ({ gain }) => ({
    value: init.orthogonal(gain),
    typescript: `init.orthogonal(${gain})`,
    pytorch: `orthogonal_(m.weight, ${gain})`,
  }),
  truncNormal: ({ std }) => {
    if (std === 0) throw new RangeError('a truncated normal needs a σ above 0, found 0; choose a larger σ');
    return {
      value: init.truncNormal(0, std, -2 * std, 2 * std),
      typescript: `init.truncNormal(0, ${std}, ${-2 * std}, ${2 * std})`,
      pytorch: `trunc_normal_(m.weight, 0, ${std}, ${-2 * std}, ${2 * std})`,
    };
  },
};

const PRESETS: Readonly<Record<PresetName, { make: () => Policy; typescript: string }>> = {
  kerasDefaults: { make: presets.kerasDefaults, typescript: 'presets.kerasDefaults()' },
  flaxDefaults: { make: presets.flaxDefaults, typescript: 'presets.flaxDefaults()' },
  ppo: { make: presets.ppo, typescript: 'presets.ppo()' },
  lenet5: { make: presets.lenet5, typescript: 'presets.lenet5()' },
  vgg: { make: presets.vgg, typescript: 'presets.vgg()' },
  resnet: { make: presets.resnet, typescript: 'presets.resnet()' },
  resnetZeroGamma: {
    make: () => presets.resnet({ zeroInitResidual: true }),
    typescript: 'presets.resnet({ zeroInitResidual: true })',
  },
  regnet: { make: presets.regnet, typescript: 'presets.regnet()' },
  mobilenet: { make: presets.mobilenet, typescript: 'presets.mobilenet()' },
  efficientnet: { make: presets.efficientnet, typescript: 'presets.efficientnet()' },
  mnasnet: { make: presets.mnasnet, typescript: 'presets.mnasnet()' },
  gpt2: { make: presets.gpt2, typescript: 'presets.gpt2()' },
  neoxSmallInit: { make: presets.neoxSmallInit, typescript: 'presets.neoxSmallInit()' },
  bert: { make: presets.bert, typescript: 'presets.bert()' },
};

/** The classes whose weights a plain policy draws, and the normalisations, which start as the identity. */
export const CLASSES: Readonly<Record<NetworkName, readonly ClassName[]>> = {
  mlp: ['Linear'],
  lenet5: ['Conv2d', 'Linear'],
  resnet: ['Conv2d', 'Linear', 'BatchNorm2d'],
  gpt: ['Linear', 'Embedding', 'LayerNorm'],
};

type ClassName = 'Linear' | 'Conv2d' | 'Embedding' | 'BatchNorm2d' | 'LayerNorm';

/** Whether a class is a normalisation. */
export function isNorm(name: ClassName): boolean {
  return name.endsWith('Norm') || name.endsWith('Norm2d');
}

/** The initialiser of all weights of a plain policy; `null` for a preset and for PyTorch's defaults. */
export function weightOf(start: Start): Weight | null {
  return start.policy in WEIGHTS ? WEIGHTS[start.policy as Drawn](start) : null;
}

/** The policy of a start; `null` for the defaults of the constructors. */
export function policyOf(start: Start, network: NetworkName): Policy | null {
  const weight = weightOf(start)?.value;
  if (weight === undefined) return start.policy === 'pytorch' ? null : PRESETS[start.policy as PresetName].make();
  const zeros = init.zeros();
  const rules = {
    Linear: rule(nn.Linear, { weight, bias: zeros }),
    Conv2d: rule(nn.Conv2d, { weight, bias: zeros }),
    Embedding: rule(nn.Embedding, { weight }),
    BatchNorm2d: rule(nn.BatchNorm2d, { weight: init.ones(), bias: zeros }),
    LayerNorm: rule(nn.LayerNorm, { weight: init.ones(), bias: zeros }),
  };
  return definePolicy(
    start.policy,
    CLASSES[network].map((name) => rules[name]),
  );
}

/** The TypeScript of {@link policyOf}; `null` for the defaults of the constructors. */
export function writePolicy(start: Start, network: NetworkName): string | null {
  const weight = weightOf(start)?.typescript;
  if (weight === undefined) return start.policy === 'pytorch' ? null : PRESETS[start.policy as PresetName].typescript;
  const rules = CLASSES[network].map((name) => {
    const fillings = isNorm(name)
      ? 'weight: init.ones(), bias: init.zeros()'
      : `weight: ${weight}${name === 'Embedding' ? '' : ', bias: init.zeros()'}`;
    return `  rule(nn.${name}, { ${fillings} }),\n`;
  });
  return `definePolicy('${start.policy}', [\n${rules.join('')}])`;
}
