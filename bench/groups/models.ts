import { initializeWeights, manualSeed, nn, type Policy, presets } from 'initree';
import { gpt2 } from '../../examples/zoo/gpt2.js';
import { resnet50 } from '../../examples/zoo/resnet.js';
import { vitB16 } from '../../examples/zoo/vit.js';
import type { Bench } from '../Bench.js';

/**
 * Measures whole networks, built and initialised. In the first row of each, initree defers the defaults, applies a policy and
 * makes its report, while torchvision and transformers draw the default of each layer and then their own initialisation. In
 * the second row initree draws what the constructors draw, without a policy.
 */
export async function measure(bench: Bench): Promise<void> {
  manualSeed(0);
  const compare = async (work: string, build: () => nn.Module, policy: Policy, call: string, imports: string) => {
    const withPolicy = () => void initializeWeights(nn.deferInit(build), policy);
    const asBuilt = () => void nn.materialize(nn.deferInit(build));
    const theirs = () => bench.torch?.contender(call, imports);
    const options = { torch: [2.5, 4] } as const;
    await bench.compare(`${work}, initialised by policy`, { initree: withPolicy, PyTorch: theirs() }, options);
    await bench.compare(`${work}, as its constructor draws it`, { initree: asBuilt, PyTorch: theirs() });
  };
  const vision = 'from torchvision import models';
  await compare('ResNet-50', () => resnet50(), presets.resnet(), 'models.resnet50()', vision);
  await compare('ViT-B/16', () => vitB16(), presets.vit(), 'models.vit_b_16()', vision);
  const language = 'from transformers import GPT2Config, GPT2LMHeadModel';
  await compare('GPT-2 124M', () => gpt2(), presets.gpt2(), 'GPT2LMHeadModel(GPT2Config())', language);
}
