import { Embedding, EmbeddingBag } from '../nn/layers/embedding.js';
import type { Module } from '../nn/Module.js';
import { loadFile } from '../node/reading/loadFile.js';
import { isFloatDType } from '../numerics/DType.js';
import { Generator } from '../random/Generator.js';
import { randint, randn } from '../tensor/randomCreation.js';
import { formatShape } from '../tensor/Shape.js';
import type { Tensor } from '../tensor/Tensor.js';
import type { Input } from './options.js';
import { UsageError } from './UsageError.js';

/** What a model is probed with. */
export interface Batch {
  readonly input: readonly Tensor[];
  readonly target: Tensor | undefined;
  /** Where the input comes from, in words. */
  readonly choice: string;
}

/** The batch of `--data`, or of `--input`: noise of N(0, 1), and indices of the first embedding, both with the seed 0. */
export async function readBatch(
  model: Module,
  { input = [], data }: { readonly input?: readonly Input[]; readonly data?: string },
): Promise<Batch> {
  if (data !== undefined) {
    if (input.length > 0) throw new UsageError('--data has the input; leave out --input');
    return readFile(data);
  }
  const generator = new Generator(0);
  const [parameter] = [...model.parameters()].filter(({ dtype }) => isFloatDType(dtype));
  const tensors = input.map(({ shape, dtype = parameter?.dtype ?? 'float32' }) => {
    if (isFloatDType(dtype)) return randn(shape, { dtype, generator });
    if (dtype === 'int64' || dtype === 'int32') return randint(rowsOf(model), shape, { dtype, generator });
    throw new UsageError(
      `--input: expected a floating dtype, int64 or int32, found ${dtype}; write the batch to a file for --data`,
    );
  });
  const hasNoise = tensors.some(({ dtype }) => isFloatDType(dtype));
  const hasIndices = tensors.some(({ dtype }) => !isFloatDType(dtype));
  const kinds = [
    ...(hasNoise ? ['noise of N(0, 1)'] : []),
    ...(hasIndices ? [`indices below ${rowsOf(model)}, drawn uniformly`] : []),
  ];
  const forms = tensors.map(({ shape, dtype }) => `${formatShape(shape)} ${dtype}`).join(', ');
  return { input: tensors, target: undefined, choice: `input: ${forms}, ${kinds.join(' and ')} with the seed 0` };
}

/** The rows of the first embedding, among which indices are drawn. */
function rowsOf(model: Module): number {
  for (const module of model.modules()) {
    if (module instanceof Embedding || module instanceof EmbeddingBag) return module.weight.shape[0];
  }
  throw new UsageError(
    '--input: indices are drawn among the rows of the first nn.Embedding, which the model lacks; write the batch to a file for --data',
  );
}

async function readFile(path: string): Promise<Batch> {
  const { tensors } = await loadFile(path);
  const single = tensors.get('input');
  const several: Tensor[] = [];
  for (let next = tensors.get('input.0'); next; next = tensors.get(`input.${several.length}`)) several.push(next);
  const input = single ? [single] : several;
  if (input.length === 0) {
    throw new UsageError(
      `--data: expected a tensor 'input', or 'input.0', 'input.1', …, found ${[...tensors.keys()].slice(0, 8).join(', ') || 'no tensor'}`,
    );
  }
  return {
    input,
    target: tensors.get('target'),
    choice: `input: ${input.map(({ shape, dtype }) => `${formatShape(shape)} ${dtype}`).join(', ')}, from a file`,
  };
}
