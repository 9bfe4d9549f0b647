import { describeValue, ShapeError, StateError } from '../../errors.js';
import { xavierUniform } from '../../init/xavier.js';
import { checkCount, checkWhole } from '../../numerics/checkNumber.js';
import { checkDtype, type FloatDType } from '../../numerics/DType.js';
import { createNumbers } from '../../numerics/numbers.js';
import { type ReadArguments, readArguments, type Signature } from '../../readArguments.js';
import { denseOf } from '../../tensor/Dense.js';
import { getDefaultDtype } from '../../tensor/defaultDtype.js';
import { formatShape } from '../../tensor/Shape.js';
import { Tensor } from '../../tensor/Tensor.js';
import { ModuleList } from '../containers.js';
import { checkTensors } from '../functional/checkTensors.js';
import { LAYER_DEFAULTS } from '../Layer.js';
import { Module } from '../Module.js';
import { LayerNorm } from './normalization.js';
import { TransformerDecoderLayer, TransformerEncoderLayer, type TransformerLayerOptions } from './transformerLayers.js';
import { DECODER_FORWARD, type DecoderLayerInputs, type EncoderLayerInputs } from './transformerMasks.js';

/** Options of {@link TransformerEncoder} and {@link TransformerDecoder}. */
export interface TransformerStackOptions {
  /** Module that normalises the output of the last layer. Default: null (no normalisation). */
  norm?: Module | null | undefined;
}

/** The masks of {@link TransformerEncoder}: `mask` is the `srcMask` of every layer. */
export type EncoderInputs = Omit<EncoderLayerInputs, 'srcMask'> & { mask?: EncoderLayerInputs['srcMask'] };

const ENCODER: Signature<TransformerStackOptions> = {
  required: ['encoderLayer', 'numLayers'],
  defaults: { norm: null },
  lacks: { enableNestedTensor: 'all tensors are dense', maskCheck: 'all tensors are dense' },
};

const DECODER: Signature<TransformerStackOptions> = {
  required: ['decoderLayer', 'numLayers'],
  defaults: { norm: null },
};

const ENCODER_STACK_FORWARD: Signature<EncoderInputs> = {
  required: ['src'],
  defaults: { mask: null, srcKeyPaddingMask: null, isCausal: false },
};

/**
 * The members that encoder and decoder share: copies of one layer, one after another, and a normalisation at the end.
 */
abstract class LayerStack<L extends Module> extends Module {
  layers: ModuleList<L>;
  norm: Module | null;

  constructor(layer: L, numLayers: number, { norm }: ReadArguments<TransformerStackOptions>) {
    super();
    if (!(layer instanceof Module)) throw new StateError(`${describeValue(layer)} is not a Module subclass`);
    this.layers = new ModuleList(Array.from({ length: checkCount('numLayers', numLayers, 0) }, () => layer.clone()));
    if (norm !== null && !(norm instanceof Module)) {
      throw new StateError(`${new.target.name}: norm must be a Module or null, found ${describeValue(norm)}`);
    }
    this.norm = norm;
  }

  /** Runs `step` with each layer and the output of the layer before it, then the normalisation. */
  protected run(input: Tensor, step: (layer: L, x: Tensor) => Tensor): Tensor {
    let output = input;
    for (const layer of this.layers) output = step(layer, output);
    return this.norm ? this.norm.forward(output) : output;
  }
}

/**
 * Copies of an encoder layer, one after another, which all start with the weights of this layer
 * (`torch.nn.TransformerEncoder`; Vaswani et al. 2017).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * const layer = new nn.TransformerEncoderLayer(16, 4, { dimFeedforward: 32 });
 * const encoder = new nn.TransformerEncoder(layer, 3, { norm: new nn.LayerNorm(16) });
 * console.log(encoder.forward(zeros([10, 2, 16])).shape); // [ 10, 2, 16 ]
 * ```
 */
export class TransformerEncoder extends LayerStack<TransformerEncoderLayer> {
  /**
   * @param encoderLayer The layer to copy; the stack does not contain the layer itself.
   * @param numLayers Number of copies, ≥ 0.
   * @param options `norm` (default: null): a module that normalises the output of the last layer.
   * @throws StateError if `encoderLayer` or `norm` is not a module.
   * @throws ArgumentError if `numLayers` is out of its range or an option is unknown.
   */
  constructor(encoderLayer: TransformerEncoderLayer, numLayers: number, options?: TransformerStackOptions) {
    super(encoderLayer, numLayers, readArguments('nn.TransformerEncoder', arguments, ENCODER));
  }

