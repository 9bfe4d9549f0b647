import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { FolderOptions } from '../../src/checkpoint/planFiles.js';
import { parse } from '../../src/checkpoint/safetensors.js';
import { AbortError, FormatError } from '../../src/errors.js';
import { deferFills } from '../../src/init/Deferral.js';
import * as init from '../../src/init.js';
import * as nn from '../../src/nn.js';
import { completeFolder, inspectFolder } from '../../src/node/finishFolder.js';
import { loadFile } from '../../src/node/loadFile.js';
import { runIntoShards, type ShardsResult, type ShardsTarget } from '../../src/node/runIntoShards.js';
import { saveFolder } from '../../src/node/saveFolder.js';
import { definePolicy, type Policy, sequence } from '../../src/policy/definePolicy.js';
import { initializeWeights } from '../../src/policy/initializeWeights.js';
import { prepareRun, RUN } from '../../src/policy/prepareRun.js';
import { parameter } from '../../src/policy/rule.js';
import { manualSeed } from '../../src/random/defaultGenerator.js';
import { ones, zeros } from '../../src/tensor/creation.js';
import type { Tensor } from '../../src/tensor/Tensor.js';

const root = mkdtempSync(join(tmpdir(), 'initree-shards-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folders = 0;
const newFolder = () => join(root, `folder${folders++}`);

/** A model with tensors of many sizes, ties, buffers of every kind, and parameters that no rule fills. */
class Network extends nn.Module {
  embed = new nn.Embedding(70, 24, { paddingIdx: 2 });
  linear = new nn.Linear(33, 211);
  norm = new nn.BatchNorm1d(7);
  lstm = new nn.LSTM(6, 20);
  square = new nn.Linear(24, 24);
  scale = new nn.Parameter(zeros([]));
  rest = new nn.Linear(5, 3);
  head = new nn.Linear(24, 70, { bias: false });

  constructor() {
    super();
    this.head.weight = this.embed.weight;
    this.registerBuffer('mask', ones([7], { dtype: 'int64' }));
    this.registerBuffer('drawn', init.uniform_(zeros([100]), 0, 1));
    this.registerBuffer('empty', zeros([0, 4]));
  }

  override forward(x: Tensor): Tensor {
    return x;
  }
}

const truncated = init.truncNormal({ std: 1, a: -2, b: 2 });
const POLICIES: Readonly<Record<string, Policy>> = {
  'simple laws': definePolicy('simple', [
    parameter('embed.weight', init.normal(0, 0.02)),
    parameter('linear.*', init.uniform(-1, 1)),
    parameter('lstm.*', init.normal(0, 1)),
    parameter('square.weight', init.orthogonal()),
    parameter('scale', init.constant(2)),
    parameter('norm.*', init.normal(1, 0.1)),
  ]),
  'truncated normals that draw again': definePolicy('truncated', [
    parameter('norm.weight', truncated),
    parameter('square.bias', init.normal(0, 1)),
    parameter('rest.bias', init.normal(0, 1)),
    parameter('*', truncated),
  ]),
  'composed laws in passes': sequence(
    definePolicy('first', [
      parameter('*.weight*', init.blocks(1, init.normal(0, 2))),
      parameter('lstm.*', init.blocks(4, truncated)),
    ]),
    definePolicy('second', [
      parameter('embed.weight', init.zeroRow(2, init.keep)),
      parameter('linear.weight', init.overwriting(truncated, init.uniform(0, 1))),
      parameter('square.weight', init.sparse(0.1)),
      parameter('rest.*', init.keep),
    ]),
  ),
};

interface Options extends Partial<ShardsTarget> {
  readonly policy?: Policy;
  readonly rng?: 'torch' | 'counter';
  readonly seed?: number;
  readonly isDeferred?: boolean;
}

const SIX: FolderOptions = { layout: 'huggingface', shards: 6 };

/** Constructs the model anew, as another process would, and writes its share. */
function run(path: string, options: Options = {}): Promise<ShardsResult> {
  const { policy = POLICIES['simple laws'], rng = 'torch', seed = 3, isDeferred = true, ...target } = options;
  manualSeed(seed);
  const model = isDeferred ? deferFills(() => new Network()) : new Network();
  const prepared = prepareRun('test', model, policy, { ...RUN.defaults, rng, ...(rng === 'counter' ? { seed } : {}) });
  return runIntoShards(prepared, { ...SIX, path, metadata: {}, rank: 0, world: 1, force: false, ...target });
}

/** Runs every rank of a world, in an order that is not theirs. */
async function runAll(path: string, world: number, options: Options = {}): Promise<void> {
  for (let i = 0; i < world; i++) await run(path, { ...options, rank: (i * 5 + 2) % world, world });
}

/** The hash of each file of a folder, without what the processes note. */
function hashes(path: string): Record<string, string> {
  const names = readdirSync(path).filter((name) => name !== '.initree');
  return Object.fromEntries(
    names.sort().map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(path, name)))
        .digest('hex'),
    ]),
  );
}

