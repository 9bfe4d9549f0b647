import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { allOf, atPath, definePolicy, init, initializeWeights, manualSeed, nn, rule } from 'initree';
import { initializeToFolder, saveFile } from 'initree/node';
import { GPT2LMHeadModel } from '../../examples/zoo/gpt2.js';
import { resnet18 } from '../../examples/zoo/resnet.js';
import { LlamaForCausalLM } from './llama.js';

/** A model that several processes draw into slices. */
interface Case {
  readonly name: string;
  readonly build: () => nn.Module;
  readonly shards: number;
  readonly world: number;
}

const llama = {
  vocab_size: 97,
  hidden_size: 32,
  intermediate_size: 64,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
};
const CASES: readonly Case[] = [
  {
    name: 'llama-tied',
    build: () => new LlamaForCausalLM(llama, { tied: true, dtype: 'bfloat16' }),
    shards: 4,
    world: 3,
  },
  // Some of the files have no tensors.
  { name: 'small', build: () => new nn.Linear(3, 2), shards: 5, world: 2 },
  {
    name: 'gpt2',
    build: () => new GPT2LMHeadModel({ vocabSize: 101, nPositions: 32, nEmbd: 24, nLayer: 2, nHead: 4 }),
    shards: 3,
    world: 1,
  },
  { name: 'resnet18', build: () => resnet18(), shards: 7, world: 2 },
];

/** Laws that are cut, that draw again, and that cannot be cut. */
const policy = definePolicy('slices', [
  rule(nn.Conv2d, { weight: init.orthogonal() }),
  rule(allOf(nn.Linear, atPath('**.1.**')), { weight: init.truncNormal({ std: 1, a: -2, b: 2 }) }),
  rule(nn.Linear, { weight: init.normal(0, 0.02) }),
]);

/**
 * Writes folders of slices that PyTorch has to read.
 * @param place an empty folder
 */
export async function checkSlices(python: string, place: string): Promise<void> {
  for (const { name, build, shards, world } of CASES) {
    mkdirSync(join(place, name));
    for (let rank = 0; rank < world; rank++) {
      manualSeed(0);
      const model = nn.deferInit(build);
      await initializeToFolder(model, policy, join(place, name, 'slices'), { layout: 'dcp', shards, rank, world });
    }
    manualSeed(0);
    const model = build();
    initializeWeights(model, policy);
    // Every name, tied ones too: dcp.load asks for each.
    await saveFile(new Map(model.stateDict()), join(place, name, 'expected.safetensors'));
  }
  const script = fileURLToPath(new URL('checkSlices.py', import.meta.url));
  execFileSync(python, [script, place, ...CASES.map(({ name }) => name)], { stdio: 'inherit' });
  const load = fileURLToPath(new URL('loadSharded.py', import.meta.url));
  for (const world of ['1', '2', '3', '4']) {
    const launch = ['-m', 'torch.distributed.run', '--nproc-per-node', world, load];
    const env = { ...process.env, OMP_NUM_THREADS: '1' };
    execFileSync(python, [...launch, ...CASES.map(({ name }) => join(place, name))], { stdio: 'inherit', env });
  }
}
