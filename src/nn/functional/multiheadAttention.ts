import { ShapeError } from '../../errors.js';
import type { ReadArguments } from '../../readArguments.js';
import { zeros } from '../../tensor/creation.js';
import { cat } from '../../tensor/joining.js';
import { asSteps } from '../../tensor/observeOperations.js';
import { equalShapes, formatShape } from '../../tensor/Shape.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { attend, type Heads } from './attend.js';
import { type AttentionInputs, mergeMasks, widenMask } from './attentionMasks.js';
import { checkTensors } from './checkTensors.js';
import { linear } from './linear.js';

/** The settings and parameters of a multi-head attention, without its output projection. */
export interface AttentionParts {
  /** Features of queries and of the output. */
  readonly embedDim: number;
  readonly numHeads: number;
  /** Features of keys. */
  readonly kdim: number;
  /** Features of values. */
  readonly vdim: number;
  /** Probability with which a weight is set to 0 in training mode. */
  readonly dropout: number;
  readonly training: boolean;
  readonly addZeroAttn: boolean;
  readonly batchFirst: boolean;
  readonly inProjWeight: Tensor | null;
  readonly qProjWeight: Tensor | null;
  readonly kProjWeight: Tensor | null;
  readonly vProjWeight: Tensor | null;
  readonly inProjBias: Tensor | null;
  readonly biasK: Tensor | null;
  readonly biasV: Tensor | null;
}

/** How sequences are arranged in a tensor, and how many heads share its features. */
interface Layout {
  /** The dimension that counts the positions. */
  readonly dim: number;
  readonly samples: number;
  readonly heads: number;
}

/** A projection: its features are neighbouring columns of a tensor. */
interface Projection {
  readonly tensor: Tensor;
  readonly column: number;
}

/**
 * Multi-head attention without its output projection (`torch.nn.functional.multi_head_attention_forward`).
 * @returns The outputs of the heads side by side, in the shape of the query, and the weights if they are needed.
 * @throws ShapeError, DTypeError or ArgumentError if the inputs do not match.
 */
export function multiheadAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  parts: AttentionParts,
  inputs: ReadArguments<AttentionInputs>,
): [output: Tensor, weights: Tensor | null] {
  const { embedDim, numHeads, batchFirst } = parts;
  const { needWeights, averageAttnWeights, attnMask, keyPaddingMask } = inputs;
  checkTensors('MultiheadAttention.forward', { query, key, value }, { attnMask, keyPaddingMask });
  checkDimensions(query, key, value);
  const isBatched = query.ndim === 3;
  const dim = isBatched && !batchFirst ? 0 : query.ndim - 2;
  const layout = { dim, samples: isBatched ? query.shape[1 - dim] : 1, heads: numHeads };
  checkSizes(query, key, value, parts, layout);
  const [rows, keyCount] = [query.shape[dim], key.shape[dim]];
  const mask = mergeMasks(query, inputs, { ...layout, queries: rows, keys: keyCount });
  const [queries, keys, values] = project(query, key, value, parts, dim);
  const columns = keys.tensor.shape[dim];
  const width = embedDim / numHeads;
  const { output, weights } = attend({
    queries: headsOf(queries, width, layout),
    keys: headsOf(keys, width, layout),
    values: headsOf(values, width, layout),
    output: { ...headsOf({ tensor: query, column: 0 }, width, layout), shape: query.shape },
    batch: [layout.samples, numHeads],
    sizes: { rows, columns, width, valueWidth: width },
    mask: mask && columns > keyCount ? widenMask(mask, columns - keyCount) : mask,
    isCausal: false,
    dropoutP: parts.training ? parts.dropout : 0,
    needWeights,
  });
  const given = averageAttnWeights ? asSteps(() => weights?.mean(1)) : weights;
  return [output, (isBatched ? given : given?.squeeze(0)) ?? null];
}