  /**
   * @param src `[S, N, dModel]`, with `batchFirst` `[N, S, dModel]`, or `[S, dModel]`
   * @param inputs `mask`, `srcKeyPaddingMask`, `isCausal`; see {@link EncoderLayerInputs}.
   * @returns The shape of `src`.
   * @throws ShapeError if a shape does not match.
   * @throws DTypeError if a dtype does not match.
   * @throws ArgumentError if `isCausal` is true without `mask`, or if an option is unknown.
   */
  override forward(src: Tensor, inputs?: EncoderInputs): Tensor {
    checkTensors('TransformerEncoder.forward', { src });
    const { mask, ...others } = readArguments('nn.TransformerEncoder.forward', arguments, ENCODER_STACK_FORWARD);
    return this.run(src, (layer, x) => layer.forward(x, { srcMask: mask, ...others }));
  }
}

/**
 * Copies of a decoder layer, one after another, which all start with the weights of this layer
 * (`torch.nn.TransformerDecoder`; Vaswani et al. 2017).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * const decoder = new nn.TransformerDecoder(new nn.TransformerDecoderLayer(16, 4, { dimFeedforward: 32 }), 3);
 * console.log(decoder.forward(zeros([20, 2, 16]), zeros([10, 2, 16])).shape); // [ 20, 2, 16 ]
 * ```
 */
export class TransformerDecoder extends LayerStack<TransformerDecoderLayer> {
  /**
   * @param decoderLayer The layer to copy; the stack does not contain the layer itself.
   * @param numLayers Number of copies, ≥ 0.
   * @param options `norm` (default: null): a module that normalises the output of the last layer.
   * @throws StateError if `decoderLayer` or `norm` is not a module.
   * @throws ArgumentError if `numLayers` is out of its range or an option is unknown.
   */
  constructor(decoderLayer: TransformerDecoderLayer, numLayers: number, options?: TransformerStackOptions) {
    super(decoderLayer, numLayers, readArguments('nn.TransformerDecoder', arguments, DECODER));
  }

  /**
   * @param tgt The target: `[T, N, dModel]`, with `batchFirst` `[N, T, dModel]`, or `[T, dModel]`
   * @param memory The output of an encoder: `[S, N, dModel]`, with `batchFirst` `[N, S, dModel]`, or `[S, dModel]`
   * @param inputs Masks of every layer; see {@link DecoderLayerInputs}.
   * @returns The shape of `tgt`.
   * @throws ShapeError if a shape does not match.
   * @throws DTypeError if a dtype does not match.
   * @throws ArgumentError if a hint is true without its mask, or if an option is unknown.
   */
  override forward(tgt: Tensor, memory: Tensor, inputs?: DecoderLayerInputs): Tensor {
    checkTensors('TransformerDecoder.forward', { tgt, memory });
    const masks = readArguments('nn.TransformerDecoder.forward', arguments, DECODER_FORWARD);
    return this.run(tgt, (layer, x) => layer.forward(x, memory, masks));
  }
}

/** Options of {@link Transformer}. */
export interface TransformerOptions extends TransformerLayerOptions {
  /** Features of inputs and outputs, ≥ 1. Default: 512. */
  dModel?: number | undefined;
  /** Number of heads of every attention, ≥ 1, which divides `dModel`. Default: 8. */
  nhead?: number | undefined;
  /** Number of encoder layers, ≥ 0. Default: 6. */
  numEncoderLayers?: number | undefined;
  /** Number of decoder layers, ≥ 0. Default: 6. */
  numDecoderLayers?: number | undefined;
  /** An encoder that replaces the built-in encoder. Default: null (none). */
  customEncoder?: TransformerEncoder | null | undefined;
  /** A decoder that replaces the built-in decoder. Default: null (none). */
  customDecoder?: TransformerDecoder | null | undefined;
}

/** The masks of {@link Transformer}. */
export interface TransformerInputs extends Omit<EncoderLayerInputs, 'isCausal'>, DecoderLayerInputs {
  /** A hint that `srcMask`, which is then required, hides exactly the later positions. Default: false. */
  srcIsCausal?: boolean | undefined;
}

const TRANSFORMER: Signature<TransformerOptions> = {
  defaults: {
    dModel: 512,
    nhead: 8,
    numEncoderLayers: 6,
    numDecoderLayers: 6,
    dimFeedforward: 2048,
    dropout: 0.1,
    activation: 'relu',
    customEncoder: null,
    customDecoder: null,
    layerNormEps: 1e-5,
    batchFirst: false,
    normFirst: false,
    bias: true,
    ...LAYER_DEFAULTS,
  },
};

const TRANSFORMER_FORWARD: Signature<TransformerInputs> = {
  required: ['src', 'tgt'],
  defaults: {
    srcMask: null,
    tgtMask: null,
    memoryMask: null,
    srcKeyPaddingMask: null,
    tgtKeyPaddingMask: null,
    memoryKeyPaddingMask: null,
    srcIsCausal: false,
    tgtIsCausal: false,
    memoryIsCausal: false,
  },
};

const MASK: Signature<{ dtype?: FloatDType | undefined }> = { required: ['size'], defaults: { dtype: undefined } };

