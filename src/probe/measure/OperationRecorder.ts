import { isFloatDType } from '../../numerics/DType.js';
import { type Dense, numbersOf } from '../../tensor/Dense.js';
import type { OperationSettings } from '../../tensor/OperationSettings.js';
import type { ObservedOperation, OperationObserver } from '../../tensor/observeOperations.js';
import { originalOf } from '../../tensor/originalOf.js';
import { equalShapes } from '../../tensor/Shape.js';
import type { ChannelMoments } from '../Statistics.js';
import { axisByReader, channelAxis } from './channelAxis.js';
import { extraFigures } from './extraFigures.js';
import { isTransparent, settingsOf } from './kindOf.js';
import { labelOf, withUse } from './labels.js';
import type { ExtraFigures, MeasuredOperand, MeasuredOperation, Operand } from './Measurement.js';
import type { ModuleCalls } from './ModuleCalls.js';
import { meanProduct } from './operandSums.js';
import { summarizeElements } from './summarizeElements.js';

/** Where a tensor of a pass comes from. */
interface Origin {
  readonly from: Operand;
  readonly axis: number | null;
  /** The moments of the tensor; `null` if they are not known. */
  readonly channels: ChannelMoments | null;
  /** The operands of the steps that computed the tensor, for a step of an operation that is observed as a whole. */
  readonly operands?: readonly MeasuredOperand[];
}

type Row = { -readonly [K in keyof MeasuredOperation]: MeasuredOperation[K] };

const CONSTANT: Origin = { from: { kind: 'constant' }, axis: null, channels: null };

/**
 * Summarises every operation of a pass as it runs, and its gradient as it arrives. It holds numbers and no tensor, so that the pass
 * needs no more memory than without it.
 */
export class OperationRecorder implements OperationObserver {
  readonly operations: Row[] = [];
  private readonly origins = new WeakMap<object, Origin>();
  /** The operation whose value an array holds, for tensors that share it without an operation (`detach`). */
  private readonly holders = new WeakMap<object, Origin>();
  /** Arrays that were written in place after they were summarised. */
  private readonly written = new WeakSet<object>();
  /** The operation of each entry of the tape; that of the operand for operations that are passed through. */
  private readonly indices = new WeakMap<object, { readonly index: number; readonly isOwn: boolean }>();
  private readonly labels = new Map<string, number>();
  /** A tensor that is being written in place: its row is made when the next operation begins. */
  private pending: (() => void) | null = null;

  /**
   * @param beforeWrite is told of each tensor that is about to be written in place
   * @param onValue is told the value of each operation when its row is made. Default: nobody is told.
   */
  constructor(
    private readonly calls: ModuleCalls,
    private readonly beforeWrite: (tensor: Dense) => void,
    private readonly onValue?: (value: Dense) => void,
  ) {}

  /** Makes a tensor known as an input or a parameter. */
  know(tensor: Dense, from: Operand): void {
    const axis = from.kind === 'parameter' && tensor.shape.length > 0 ? 0 : null;
    this.origins.set(originalOf(tensor), { from, axis, channels: null });
  }

  /** The index of the operation that computed a tensor; `null` if none did. */
  indexOf(tensor: Dense): number | null {
    const { from } = this.originOf(tensor);
    return from.kind === 'operation' ? from.index : null;
  }

  computed({ name, inputs, value, settings: given, entry, isStep }: ObservedOperation): void {
    this.finishWriting();
    const settings = settingsOf(name, given);
    const origins = inputs.map((input) => this.originOf(input));
    if (origins.every(({ from, operands }) => from.kind === 'constant' && operands === undefined)) return;
    if (!isFloatDType(value.dtype)) return;
    if (isTransparent(settings, inputs.length)) {
      this.passThrough(settings, inputs[0], origins[0], value, entry);
      return;
    }
    const shapes = inputs.map(({ shape }, i) => ({ shape, axis: this.axisOf(settings, inputs, origins, i) }));
    const operands = inputs.flatMap((input, i) => this.operandsOf(input, origins[i], shapes[i].axis));
    if (isStep) {
      this.origins.set(value, { ...CONSTANT, operands });
      return;
    }
    const axis = channelAxis(settings, shapes, value.shape);
    this.addRow(settings, operands, value, axis, entry, (channels) =>
      extraFigures(settings, inputs, operands, value, channels),
    );
  }

  writing(name: string, tensor: Dense): void {
    this.finishWriting();
    this.beforeWrite(tensor);
    const origin = this.originOf(tensor);
    if (origin.from.kind === 'constant') return;
    this.written.add(tensor.data.buffer);
    if (origin.from.kind === 'parameter' || !isFloatDType(tensor.dtype)) return;
    const [operand] = this.operandsOf(tensor, origin, origin.axis);
    const settings = { kind: name };
    this.pending = () => this.addRow(settings, [operand], tensor, origin.axis, null, () => ({}));
  }

