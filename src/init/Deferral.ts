import { checkFunction } from '../errors.js';
import { advancePast } from '../laws/advancePast.js';
import { operationsOf } from '../laws/bindLaw.js';
import type { Law } from '../laws/Law.js';
import { leavesElements } from '../laws/partsOf.js';
import { drawPast } from '../laws/streamPieces.js';
import { isFloatDType } from '../numerics/DType.js';
import type { Generator } from '../random/Generator.js';
import { finish, type Steps } from '../random/Steps.js';
import {
  currentSource,
  type DataSource,
  type DeferredArray,
  dataToOverwrite,
  deferredArrayOf,
  wholeArrayOf,
  withSource,
} from '../tensor/deferredData.js';
import { equalShapes, type Shape } from '../tensor/Shape.js';
import { Tensor } from '../tensor/Tensor.js';

/** A deferred fill: the law, and the position in the stream at which it draws. */
interface Fill {
  readonly law: Law;
  /** The shape of the tensor that the law fills. */
  readonly shape: Shape;
  /** The generator as it was at the fill or before. */
  readonly start: Generator;
  /** The number of words from `start` to the fill. The fill uses no cached sample. */
  readonly offset: number;
  /** The number of fills that were deferred before this one. */
  readonly order: number;
}

/** A deferred fill with the tensors that will hold it: one, and its copies. */
export interface DeferredFill extends Fill {
  /** Tensors of the fill's shape, each with an array of its own. */
  readonly tensors: readonly Tensor[];
}

/** A generator's position from which the offsets of fills are counted. */
interface Origin {
  readonly start: Generator;
  /** `wordsDrawn` of the generator after the last deferred fill. */
  expected: number;
}

/**
 * The deferred fills of one `deferInit`. Each fill remembers its position in the stream, and the generator advances as if
 * the fill had drawn. A fill that is overwritten before the tensor is materialized is never drawn.
 */
export class Deferral implements DataSource {
  private readonly pending = new Map<DeferredArray, Fill>();
  private recorded = 0;
  private readonly origins = new Map<Generator, Origin>();

  /** Materializes all pending fills if the array has one; an array without a fill becomes zeros by itself. */
  produce(array: DeferredArray): void {
    if (this.pending.has(array)) finish(this.materialize());
  }

  discard(array: DeferredArray): void {
    this.pending.delete(array);
  }

  copyFill(array: DeferredArray, copy: DeferredArray): void {
    const fill = this.pending.get(array);
    if (fill) this.pending.set(copy, fill);
  }

  /**
   * Defers a fill of a deferred tensor.
   * @returns false if the fill must be drawn at once: it is small and the number of words that it draws is unknown, it uses or
   *   leaves a cached sample, it leaves elements as they are, or the tensor is materialized or a part of another one
   */
  deferFill(tensor: Tensor, law: Law, generator: Generator): boolean {
    const array = wholeArrayOf(tensor);
    const { shape, dtype } = tensor;
    if (array === undefined || !isFloatDType(dtype) || leavesElements(law, shape)) return false;
    const origin = this.originOf(generator);
    const { start } = origin;
    const offset = generator.wordsDrawn - start.wordsDrawn;
    if (!advancePast(law, shape, dtype, generator) && !finish(drawPast(law, shape, dtype, generator))) return false;
    origin.expected = generator.wordsDrawn;
    array.source = this;
    this.pending.set(array, { law, shape, start, offset, order: this.recorded++ });
    return true;
  }

  /** The pending fills of some tensors, in the order of the stream. */
  fillsOf(tensors: Iterable<Tensor>): DeferredFill[] {
    const holders = new Map<DeferredArray, Tensor[]>();
    for (const tensor of tensors) {
      const array = deferredArrayOf(tensor);
      if (array) holders.set(array, [...(holders.get(array) ?? []), tensor]);
    }
    const found = new Map<Fill, Tensor[]>();
    for (const [array, own] of holders) {
      const fill = this.pending.get(array);
      if (fill === undefined) continue;
      const holder =
        own.find(({ shape }) => equalShapes(shape, fill.shape)) ?? new Tensor(array.shownAs(array.dtype, fill.shape));
      found.set(fill, [...(found.get(fill) ?? []), holder]);
    }
    return [...found].sort(([a], [b]) => a.order - b.order).map(([fill, tensors]) => ({ ...fill, tensors }));
  }

  /** Whether a fill of {@link fillsOf} is still pending for a tensor. */
  isPending(tensor: Tensor, { order }: DeferredFill): boolean {
    const array = deferredArrayOf(tensor);
    return array !== undefined && this.pending.get(array)?.order === order;
  }

  /**
   * Draws pending fills. Code that runs during a pause may read or overwrite a tensor; its fill is then no longer pending.
   * @param wanted the tensors. Default: all that code may still read.
   */
  *materialize(wanted: Iterable<Tensor> = this.pendingTensors()): Steps {
    const open = fillOpener();
    for (const fill of this.fillsOf(wanted)) {
      const { law, tensors } = fill;
      const isPending = (tensor: Tensor) => this.isPending(tensor, fill);
      const [tensor, ...copies] = tensors.filter(isPending);
      if (tensor === undefined) continue;
      const cursor = open(fill);
      const data = dataToOverwrite(tensor);
      yield* operationsOf(law).write(law, tensor, cursor);
      for (const copy of copies.filter(isPending)) dataToOverwrite(copy).set(data as never);
    }
  }

  private pendingTensors(): Tensor[] {
    const seen = [...this.pending].filter(([array]) => array.isSeen);
    return seen.map(([array, { shape }]) => new Tensor(array.shownAs(array.dtype, shape)));
  }

  private originOf(generator: Generator): Origin {
    const known = this.origins.get(generator);
    if (known?.start.sharesStream(generator) && known.expected === generator.wordsDrawn) return known;
    const origin = { start: generator.clone(), expected: generator.wordsDrawn };
    this.origins.set(generator, origin);
    return origin;
  }
}

/** Opens fills in the order of the stream: a generator goes from one to the next, because a jump for each would be slower. */
export function fillOpener(): (fill: DeferredFill) => Generator {
  const cursors = new Map<Generator, Generator>();
  return ({ start, offset }) => {
    const cursor = cursors.get(start) ?? start.clone();
    cursors.set(start, cursor);
    return cursor.advance(offset - (cursor.wordsDrawn - start.wordsDrawn));
  };
}

/** Runs `body` with deferred fills, and with deferred allocations of zeros. Calls may be nested: the outermost defers. */
export function deferFills<T>(body: () => T): T {
  checkFunction('deferInit()', body);
  return currentDeferral() ? body() : withSource(new Deferral(), body);
}

/** The deferral whose {@link deferFills} is running. */
export function currentDeferral(): Deferral | undefined {
  return asDeferral(currentSource());
}

/** The deferral of a deferred tensor. */
export function deferralOf(tensor: Tensor): Deferral | undefined {
  return asDeferral(deferredArrayOf(tensor)?.source);
}

function asDeferral(source: DataSource | null | undefined): Deferral | undefined {
  return source instanceof Deferral ? source : undefined;
}
