import { describeValue, formatValue } from '../errors.js';
import { zeros_ } from '../init/constant.js';
import { deferFills } from '../init/Deferral.js';
import { kaimingUniform_ } from '../init/kaiming.js';
import { normal_ } from '../init/normal.js';
import { ModuleDict } from '../nn/containers.js';
import { formatSettings } from '../nn/formatPython.js';
import { embedding } from '../nn/functional/embedding.js';
import { Conv1d, Conv2d, Conv3d } from '../nn/layers/convolution.js';
import { Dropout } from '../nn/layers/dropout.js';
import { Embedding } from '../nn/layers/embedding.js';
import { Identity, Linear } from '../nn/layers/linear.js';
import { Module } from '../nn/Module.js';
import { Parameter } from '../nn/Parameter.js';
import { ParameterDict } from '../nn/parameterContainers.js';
import { bytesOf, isFloatDType } from '../numerics/DType.js';
import type { Generator } from '../random/Generator.js';
import { refuseSurplus } from '../readArguments.js';
import { randn } from '../tensor/randomCreation.js';
import type { Tensor } from '../tensor/Tensor.js';

/** The settings of an adapter. */
export interface LoraSettings {
  readonly rank: number;
  readonly alpha: number;
  readonly dropout: number;
  readonly rankStabilized: boolean;
  readonly initialization: 'kaiming' | 'normal';
  readonly generator: Generator;
}

/** The name of the adapter in state-dict keys; it is the one that peft gives. */
const NAME = 'default';

/** A convolution that can have an adapter. */
export type AdaptedConvolution = Conv1d | Conv2d | Conv3d;

/**
 * A layer with a low-rank adapter (Hu et al. 2021): the output of the base layer, and the product of two small layers A and B,
 * scaled. `addLora` makes such layers. The keys of the state dict are those of peft: `base_layer.weight`,
 * `lora_A.default.weight`, `lora_B.default.weight`.
 */
export abstract class LoraLayer<Base extends Linear | Embedding | AdaptedConvolution = Linear> extends Module {
  static override readonly stateNames: Readonly<Record<string, string>> = {
    baseLayer: 'base_layer',
    loraDropout: 'lora_dropout',
    loraA: 'lora_A',
    loraB: 'lora_B',
    loraEmbeddingA: 'lora_embedding_A',
    loraEmbeddingB: 'lora_embedding_B',
  };

  /** The inner size of the adapter, ≥ 1. */
  readonly rank: number;
  /** The factor of the adapter's output. */
  readonly scaling: number;
  /** The layer as it was. */
  baseLayer: Base;
  loraDropout: ModuleDict;

  constructor(base: Base, { rank, alpha, dropout, rankStabilized }: LoraSettings) {
    super();
    this.rank = rank;
    this.scaling = alpha / (rankStabilized ? Math.sqrt(rank) : rank);
    this.baseLayer = base;
    this.loraDropout = new ModuleDict({ [NAME]: dropout > 0 ? new Dropout(dropout) : new Identity() });
  }

  /** The weight of the base layer. */
  get weight(): Parameter {
    return this.baseLayer.weight;
  }

  override extraRepr(): string {
    return formatSettings({ r: this.rank, scaling: this.scaling });
  }

  protected drop(input: Tensor): Tensor {
    return this.loraDropout.get(NAME).forward(input);
  }

  /** The output of the base layer with the scaled output of the adapter added, in the dtype of the former. */
  protected added(output: Tensor, adapter: Tensor): Tensor {
    return output.add(adapter.mul(this.scaling)).to(output.dtype);
  }
}

/** A base layer with two small layers of its kind, one after the other. */
abstract class LoraPair<Base extends Linear | AdaptedConvolution> extends LoraLayer<Base> {
  loraA: ModuleDict;
  loraB: ModuleDict;

  /** @param build constructs A and B; their default initialisation is drawn and discarded, as in peft */
  constructor(base: Base, settings: LoraSettings, build: () => [a: Base, b: Base]) {
    super(base, settings);
    const { rank, initialization, generator } = settings;
    const [a, b] = deferFills(build);
    if (initialization === 'normal') normal_(a.weight, 0, 1 / rank, { generator });
    else kaimingUniform_(a.weight, { a: Math.sqrt(5), generator });
    zeros_(b.weight);
    for (const layer of [a, b]) roundLike(base.weight, layer.weight);
    this.loraA = new ModuleDict({ [NAME]: a });
    this.loraB = new ModuleDict({ [NAME]: b });
  }

  /** The bias of the base layer; null without one. */
  get bias(): Parameter | null {
    return this.baseLayer.bias;
  }