  gradient(entry: object, gradient: Dense): void {
    const found = this.indices.get(entry);
    if (!found?.isOwn) return;
    const row = this.operations[found.index];
    const { statistics, channels } = summarizeElements(gradient, row.channels.axis);
    row.gradient = { ...statistics, channels };
  }

  gradientsMeet(entry: object, sum: Dense, part: Dense): void {
    const found = this.indices.get(entry);
    if (found === undefined) return;
    const row = this.operations[found.index];
    // A part of the value has fewer elements than the value.
    const share = numbersOf(sum).length / row.forward.count;
    const products = (row.extra.gradientProducts ?? 0) + 2 * meanProduct(sum, part) * share;
    row.extra = { ...row.extra, gradientProducts: products };
  }

  /** Completes what waits for the end of an operation in place. */
  finishWriting(): void {
    const finish = this.pending;
    this.pending = null;
    finish?.();
  }

  private addRow(
    settings: OperationSettings,
    operands: readonly MeasuredOperand[],
    value: Dense,
    axis: number | null,
    entry: object | null,
    extraOf: (channels: ChannelMoments) => ExtraFigures,
  ): void {
    const index = this.operations.length;
    const { current } = this.calls;
    const { statistics, channels } = summarizeElements(value, axis);
    const label = withUse(labelOf(settings.kind, current, operands, this.operations), this.labels);
    if (current) current.operations++;
    this.operations.push({
      index,
      path: current?.path ?? '',
      module: current?.module.constructor.name ?? '',
      settings,
      label,
      operands,
      shape: value.shape,
      dtype: value.dtype,
      channels,
      forward: statistics,
      gradient: null,
      extra: extraOf(channels),
    });
    const origin: Origin = { from: { kind: 'operation', index }, axis, channels };
    this.origins.set(value, origin);
    this.holders.set(value.data.buffer, origin);
    if (entry) this.indices.set(entry, { index, isOwn: true });
    this.onValue?.(value);
  }

  /** Makes the result of an operation known as its operand in another shape. */
  private passThrough(
    settings: OperationSettings,
    input: Dense,
    origin: Origin,
    value: Dense,
    entry: object | null,
  ): void {
    const axis = channelAxis(settings, [{ shape: input.shape, axis: origin.axis }], value.shape);
    // The same elements in another order have the same moments.
    const isWhole = numbersOf(value).length === numbersOf(input).length && !this.written.has(input.data.buffer);
    const keepsChannels = isWhole && origin.channels !== null && origin.channels.axis === origin.axis && axis !== null;
    const channels = keepsChannels && origin.channels ? { ...origin.channels, axis } : null;
    this.origins.set(value, { ...origin, axis, channels });
    if (entry && origin.from.kind === 'operation') {
      this.indices.set(entry, { index: origin.from.index, isOwn: false });
    }
  }

  private originOf(tensor: Dense): Origin {
    const known = this.origins.get(originalOf(tensor));
    if (known) return known;
    const holder = this.holders.get(tensor.data.buffer);
    if (holder === undefined || holder.from.kind !== 'operation') return CONSTANT;
    const { shape } = this.operations[holder.from.index];
    return equalShapes(shape, tensor.shape) ? holder : { ...holder, axis: null, channels: null };
  }

  /** The dimension of the channels of an operand: where it is not known, that which the operation reads. */
  private axisOf(
    settings: OperationSettings,
    inputs: readonly Dense[],
    origins: readonly Origin[],
    i: number,
  ): number | null {
    const { axis, from } = origins[i];
    return axis === null && i === 0 && from.kind === 'input' ? axisByReader(settings, inputs) : axis;
  }

  private operandsOf(tensor: Dense, origin: Origin, axis: number | null): readonly MeasuredOperand[] {
    if (origin.operands) return origin.operands;
    const { shape, dtype } = tensor;
    if (!isFloatDType(dtype)) return [{ from: origin.from, shape, dtype, channels: null, meanSquare: NaN }];
    const isKnown = origin.channels !== null && origin.channels.axis === axis && !this.written.has(tensor.data.buffer);
    const channels = isKnown && origin.channels ? origin.channels : summarizeElements(tensor, axis).channels;
    if (!isKnown) this.origins.set(originalOf(tensor), { ...origin, axis, channels });
    return [{ from: origin.from, shape, dtype, channels, meanSquare: meanOf(channels.meanSquares) }];
  }
}

/** The mean over channels, which have equally many elements. */
function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