/** What `initializeWeights` gives. */
function expected({ policy = POLICIES['simple laws'], rng = 'torch', seed = 3 }: Options): Network {
  manualSeed(seed);
  const model = new Network();
  initializeWeights(model, policy, rng === 'counter' ? { rng, seed } : {});
  return model;
}

/** The tensors of the files of the DCP layout, put together from their slices. */
function assemble(path: string): Map<string, unknown[]> {
  const parts = new Map<string, [from: number, values: unknown[]][]>();
  for (const name of readdirSync(path).filter((name) => name.endsWith('.safetensors'))) {
    const { tensors, metadata } = parse(readFileSync(join(path, name)));
    const info = JSON.parse(metadata.get('DCP_SHARDING_INFO') ?? '') as Record<string, { saved_offsets: number[] }>;
    for (const [key, tensor] of tensors) {
      expect(info[key].saved_offsets).toHaveLength(tensor.shape.length);
      parts.set(key, [...(parts.get(key) ?? []), [info[key].saved_offsets[0] ?? 0, [...tensor.data]]]);
    }
  }
  return new Map([...parts].map(([key, own]) => [key, own.sort(([a], [b]) => a - b).flatMap(([, values]) => values)]));
}

describe('runIntoShards', () => {
  it.each(Object.keys(POLICIES).flatMap((name) => [[name, 'torch'] as const, [name, 'counter'] as const]))(
    'gives the same files for any number of processes: %s, %s',
    async (name, rng) => {
      const policy = POLICIES[name];
      const single = newFolder();
      await run(single, { policy, rng });
      const reference = newFolder();
      await saveFolder(expected({ policy, rng }), reference, { shards: 6, metadata: {} });
      expect(hashes(single)).toEqual(hashes(reference));
      for (const world of [3, 7]) {
        const shared = newFolder();
        await runAll(shared, world, { policy, rng, isDeferred: world === 3 });
        expect(hashes(shared)).toEqual(hashes(single));
      }
      const { tensors } = await loadFile(single);
      expected({ policy, rng }).loadStateDict(tensors);
    },
  );

  it.each(Object.keys(POLICIES).flatMap((name) => [[name, 'torch'] as const, [name, 'counter'] as const]))(
    'writes slices of the same elements: %s, %s',
    async (name, rng) => {
      const policy = POLICIES[name];
      const state = new Map([...expected({ policy, rng }).stateDict()].map(([key, { data }]) => [key, [...data]]));
      const single = newFolder();
      await run(single, { policy, rng, layout: 'dcp', shards: 5 });
      expect(Object.keys(hashes(single))).toHaveLength(5);
      expect(new Map([...assemble(single)].sort())).toEqual(new Map([...state].sort()));
      const shared = newFolder();
      await runAll(shared, 3, { policy, rng, layout: 'dcp', shards: 5, isDeferred: false });
      expect(hashes(shared)).toEqual(hashes(single));
    },
  );
});
