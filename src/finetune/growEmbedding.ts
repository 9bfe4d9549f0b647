import { ArgumentError, describeValue } from '../errors.js';
import { deferFills } from '../init/Deferral.js';
import { choleskyInPlace } from '../kernels/linear/cholesky.js';
import { rowMajor, transposeOf } from '../kernels/linear/Matrix.js';
import { multiplyMatrices } from '../kernels/linear/matmul.js';
import { Embedding } from '../nn/layers/embedding.js';
import { Linear } from '../nn/layers/linear.js';
import { checkWhole } from '../numerics/checkNumber.js';
import type { FloatDType } from '../numerics/DType.js';
import { checkGenerator } from '../random/DrawOptions.js';
import type { Generator } from '../random/Generator.js';
import { readArguments, type Signature } from '../readArguments.js';
import { zeros } from '../tensor/creation.js';
import { cat } from '../tensor/joining.js';
import { hasLoaded, markLoaded } from '../tensor/loadedElements.js';
import { namesByElements } from '../tensor/namesByElements.js';
import { randn } from '../tensor/randomCreation.js';
import { Tensor } from '../tensor/Tensor.js';
import { columnMeans } from './columnMeans.js';

/** Options of {@link growEmbedding}. */
export interface GrowOptions {
  /**
   * The layer that gives a score for each row of the table. A head that shares the table's weight gets the same rows, and zeros
   * in its bias; another one gets rows of its own. Default: null (no head).
   */
  head?: Linear | null | undefined;
  /** The generator to draw from. Default: the default generator. */
  generator?: Generator | undefined;
}

const GROW: Signature<GrowOptions> = {
  required: ['embedding', 'numEmbeddings'],
  defaults: { head: null, generator: undefined },
};

/** The factor of the covariance, so that the new rows lie close to the mean. */
const EPSILON = Math.fround(1e-9);

/**
 * Adds rows to a table, for new words of a vocabulary, as `resize_token_embeddings` of transformers does
 * (`mean_resizing=True`). The new rows are drawn from the normal distribution with the mean of the rows and 10⁻⁹ times their
 * covariance; where that matrix is not positive definite in float32, they are the mean (Hewitt 2021). The layers keep their
 * parameters as objects, so a tied head stays tied.
 *
 * The same words are drawn as by transformers, and the values agree within 10⁻⁵ of their size. With about as many rows as
 * columns, the covariance is singular but for rounding; there the two may decide differently.
 * @param embedding the layer; its weight `[rows, columns]` becomes `[numEmbeddings, columns]`
 * @param numEmbeddings the number of rows afterwards, at least the present one; the same number changes nothing
 * @param options `head` (default: null) and `generator`; see {@link GrowOptions}
 * @returns the embedding
 * @throws ArgumentError if an argument has the wrong type, if the table would shrink, if there are no rows, if the head does not
 *   have one output for each row, or if the head has a bias of one element. Nothing is drawn or changed.
 * @throws StateError if a recorded operation computed one of the weights. Nothing is changed.
 * @example
 * ```ts
 * import { growEmbedding, manualSeed, nn } from 'initree';
 * manualSeed(0);
 * const words = new nn.Embedding(100, 8);
 * const head = new nn.Linear(8, 100, { bias: false });
 * head.weight = words.weight;
 * growEmbedding(words, 104, { head });
 * console.log(String(words), head.outFeatures, head.weight === words.weight); // Embedding(104, 8) 104 true
 * ```
 */
export function growEmbedding(embedding: Embedding, numEmbeddings: number, options?: GrowOptions): Embedding {
  const { head, generator } = readArguments('growEmbedding', arguments, GROW);
  const source = checkGenerator(generator);
  checkLayers(embedding, numEmbeddings, head);
  const rows = embedding.numEmbeddings;
  if (numEmbeddings === rows) return embedding;
  const { weight } = embedding;
  const isTied = head !== null && isSame(weight, head.weight);
  const written = [weight, ...(head === null ? [] : [head.weight, ...(head.bias === null ? [] : [head.bias])])];
  for (const parameter of written) parameter.checkWritable('growEmbedding');

  const loan = source.lend('growEmbedding()');
  try {
    const added = numEmbeddings - rows;
    const dtype = weight.dtype as FloatDType;
    discardDefault(() => new Embedding(numEmbeddings, embedding.embeddingDim, { dtype, generator: loan.generator }));
    const table = withRows(weight, drawRows(weight, added, loan.generator));
    const output = head === null || isTied ? null : growHead(head, added, loan.generator);
    const bias = output?.bias ?? (head?.bias ? withRows(head.bias, zeros([added], { dtype: head.bias.dtype })) : null);

    Object.assign(embedding, { numEmbeddings });
    replace(weight, table);
    if (head !== null) {
      Object.assign(head, { outFeatures: numEmbeddings });
      if (head.weight !== weight) replace(head.weight, output?.weight ?? table);
      if (head.bias !== null && bias !== null) replace(head.bias, bias);
    }
    loan.accept();
    return embedding;
  } finally {
    loan.end();
  }
}

