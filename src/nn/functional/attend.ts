import { ShapeError } from '../../errors.js';
import { type Matrix, rowMajor, transposeOf } from '../../kernels/linear/Matrix.js';
import { multiplyMatrices } from '../../kernels/linear/matmul.js';
import { scoreGradients, softmaxScores } from '../../kernels/sequence/attention.js';
import { createNumbers, type Floats } from '../../numerics/numbers.js';
import type { Generator } from '../../random/Generator.js';
import { broadcastIndices } from '../../tensor/broadcast.js';
import { ones } from '../../tensor/creation.js';
import { type Dense, denseOf } from '../../tensor/Dense.js';
import { asSteps } from '../../tensor/observeOperations.js';
import { broadcastShapes, equalShapes, formatShape, numelOf, type Shape } from '../../tensor/Shape.js';
import { isGradEnabled } from '../../tensor/Tape.js';
import { record, type Tensor } from '../../tensor/Tensor.js';
import { checkProbability, dropout } from './dropout.js';
import { floatsOf } from './floatsOf.js';

/**
 * The locations of equally large matrices in an array, one for each head of each sample. Neighbouring columns are
 * neighbouring elements.
 */
interface MatrixLayout {
  /** The index of the first element of each matrix. */
  readonly starts: readonly number[];
  /** The number of elements from one row of a matrix to the next row. */
  readonly rowStride: number;
}

/** The matrices of all heads in a tensor. */
export interface Heads extends MatrixLayout {
  readonly tensor: Tensor;
}

/** One attention with many heads. */
export interface Attention {
  /** rows × width each */
  readonly queries: Heads;
  /** columns × width each */
  readonly keys: Heads;
  /** columns × valueWidth each; queries, keys and values may share a tensor. */
  readonly values: Heads;
  /** rows × valueWidth each */
  readonly output: MatrixLayout & { readonly shape: Shape };
  /** The dimensions that count the heads. */
  readonly batch: Shape;
  readonly sizes: {
    readonly rows: number;
    readonly columns: number;
    readonly width: number;
    readonly valueWidth: number;
  };
  /** Added to the scores, in a shape that broadcasts to `[...batch, rows, columns]`. */
  readonly mask: Tensor | null;
  readonly isCausal: boolean;
  /** Factor of the scores. Default: 1/√width. */
  readonly scale?: number | undefined;
  readonly dropoutP: number;
  readonly generator?: Generator | undefined;
  /**
   * Whether the weights are returned as well, after dropout: `[...batch, rows, columns]`. The weights are NaN for a row
   * that sees no column. Default: false.
   */
  readonly needWeights?: boolean;
}

/** The data that the forward pass keeps for the backward pass. */
interface Pass extends Attention {
  readonly scale: number;
  readonly inputs: readonly Tensor[];
  /** The elements of every input. */
  readonly numbers: ReadonlyMap<Tensor, Floats>;
  /** The part of the mask, or of its gradient, that belongs to one matrix of scores. */
  readonly maskAt: (data: Floats, i: number) => Matrix;
  /** The weights of all heads, or of one head after another if nothing needs them later. */
  readonly weights: Floats;
  readonly isKept: boolean;
  /** The factors by which dropout multiplies the weights of all heads. */
  readonly noise: Floats | null;
  /** The weights of one head after dropout. */
  readonly dropped: Floats;
}

/**
 * The attention of every head, softmax(queries·keysᵀ·scale + mask)·values, computed on the matrices in place. The
 * output is one recorded operation; the weights, if they are needed, are a second one.
 */
export function attend(attention: Attention): { output: Tensor; weights: Tensor | null } {
  const pass = preparePass(attention);
  const { queries, keys, values, output, mask, isCausal, needWeights = false, scale, maskAt, weights } = pass;
  const { rows, columns, width, valueWidth } = pass.sizes;
  const { dtype } = queries.tensor;
  const y = createNumbers(dtype, numelOf(output.shape)) as Floats;
  const unattended = needWeights ? NaN : 0;
  for (let i = 0; i < queries.starts.length; i++) {
    const at = weightsAt(pass, i);
    const scores = rowMajor(weights, columns, at);
    multiplyMatrices(rows, width, columns, matrixOf(pass, queries, i), transposeOf(matrixOf(pass, keys, i)), scores);
    const added = mask && maskAt(pass.numbers.get(mask) as Floats, i);
    softmaxScores(weights, at, rows, columns, { scale, mask: added, isCausal, unattended });
    multiplyMatrices(
      rows,
      columns,
      valueWidth,
      usedWeights(pass, i),
      matrixOf(pass, values, i),
      matrixAt(y, output, i),
    );
  }
  const name = 'ScaledDotProductAttentionBackward0';
  const settings = { kind: 'attention', values: { scale, isCausal, dropoutP: pass.dropoutP } };
  return {
    output: record(name, pass.inputs, denseOf(y, output.shape, dtype), (g) => pullBack(pass, 'output', g), settings),
    weights: needWeights
      ? record('SoftmaxBackward0', pass.inputs, givenWeights(pass), (g) => pullBack(pass, 'weights', g), {
          kind: 'attention_weights',
        })
      : null,
  };
}

