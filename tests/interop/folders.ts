import { deepStrictEqual } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { manualSeed, type nn, type Tensor } from 'initree';
import { loadFile, saveFile, saveFolder } from 'initree/node';
import { GPT2LMHeadModel } from '../../examples/zoo/gpt2.js';
import { resnet18 } from '../../examples/zoo/resnet.js';
import { planFolder } from '../../src/checkpoint/layOutFolder.js';
import { storedTensors } from '../../src/checkpoint/layOutTensors.js';
import { LlamaForCausalLM } from './llama.js';

/** A model that both sides construct. */
interface Case {
  readonly name: string;
  readonly kind: 'gpt2' | 'llama' | 'resnet';
  /** The configuration of transformers. */
  readonly config: Record<string, unknown>;
  readonly dtype: 'float32' | 'bfloat16';
  readonly build: () => nn.Module;
  /** A size, or a number of files. */
  readonly sharding: { readonly maxShardSize: string } | { readonly shards: number };
  /** Whether the bits after `torch.manual_seed(0)` are those of the other library. */
  readonly isDrawnAlike: boolean;
}

const llama = {
  vocab_size: 97,
  hidden_size: 32,
  intermediate_size: 64,
  num_hidden_layers: 3,
  num_attention_heads: 4,
  num_key_value_heads: 2,
};
const gpt2 = { vocab_size: 101, n_positions: 32, n_embd: 24, n_layer: 2, n_head: 4 };
const sizes = { vocabSize: 101, nPositions: 32, nEmbd: 24, nLayer: 2, nHead: 4 };

const CASES: readonly Case[] = [
  {
    name: 'gpt2-by-size',
    kind: 'gpt2',
    config: gpt2,
    dtype: 'float32',
    build: () => new GPT2LMHeadModel(sizes),
    sharding: { maxShardSize: '12.5KB' },
    isDrawnAlike: true,
  },
  {
    name: 'gpt2-one-file',
    kind: 'gpt2',
    config: gpt2,
    dtype: 'float32',
    build: () => new GPT2LMHeadModel(sizes),
    sharding: { shards: 1 },
    isDrawnAlike: true,
  },
  {
    name: 'llama-untied-by-count',
    kind: 'llama',
    config: { ...llama, tie_word_embeddings: false },
    dtype: 'bfloat16',
    build: () => new LlamaForCausalLM(llama, { tied: false, dtype: 'bfloat16' }),
    sharding: { shards: 5 },
    isDrawnAlike: false,
  },
  {
    name: 'llama-tied-by-size',
    kind: 'llama',
    config: { ...llama, tie_word_embeddings: true },
    dtype: 'float32',
    build: () => new LlamaForCausalLM(llama, { tied: true, dtype: 'float32' }),
    sharding: { maxShardSize: '10kb' },
    isDrawnAlike: false,
  },
  {
    name: 'resnet18-by-size',
    kind: 'resnet',
    config: {},
    dtype: 'float32',
    build: () => resnet18(),
    sharding: { maxShardSize: '5MB' },
    isDrawnAlike: true,
  },
];

/**
 * Writes folders that transformers, huggingface_hub and safetensors have to read, and reads those that they write.
 * @param place an empty folder
 */
export async function checkFolders(python: string, place: string): Promise<void> {
  const states = new Map<string, Map<string, Tensor>>();
  for (const { name, kind, config, dtype, build, sharding, isDrawnAlike } of CASES) {
    const folder = join(place, name);
    mkdirSync(folder);
    manualSeed(0);
    const model = build();
    const state = new Map(model.stateDict());
    states.set(name, state);
    await saveFolder(model, join(folder, 'initree'), sharding);
    // Every name, tied ones too: what the other side has to find.
    await saveFile(state, join(folder, 'expected.safetensors'));
    const spec = {
      name,
      kind,
      config,
      dtype,
      isDrawnAlike,
      maxShardSize: planFolder(storedTensors(model), sharding).maxShardSize,
    };
    writeFileSync(join(folder, 'spec.json'), JSON.stringify(spec));
  }
  const script = fileURLToPath(new URL('checkFolders.py', import.meta.url));
  execFileSync(python, [script, place, ...states.keys()], {
    stdio: 'inherit',
    env: { ...process.env, HF_HUB_OFFLINE: '1', TRANSFORMERS_VERBOSITY: 'error' },
  });
  for (const [name, state] of states) {
    const { written } = JSON.parse(readFileSync(join(place, name, 'written.json'), 'utf8')) as { written: string[] };
    for (const folder of written) {
      const { tensors } = await loadFile(join(place, name, folder));
      for (const [key, tensor] of tensors)
        deepStrictEqual([key, tensor.dtype, tensor.data], [key, state.get(key)?.dtype, state.get(key)?.data]);
      const model = (CASES.find((found) => found.name === name) as Case).build();
      model.loadStateDict(tensors);
      for (const [key, tensor] of model.stateDict()) deepStrictEqual([key, tensor.data], [key, state.get(key)?.data]);
      console.log(`${name}: initree reads the folder of ${folder}`);
    }
  }
}