function checkLayers(embedding: unknown, numEmbeddings: unknown, head: unknown): void {
  if (!(embedding instanceof Embedding)) {
    throw new ArgumentError(`growEmbedding() expects an nn.Embedding first, found ${describeValue(embedding)}`);
  }
  if (head !== null && !(head instanceof Linear)) {
    throw new ArgumentError(`growEmbedding() expects head to be an nn.Linear, found ${describeValue(head)}`);
  }
  const rows = embedding.weight.shape[0];
  checkWhole('numEmbeddings of growEmbedding()', numEmbeddings as number, rows);
  if (rows === 0) throw new ArgumentError('growEmbedding() expects a table with rows, whose mean it adds, found none');
  if (head === null) return;
  if (head.weight.shape[0] !== rows) {
    throw new ArgumentError(
      `growEmbedding() expects a head with one output for each of the ${rows} rows, found ${head.weight.shape[0]} outputs`,
    );
  }
  if (head.bias !== null && rows === 1 && !isSame(embedding.weight, head.weight)) {
    throw new ArgumentError(
      'growEmbedding() expects a bias of two elements at least, which has a deviation, found one',
    );
  }
}

/** Whether two tensors have the same elements in memory. */
function isSame(a: Tensor, b: Tensor): boolean {
  return (
    a === b ||
    namesByElements([
      ['a', a],
      ['b', b],
    ]).get('a')?.length === 2
  );
}

/** Advances the generator past the default initialisation of a layer that is not needed. */
function discardDefault(build: () => object): void {
  deferFills(build);
}

/** The rows and the bias of a head of its own, with new elements. */
function growHead(head: Linear, added: number, generator: Generator): { weight: Tensor; bias: Tensor | null } {
  const { weight, bias, inFeatures } = head;
  const dtype = weight.dtype as FloatDType;
  const settings = { bias: bias !== null, dtype, generator };
  discardDefault(() => new Linear(inFeatures, weight.shape[0] + added, settings));
  const grown = withRows(weight, drawRows(weight, added, generator));
  if (bias === null) return { weight: grown, bias: null };
  const mean = bias.detach().to('float32').mean().item() as number;
  const std = bias.detach().std().to('float32').item() as number;
  const more = zeros([added], { dtype: bias.dtype as FloatDType }).normal_(mean, Math.fround(EPSILON * std), {
    generator,
  });
  return { weight: grown, bias: withRows(bias, more) };
}

/** New rows like those of a table, `[count, columns]`. */
function drawRows(table: Tensor, count: number, generator: Generator): Tensor {
  const [rows, columns] = table.shape;
  const elements = table.detach().to('float32');
  const mean = Tensor.fromData(columnMeans(elements.data as Float32Array, rows, columns), [columns]);
  const centred = elements.sub(mean).data as Float32Array;
  const factor = new Float32Array(columns * columns);
  const matrix = rowMajor(centred, columns);
  multiplyMatrices(columns, rows, columns, transposeOf(matrix), matrix, rowMajor(factor, columns));
  for (let i = 0; i < factor.length; i++) factor[i] = EPSILON * Math.fround(factor[i] / rows);
  if (!choleskyInPlace(columns, factor)) return mean.expand(count, columns).to(table.dtype);
  const noise = randn([count, columns], { dtype: 'float32', generator });
  const product = noise.matmul(Tensor.fromData(factor, [columns, columns]).transpose(0, 1));
  return product.add(mean).to(table.dtype);
}

function withRows(tensor: Tensor, more: Tensor): Tensor {
  return cat([tensor.detach(), more]);
}

/** Gives a parameter other elements. It stays the same object, and loaded if it was. */
function replace(parameter: Tensor, elements: Tensor): void {
  const isLoaded = hasLoaded(parameter.data);
  parameter.set_(elements);
  parameter.grad = null;
  if (isLoaded) markLoaded(parameter.data);
}