/** Projects queries, keys and values. If all three are the same tensor, one product projects them together. */
function project(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  parts: AttentionParts,
  dim: number,
): [queries: Projection, keys: Projection, values: Projection] {
  const { embedDim, inProjWeight, inProjBias, biasK, biasV, addZeroAttn } = parts;
  if (inProjWeight && query === key && key === value && !biasK && !addZeroAttn) {
    const tensor = linear(query, inProjWeight, inProjBias);
    return [
      { tensor, column: 0 },
      { tensor, column: embedDim },
      { tensor, column: 2 * embedDim },
    ];
  }
  const weights = inProjWeight?.split(embedDim) ?? [parts.qProjWeight, parts.kProjWeight, parts.vProjWeight];
  const biases = inProjBias?.split(embedDim);
  const [queries, keys, values] = [query, key, value].map((input, i) =>
    linear(input, weights[i] as Tensor, biases?.[i]),
  );
  return [
    { tensor: queries, column: 0 },
    { tensor: lengthened(keys, dim, biasK, addZeroAttn), column: 0 },
    { tensor: lengthened(values, dim, biasV, addZeroAttn), column: 0 },
  ];
}

/** Appends positions to sequences: a learned position, and a position of zeros. */
function lengthened(sequences: Tensor, dim: number, bias: Tensor | null, addZero: boolean): Tensor {
  if (!bias && !addZero) return sequences;
  const shape = sequences.shape.with(dim, 1);
  const learned = bias?.view(shape.map((size, d) => (d === shape.length - 1 ? size : 1))).expand(shape);
  const zero = addZero ? zeros(shape, { dtype: sequences.dtype }) : undefined;
  return cat(
    [sequences, learned, zero].filter((part) => part !== undefined),
    dim,
  );
}

/** The location of the matrices of all heads in a projection. */
function headsOf({ tensor, column }: Projection, width: number, { dim, samples, heads }: Layout): Heads {
  const features = tensor.shape[tensor.ndim - 1];
  const isSequenceFirst = dim < tensor.ndim - 2;
  const sampleStride = isSequenceFirst ? features : tensor.shape[dim] * features;
  const starts: number[] = [];
  for (let sample = 0; sample < samples; sample++) {
    for (let head = 0; head < heads; head++) starts.push(sample * sampleStride + column + head * width);
  }
  return { tensor, starts, rowStride: isSequenceFirst ? samples * features : features };
}

function checkDimensions(query: Tensor, key: Tensor, value: Tensor): void {
  const { ndim } = query;
  if (ndim !== 2 && ndim !== 3) {
    throw new ShapeError(
      `query should be unbatched 2D or batched 3D tensor but received ${ndim}-D query tensor: ${formatShape(query.shape)}`,
    );
  }
  if (key.ndim !== ndim || value.ndim !== ndim) {
    throw new ShapeError(
      `For ${ndim === 3 ? 'batched' : 'unbatched'} (${ndim}-D) \`query\`, expected \`key\` and \`value\` to be ${ndim}-D but found ${key.ndim}-D and ${value.ndim}-D tensors respectively`,
    );
  }
}

function checkSizes(query: Tensor, key: Tensor, value: Tensor, parts: AttentionParts, layout: Layout): void {
  const features = query.shape[query.ndim - 1];
  if (features !== parts.embedDim) {
    throw new ShapeError(
      `was expecting embedding dimension of ${parts.embedDim}, but got ${features}: query ${formatShape(query.shape)}`,
    );
  }
  if (!equalShapes(key.shape.slice(0, -1), value.shape.slice(0, -1))) {
    throw new ShapeError(
      `key shape ${formatShape(key.shape)} does not match value shape ${formatShape(value.shape)}: expected equal sequence and batch dimensions`,
    );
  }
  const keySamples = key.ndim === 3 ? key.shape[1 - layout.dim] : 1;
  if (keySamples !== layout.samples) {
    throw new ShapeError(
      `query ${formatShape(query.shape)} and key ${formatShape(key.shape)} differ in their number of samples: ${layout.samples} and ${keySamples}`,
    );
  }
  const checks = [
    ['key', key, parts.kdim],
    ['value', value, parts.vdim],
  ] as const;
  for (const [name, { shape }, expected] of checks) {
    if (shape.at(-1) === expected) continue;
    throw new ShapeError(
      `expecting ${name} weights shape of [${parts.embedDim}, ${shape.at(-1)}], but got [${parts.embedDim}, ${expected}]: ${name} ${formatShape(shape)} must end in ${expected} features`,
    );
  }
}