function preparePass(attention: Attention): Pass {
  const { queries, keys, values, batch, mask, dropoutP, generator, needWeights } = attention;
  const { rows, columns, width } = attention.sizes;
  const { dtype } = queries.tensor;
  const shape = [...batch, rows, columns];
  const maskAt = locateMask(mask, shape);
  checkProbability(dropoutP);
  const inputs = [...new Set([queries.tensor, keys.tensor, values.tensor, ...(mask ? [mask] : [])])];
  const isKept = needWeights || (isGradEnabled() && inputs.some(({ requiresGrad }) => requiresGrad));
  return {
    ...attention,
    scale: attention.scale ?? 1 / Math.sqrt(width),
    inputs,
    numbers: new Map(inputs.map((input) => [input, floatsOf(input)])),
    maskAt,
    weights: createNumbers(dtype, isKept ? numelOf(shape) : rows * columns) as Floats,
    isKept,
    noise: dropoutP > 0 ? floatsOf(asSteps(() => dropout(ones(shape, { dtype }), dropoutP, { generator }))) : null,
    dropped: createNumbers(dtype, dropoutP > 0 ? rows * columns : 0) as Floats,
  };
}

/** The gradients of the inputs, given the gradient of the output or of the weights. */
function pullBack(pass: Pass, source: 'output' | 'weights', g: Dense): (Dense | null)[] {
  const { queries, keys, values, output, mask, scale, inputs, maskAt, weights, noise } = pass;
  const { rows, columns, width, valueWidth } = pass.sizes;
  const gradient = floatsOf(g);
  const gradients = new Map<Tensor | null, Floats>();
  for (const input of inputs) {
    // Many heads may share a mask, so its gradient is added up in float64.
    const dtype = input === mask ? 'float64' : input.dtype;
    if (input.requiresGrad) gradients.set(input, createNumbers(dtype, input.numel) as Floats);
  }
  const [byQueries, byKeys, byValues] = [queries, keys, values].map(({ tensor }) => gradients.get(tensor));
  const byMask = gradients.get(mask);
  const size = rows * columns;
  const byScores = createNumbers(queries.tensor.dtype, size) as Floats;
  const scores = rowMajor(byScores, columns);
  for (let i = 0; i < queries.starts.length; i++) {
    if (source === 'weights') byScores.set(gradient.subarray(i * size, (i + 1) * size));
    else {
      const own = matrixAt(gradient, output, i);
      if (byValues) {
        const used = transposeOf(usedWeights(pass, i));
        multiplyMatrices(columns, rows, valueWidth, used, own, matrixAt(byValues, values, i), true);
      }
      multiplyMatrices(rows, valueWidth, columns, own, transposeOf(matrixOf(pass, values, i)), scores);
    }
    if (noise) for (let e = 0; e < size; e++) byScores[e] *= noise[i * size + e];
    scoreGradients(weights, i * size, rows, columns, scale, byScores, byMask ? maskAt(byMask, i) : null);
    if (byQueries) {
      multiplyMatrices(rows, columns, width, scores, matrixOf(pass, keys, i), matrixAt(byQueries, queries, i), true);
    }
    if (byKeys) {
      const to = matrixAt(byKeys, keys, i);
      multiplyMatrices(columns, rows, width, transposeOf(scores), matrixOf(pass, queries, i), to, true);
    }
  }
  return inputs.map((input) => {
    const numbers = gradients.get(input);
    return numbers ? denseOf(numbers, input.shape, input.dtype) : null;
  });
}

/** The weights of a head, after dropout. */
function usedWeights(pass: Pass, i: number): Matrix {
  const { weights, noise, dropped } = pass;
  const { columns } = pass.sizes;
  const at = weightsAt(pass, i);
  if (noise === null) return rowMajor(weights, columns, at);
  const from = i * dropped.length;
  for (let e = 0; e < dropped.length; e++) dropped[e] = weights[at + e] * noise[from + e];
  return rowMajor(dropped, columns);
}

function givenWeights({ queries, batch, sizes, weights, noise }: Pass): Dense {
  const given = noise ? weights.map((weight, e) => weight * noise[e]) : weights;
  return denseOf(given, [...batch, sizes.rows, sizes.columns], queries.tensor.dtype);
}

function weightsAt({ isKept, sizes }: Pass, i: number): number {
  return isKept ? i * sizes.rows * sizes.columns : 0;
}

function matrixOf({ numbers }: Pass, heads: Heads, i: number): Matrix {
  return matrixAt(numbers.get(heads.tensor) as Floats, heads, i);
}

function matrixAt(data: Floats, { starts, rowStride }: MatrixLayout, i: number): Matrix {
  return { data, offset: starts[i], rowStride, columnStride: 1 };
}

/**
 * The location in the mask of the part that belongs to each matrix of scores.
 * @throws ShapeError if the mask does not broadcast to the scores.
 */
function locateMask(mask: Tensor | null, scores: Shape): (data: Floats, i: number) => Matrix {
  const shape = mask?.shape ?? [];
  if (!equalShapes(broadcastShapes(shape, scores), scores)) {
    throw new ShapeError(
      `attn_mask ${formatShape(shape)} does not broadcast to the scores ${formatShape(scores)}: it has too many dimensions or sizes`,
    );
  }
  const [height, columns] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
  const starts = broadcastIndices(shape.slice(0, -2), scores.slice(0, -2)).map((at) => at * height * columns);
  const rowStride = height === 1 ? 0 : columns;
  const columnStride = columns === 1 ? 0 : 1;
  return (data, i) => ({ data, offset: starts[i], rowStride, columnStride });
}