/**
 * An encoder and a decoder with a normalisation at the end of each (`torch.nn.Transformer`; Vaswani et al. 2017).
 *
 * Default initialisation: that of the layers; then every parameter with two or more dimensions is Xavier uniform.
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * const model = new nn.Transformer({ dModel: 16, nhead: 4, numEncoderLayers: 2, numDecoderLayers: 2 });
 * console.log(model.forward(zeros([10, 2, 16]), zeros([20, 2, 16])).shape); // [ 20, 2, 16 ]
 * ```
 */
export class Transformer extends Module {
  readonly dModel: number;
  readonly nhead: number;
  readonly batchFirst: boolean;
  encoder: TransformerEncoder;
  decoder: TransformerDecoder;

  /**
   * @param options `dModel`, `nhead`, `numEncoderLayers`, `numDecoderLayers`, `customEncoder`, `customDecoder`, and the
   *   options of the layers; see {@link TransformerOptions}.
   * @throws ArgumentError if a size or an option is out of its range.
   */
  constructor(options?: TransformerOptions) {
    super();
    const settings = readArguments('nn.Transformer', arguments, TRANSFORMER);
    const { dModel, nhead, numEncoderLayers, numDecoderLayers, customEncoder, customDecoder, ...ofLayers } = settings;
    const { layerNormEps: eps, bias, batchFirst, dtype, generator } = ofLayers;
    const createNorm = () => new LayerNorm(dModel, { eps, bias, dtype, generator });
    this.dModel = dModel;
    this.nhead = nhead;
    this.batchFirst = batchFirst;
    this.encoder =
      customEncoder ??
      new TransformerEncoder(new TransformerEncoderLayer(dModel, nhead, ofLayers), numEncoderLayers, {
        norm: createNorm(),
      });
    this.decoder =
      customDecoder ??
      new TransformerDecoder(new TransformerDecoderLayer(dModel, nhead, ofLayers), numDecoderLayers, {
        norm: createNorm(),
      });
    for (const parameter of this.parameters()) {
      if (parameter.ndim > 1) xavierUniform().fill(parameter, { generator });
    }
  }

  /**
   * Creates the causal mask `[size, size]`, by which position i sees the positions 0 to i: 0 where a position is
   * visible, otherwise −∞.
   * @param size Number of positions, ≥ 0.
   * @param options `dtype`: a floating dtype. Default: the default dtype.
   * @returns `[size, size]`
   * @throws ArgumentError if `size` is out of its range or an option is unknown.
   * @example
   * ```ts
   * import { nn } from 'initree';
   * console.log(nn.Transformer.generateSquareSubsequentMask(2).tolist()); // [ [ 0, -Infinity ], [ 0, 0 ] ]
   * ```
   */
  static generateSquareSubsequentMask(size: number, options?: { dtype?: FloatDType | undefined }): Tensor {
    const settings = readArguments('nn.Transformer.generateSquareSubsequentMask', arguments, MASK);
    const dtype = checkDtype(settings.dtype ?? getDefaultDtype());
    const numbers = createNumbers(dtype, checkWhole('size', size, 0) * size);
    for (let row = 0; row < size; row++) numbers.fill(-Infinity, row * size + row + 1, (row + 1) * size);
    return new Tensor(denseOf(numbers, [size, size], dtype));
  }

  /**
   * @param src The source: `[S, N, dModel]`, with `batchFirst` `[N, S, dModel]`, or `[S, dModel]`
   * @param tgt The target: `[T, N, dModel]`, with `batchFirst` `[N, T, dModel]`, or `[T, dModel]`
   * @param inputs Masks; see {@link TransformerInputs}.
   * @returns The shape of `tgt`.
   * @throws ShapeError if a shape does not match.
   * @throws DTypeError if a dtype does not match.
   * @throws ArgumentError if a hint is true without its mask, or if an option is unknown.
   */
  override forward(src: Tensor, tgt: Tensor, inputs?: TransformerInputs): Tensor {
    checkTensors('Transformer.forward', { src, tgt });
    const { srcMask, srcKeyPaddingMask, srcIsCausal, ...decoderInputs } = readArguments(
      'nn.Transformer.forward',
      arguments,
      TRANSFORMER_FORWARD,
    );
    const samples = this.batchFirst ? 0 : 1;
    if (src.ndim === 3 && src.shape[samples] !== tgt.shape[samples]) {
      throw new ShapeError(
        `the batch number of src and tgt must be equal, found ${formatShape(src.shape)} and ${formatShape(tgt.shape)}`,
      );
    }
    if (src.shape.at(-1) !== this.dModel || tgt.shape.at(-1) !== this.dModel) {
      throw new ShapeError(
        `the feature number of src and tgt must be equal to d_model, ${this.dModel}, found ${formatShape(src.shape)} and ${formatShape(tgt.shape)}`,
      );
    }
    const memory = this.encoder.forward(src, { mask: srcMask, srcKeyPaddingMask, isCausal: srcIsCausal });
    return this.decoder.forward(tgt, memory, decoderInputs);
  }
}
