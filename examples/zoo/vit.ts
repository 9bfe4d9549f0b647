// The vision transformer (Dosovitskiy et al. 2020, https://arxiv.org/abs/2010.11929) as torchvision builds it: an image is cut
// into patches, which a transformer reads as a sequence behind a class token. `vitB32` has patches of 32×32 pixels,
// and `vitB16` has patches of 16×16 pixels.
import { cat, init, nn, type Tensor, zeros } from 'initree';
import { MLP } from './MLP.js';

/** Self-attention and an MLP, each after a normalisation and with a residual connection. */
export class EncoderBlock extends nn.Module {
  static override readonly stateNames = { ln1: 'ln_1', selfAttention: 'self_attention', ln2: 'ln_2' };
  ln1: nn.LayerNorm;
  selfAttention: nn.MultiheadAttention;
  dropout: nn.Dropout;
  ln2: nn.LayerNorm;
  mlp: MLP;

  constructor(numHeads: number, hiddenDim: number, mlpDim: number, dropout: number, attentionDropout: number) {
    super();
    this.ln1 = new nn.LayerNorm(hiddenDim, { eps: 1e-6 });
    this.selfAttention = new nn.MultiheadAttention(hiddenDim, numHeads, {
      dropout: attentionDropout,
      batchFirst: true,
    });
    this.dropout = new nn.Dropout(dropout);
    this.ln2 = new nn.LayerNorm(hiddenDim, { eps: 1e-6 });
    this.mlp = new MLP(hiddenDim, mlpDim, dropout);
  }

  override forward(input: Tensor): Tensor {
    const normal = this.ln1.forward(input);
    const [attention] = this.selfAttention.forward(normal, normal, normal, { needWeights: false });
    const x = this.dropout.forward(attention).add(input);
    return x.add(this.mlp.forward(this.ln2.forward(x)));
  }
}

/** Adds the learned positions and runs the blocks. */
export class Encoder extends nn.Module {
  static override readonly stateNames = { posEmbedding: 'pos_embedding' };
  /** [1, seqLength, hiddenDim] */
  posEmbedding: nn.Parameter;
  dropout: nn.Dropout;
  layers = new nn.Sequential();
  ln: nn.LayerNorm;

  constructor(
    seqLength: number,
    numLayers: number,
    numHeads: number,
    hiddenDim: number,
    mlpDim: number,
    dropout: number,
    attentionDropout: number,
  ) {
    super();
    this.posEmbedding = new nn.Parameter(init.normal_(zeros([1, seqLength, hiddenDim]), 0, 0.02));
    this.dropout = new nn.Dropout(dropout);
    for (let i = 0; i < numLayers; i++) {
      const block = new EncoderBlock(numHeads, hiddenDim, mlpDim, dropout, attentionDropout);
      this.layers.addModule(`encoder_layer_${i}`, block);
    }
    this.ln = new nn.LayerNorm(hiddenDim, { eps: 1e-6 });
  }

  override forward(input: Tensor): Tensor {
    const x = this.dropout.forward(input.add(this.posEmbedding));
    return this.ln.forward(this.layers.forward(x));
  }
}

export interface VisionTransformerOptions {
  /** Share of the features that training drops in and between blocks. Default: 0. */
  dropout?: number;
  /** Share of the attention weights that training drops. Default: 0. */
  attentionDropout?: number;
  /** Number of logits. Default: 1000. */
  numClasses?: number;
  /** Features of a layer with a tanh before the classifier; default: no such layer. */
  representationSize?: number;
}

export class VisionTransformer extends nn.Module {
  static override readonly stateNames = { convProj: 'conv_proj', classToken: 'class_token' };
  readonly imageSize: number;
  readonly patchSize: number;
  /** Maps each patch to a vector. */
  convProj: nn.Conv2d;
  /** [1, 1, hiddenDim] */
  classToken: nn.Parameter;
  encoder: Encoder;
  heads: nn.Sequential;

  /**
   * @param imageSize height and width of the images, a multiple of `patchSize`
   * @param hiddenDim features of a position
   * @param mlpDim features between the two linear layers of a block
   */
  constructor(
    imageSize: number,
    patchSize: number,
    numLayers: number,
    numHeads: number,
    hiddenDim: number,
    mlpDim: number,
    options: VisionTransformerOptions = {},
  ) {
    super();
    const { dropout = 0, attentionDropout = 0, numClasses = 1000, representationSize } = options;
    if (imageSize % patchSize !== 0) throw new Error('Input shape indivisible by patch size!');
    this.imageSize = imageSize;
    this.patchSize = patchSize;
    this.convProj = new nn.Conv2d(3, hiddenDim, patchSize, { stride: patchSize });
    this.classToken = new nn.Parameter(zeros([1, 1, hiddenDim]));
    const seqLength = (imageSize / patchSize) ** 2 + 1;
    this.encoder = new Encoder(seqLength, numLayers, numHeads, hiddenDim, mlpDim, dropout, attentionDropout);
    const preLogits = representationSize ? new nn.Linear(hiddenDim, representationSize) : null;
    const head = new nn.Linear(representationSize ?? hiddenDim, numClasses);
    this.heads = new nn.Sequential(preLogits ? { pre_logits: preLogits, act: new nn.Tanh(), head } : { head });

    // The blocks initialised themselves in their constructors. The classifier starts at 0, so that every class is equally
    // likely at first.
    for (const m of preLogits ? [this.convProj, preLogits] : [this.convProj]) {
      const [fanIn] = init.calculateFanInAndFanOut(m.weight);
      init.truncNormal_(m.weight, { std: Math.sqrt(1 / fanIn) });
      m.bias?.zero_();
    }
    head.weight.zero_();
    head.bias?.zero_();
  }

  /** @param x [N, 3, imageSize, imageSize] → [N, numClasses] */
  override forward(x: Tensor): Tensor {
    const [n, , height, width] = x.shape;
    if (height !== this.imageSize || width !== this.imageSize) {
      throw new Error(`Wrong image size! Expected ${this.imageSize}×${this.imageSize} but got ${height}×${width}!`);
    }
    // [N, hiddenDim, rows, columns] → [N, rows·columns, hiddenDim]
    x = this.convProj.forward(x).flatten(2).permute(0, 2, 1);
    x = cat([this.classToken.expand(n, -1, -1), x], 1);
    x = this.encoder.forward(x).select(1, 0);
    return this.heads.forward(x);
  }
}

/** Options of {@link vitB16} and {@link vitB32}. */
export interface VitOptions extends VisionTransformerOptions {
  /** Height and width of the images. Default: 224. */
  imageSize?: number;
}

export const vitB16 = ({ imageSize = 224, ...options }: VitOptions = {}) =>
  new VisionTransformer(imageSize, 16, 12, 12, 768, 3072, options);
export const vitB32 = ({ imageSize = 224, ...options }: VitOptions = {}) =>
  new VisionTransformer(imageSize, 32, 12, 12, 768, 3072, options);
