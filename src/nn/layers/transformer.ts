import { describeValue, ShapeError, StateError } from '../../errors.js';
import { xavierUniform } from '../../init/xavier.js';
import { checkDtype, type FloatDType } from '../../numerics/DType.js';
import { createNumbers } from '../../numerics/numbers.js';
import { readOptions } from '../../readOptions.js';
import { denseOf } from '../../tensor/Dense.js';
import { getDefaultDtype } from '../../tensor/defaultDtype.js';
import { formatShape } from '../../tensor/Shape.js';
import { Tensor } from '../../tensor/Tensor.js';
import { checkSize } from '../checkSize.js';
import { ModuleList } from '../containers.js';
import { checkTensors } from '../functional/checkTensors.js';
import { Module } from '../Module.js';
import { LayerNorm } from './normalization.js';
import {
  DECODER_INPUTS,
  type DecoderLayerInputs,
  type EncoderLayerInputs,
  TRANSFORMER_LAYER_DEFAULTS,
  TransformerDecoderLayer,
  TransformerEncoderLayer,
  type TransformerLayerOptions,
} from './transformerLayers.js';

/** Options of {@link TransformerEncoder} and {@link TransformerDecoder}. */
export interface TransformerStackOptions {
  /** What normalises the output of the last layer; nothing when absent. */
  norm?: Module | null | undefined;
}

/** What {@link TransformerEncoder} takes beside its input: `mask` goes to every layer as its `srcMask`. */
export type EncoderInputs = Omit<EncoderLayerInputs, 'srcMask'> & { mask?: EncoderLayerInputs['srcMask'] };

/** What encoder and decoder share: copies of one layer, one after another, and a normalisation at the end. */
abstract class LayerStack<L extends Module> extends Module {
  layers: ModuleList<L>;
  norm: Module | null;

  constructor(layer: L, numLayers: number, options: TransformerStackOptions = {}) {
    super();
    if (!(layer instanceof Module)) throw new StateError(`${describeValue(layer)} is not a Module subclass`);
    this.layers = new ModuleList(Array.from({ length: checkSize('numLayers', numLayers, 0) }, () => layer.clone()));
    const { norm } = readOptions(new.target.name, options, { norm: null });
    if (norm !== null && !(norm instanceof Module)) {
      throw new StateError(`${new.target.name}: norm is a Module, found ${describeValue(norm)}`);
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
 * Copies of an encoder layer, one after another (`torch.nn.TransformerEncoder`). All start with the weights of `layer`,
 * which itself is not part of the encoder.
 */
export class TransformerEncoder extends LayerStack<TransformerEncoderLayer> {
  /** @param src [S, N, dModel], or [N, S, dModel] with `batchFirst`, or [S, dModel] → the same shape */
  override forward(src: Tensor, given: EncoderInputs = {}): Tensor {
    const { mask, ...inputs } = readOptions('TransformerEncoder.forward', given, {
      mask: null,
      srcKeyPaddingMask: null,
      isCausal: false,
    });
    return this.run(src, (layer, x) => layer.forward(x, { srcMask: mask, ...inputs }));
  }
}

/**
 * Copies of a decoder layer, one after another (`torch.nn.TransformerDecoder`). All start with the weights of `layer`,
 * which itself is not part of the decoder.
 */
export class TransformerDecoder extends LayerStack<TransformerDecoderLayer> {
  /**
   * @param tgt [T, N, dModel], or [N, T, dModel] with `batchFirst`, or [T, dModel] → the same shape
   * @param memory [S, N, dModel], or [N, S, dModel], or [S, dModel]: what an encoder gave
   */
  override forward(tgt: Tensor, memory: Tensor, inputs: DecoderLayerInputs = {}): Tensor {
    return this.run(tgt, (layer, x) => layer.forward(x, memory, inputs));
  }
}

/** Options of {@link Transformer}. */
export interface TransformerOptions extends TransformerLayerOptions {
  /** Features of inputs and outputs; 512 when absent. */
  dModel?: number | undefined;
  /** Heads of every attention, which divide `dModel`; 8 when absent. */
  nhead?: number | undefined;
  /** 6 when absent. */
  numEncoderLayers?: number | undefined;
  /** 6 when absent. */
  numDecoderLayers?: number | undefined;
  /** An encoder to take instead. */
  customEncoder?: TransformerEncoder | undefined;
  /** A decoder to take instead. */
  customDecoder?: TransformerDecoder | undefined;
}

/** What {@link Transformer} takes beside source and target. */
export interface TransformerInputs extends Omit<EncoderLayerInputs, 'isCausal'>, DecoderLayerInputs {
  /** A hint that `srcMask`, which must be given, hides later positions and nothing else; false when absent. */
  srcIsCausal?: boolean | undefined;
}

/**
 * Encoder and decoder with a normalisation at the end of each (`torch.nn.Transformer`; Vaswani et al. 2017). Default
 * initialisation: that of the layers, then every parameter of two or more dimensions Xavier uniform.
 */
export class Transformer extends Module {
  readonly dModel: number;
  readonly nhead: number;
  readonly batchFirst: boolean;
  encoder: TransformerEncoder;
  decoder: TransformerDecoder;

  constructor(options: TransformerOptions = {}) {
    super();
    const settings = readOptions('Transformer', options, {
      dModel: 512,
      nhead: 8,
      numEncoderLayers: 6,
      numDecoderLayers: 6,
      customEncoder: undefined,
      customDecoder: undefined,
      ...TRANSFORMER_LAYER_DEFAULTS,
    });
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

  /** A mask by which position i sees positions 0 to i alone: [size, size], 0 and −∞. */
  static generateSquareSubsequentMask(size: number, options: { dtype?: FloatDType | undefined } = {}): Tensor {
    const name = 'generateSquareSubsequentMask';
    const dtype = checkDtype(readOptions(name, options, { dtype: undefined }).dtype ?? getDefaultDtype());
    const numbers = createNumbers(dtype, checkSize('size', size, 0) * size);
    for (let row = 0; row < size; row++) numbers.fill(-Infinity, row * size + row + 1, (row + 1) * size);
    return new Tensor(denseOf(numbers, [size, size], dtype));
  }

  /**
   * @param src [S, N, dModel], or [N, S, dModel] with `batchFirst`, or [S, dModel]
   * @param tgt [T, N, dModel], or [N, T, dModel], or [T, dModel] → the same shape
   * @throws ShapeError where the sizes do not fit
   */
  override forward(src: Tensor, tgt: Tensor, inputs: TransformerInputs = {}): Tensor {
    checkTensors('Transformer.forward', { src, tgt });
    const { srcMask, srcKeyPaddingMask, srcIsCausal, ...decoderInputs } = readOptions('Transformer.forward', inputs, {
      srcMask: null,
      srcKeyPaddingMask: null,
      srcIsCausal: false,
      ...DECODER_INPUTS,
    });
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