  override forward(input: Tensor): Tensor {
    refuseSurplus(`${this.constructor.name}.forward`, arguments, ['input']);
    const [a, b] = [this.loraA.get(NAME) as Base, this.loraB.get(NAME) as Base];
    const small = b.forward(a.forward(this.drop(input.to(a.weight.dtype))));
    return this.added(this.baseLayer.forward(input), small);
  }
}

/** A linear layer with a low-rank adapter (`peft.tuners.lora.Linear`). */
export class LoraLinear extends LoraPair<Linear> {
  constructor(base: Linear, settings: LoraSettings) {
    const options = { bias: false, generator: settings.generator };
    super(base, settings, () => [
      new Linear(base.inFeatures, settings.rank, options),
      new Linear(settings.rank, base.outFeatures, options),
    ]);
  }
}

/** A convolution with a low-rank adapter (`peft.tuners.lora.Conv2d` and its relatives). */
export class LoraConvolution extends LoraPair<AdaptedConvolution> {
  constructor(base: AdaptedConvolution, settings: LoraSettings) {
    const { inChannels, outChannels, kernelSize, stride, padding, groups } = base;
    const { rank, generator } = settings;
    const Kind = base instanceof Conv1d ? Conv1d : base instanceof Conv2d ? Conv2d : Conv3d;
    super(base, settings, () => [
      new Kind(inChannels, rank, [...kernelSize], {
        stride: [...stride],
        padding: typeof padding === 'string' ? padding : [...padding],
        bias: false,
        generator,
      }),
      new Kind(rank, outChannels, 1, { groups, bias: false, generator }),
    ]);
  }
}

/** A table with a low-rank adapter (`peft.tuners.lora.Embedding`): A is `[rank, rows]` and zero, B is `[columns, rank]` and drawn. */
export class LoraEmbedding extends LoraLayer<Embedding> {
  loraEmbeddingA: ParameterDict;
  loraEmbeddingB: ParameterDict;

  constructor(base: Embedding, settings: LoraSettings) {
    super(base, settings);
    const { rank, generator } = settings;
    const [a, b] = deferFills(() => [
      new Parameter(randn([rank, base.numEmbeddings], { generator })),
      new Parameter(randn([base.embeddingDim, rank], { generator })),
    ]);
    zeros_(a);
    normal_(b, 0, 1, { generator });
    for (const parameter of [a, b]) roundLike(base.weight, parameter);
    this.loraEmbeddingA = new ParameterDict({ [NAME]: a });
    this.loraEmbeddingB = new ParameterDict({ [NAME]: b });
  }

  override forward(input: Tensor): Tensor {
    refuseSurplus('LoraEmbedding.forward', arguments, ['input']);
    const [a, b] = [this.loraEmbeddingA.get(NAME), this.loraEmbeddingB.get(NAME)];
    const { paddingIdx, scaleGradByFreq } = this.baseLayer;
    const rows = embedding(input, a.transpose(0, 1), { paddingIdx, scaleGradByFreq });
    return this.added(this.baseLayer.forward(input), rows.matmul(b.transpose(0, 1)));
  }
}

/** The function that gives a layer an adapter, or the reason why the layer cannot have one. */
export function adapterOf(layer: Module, rank: number): ((settings: LoraSettings) => Module) | string {
  if (layer instanceof Linear) return (settings) => new LoraLinear(layer, settings);
  if (layer instanceof Embedding) {
    if (layer.maxNorm !== null) return 'expected a table without maxNorm, which changes its rows in place';
    return (settings) => new LoraEmbedding(layer, settings);
  }
  if (layer instanceof Conv1d || layer instanceof Conv2d || layer instanceof Conv3d) {
    const { groups, dilation, paddingMode } = layer;
    if (rank % groups !== 0) return `expected a rank that its ${groups} groups divide, found ${rank}`;
    if (dilation.some((distance) => distance !== 1)) return `expected dilation 1, found ${formatValue(dilation)}`;
    if (paddingMode !== 'zeros') return `expected paddingMode 'zeros', found ${describeValue(paddingMode)}`;
    return (settings) => new LoraConvolution(layer, settings);
  }
  if (layer instanceof LoraLayer) return 'it has an adapter already';
  return `expected a Linear, an Embedding or a convolution, found ${describeValue(layer)}`;
}

/** Converts a parameter of an adapter as peft does: rounded to the base layer's dtype, and float32 if that has 16 bits. */
function roundLike({ dtype }: Tensor, parameter: Parameter): void {
  if (!isFloatDType(dtype)) return;
  const rounded = parameter.detach().to(dtype);
  parameter.set_(bytesOf(dtype) === 2 ? rounded.to('float32') : rounded);
}
