import { definePolicy, init, nn, type Policy, presets, rule } from 'initree';
import type { PlainPolicy, PresetName, Start } from './state.js';

type Weight = ReturnType<typeof init.zeros>;

/** The initialiser of all weights, as a value. */
const WEIGHTS: Readonly<Record<Exclude<PlainPolicy, 'pytorch'>, (start: Start) => Weight>> = {
  zeros: () => init.zeros(),
  normal: ({ std }) => init.normal(0, std),
  xavierUniform: ({ gain }) => init.xavierUniform(gain),
  xavierNormal: ({ gain }) => init.xavierNormal(gain),
  kaimingUniform: ({ mode, nonlinearity }) => init.kaimingUniform({ mode, nonlinearity }),
  kaimingNormal: ({ mode, nonlinearity }) => init.kaimingNormal({ mode, nonlinearity }),
  lecunNormal: () => init.lecunNormal(),
  lecunUniform: () => init.lecunUniform(),
  orthogonal: ({ gain }) => init.orthogonal(gain),
  truncNormal: ({ std }) => init.truncNormal(0, std, -2 * std, 2 * std),
};

const PRESETS: Readonly<Record<PresetName, () => Policy>> = {
  kerasDefaults: presets.kerasDefaults,
  flaxDefaults: presets.flaxDefaults,
  ppo: presets.ppo,
  lenet5: presets.lenet5,
  vgg: presets.vgg,
  resnet: presets.resnet,
  resnetZeroGamma: () => presets.resnet({ zeroInitResidual: true }),
  regnet: presets.regnet,
  mobilenet: presets.mobilenet,
  efficientnet: presets.efficientnet,
  mnasnet: presets.mnasnet,
  gpt2: presets.gpt2,
  neoxSmallInit: presets.neoxSmallInit,
  bert: presets.bert,
};

/** The policy of a start; `null` for the defaults of the constructors. */
export function policyOf(start: Start): Policy | null {
  const { policy } = start;
  if (policy === 'pytorch') return null;
  if (policy in PRESETS) return PRESETS[policy as PresetName]();
  const weight = WEIGHTS[policy as Exclude<PlainPolicy, 'pytorch'>](start);
  const bias = init.zeros();
  return definePolicy(policy, [
    rule(nn.Linear, { weight, bias }),
    rule(nn.Conv2d, { weight, bias }),
    rule(nn.Embedding, { weight }),
  ]);
}
