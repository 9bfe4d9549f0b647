import { advancePast } from '../laws/advancePast.js';
import { operationsOf } from '../laws/bindLaw.js';
import type { Law } from '../laws/Law.js';
import { isFloatDType } from '../numerics/DType.js';
import type { Generator } from '../random/Generator.js';
import { finish, type Steps } from '../random/Steps.js';
import { deferData, isDeferred, overwriteData, shareData } from '../tensor/deferredData.js';
import type { Tensor } from '../tensor/Tensor.js';

/** A fill that was put off: what is to be written, and from where in which stream. */
interface Deferred {
  readonly law: Law;
  /** The generator as it was somewhat before. */
  readonly start: Generator;
  /** Words of its stream from there to the fill, which needs no cached sample. */
  readonly offset: number;
  /** How many fills were put off before. */
  readonly order: number;
}

/** A fill that was put off, and the tensors that are to hold it: one, and its copies. */
export interface DeferredFill extends Deferred {
  readonly tensors: readonly Tensor[];
}

/** Where a generator stood, to count from. */
interface Origin {
  readonly start: Generator;
  /** Words drawn when everything was as this deferral left it. */
  expected: number;
}

/** Which deferral a deferred tensor belongs to. */
const deferrals = new WeakMap<Tensor, Deferral>();

/**
 * The fills of one model that were put off. Each remembers its place in the stream, and the generator moves on as if it
 * had drawn; a fill that is overwritten before anybody looks is never drawn.
 */
export class Deferral {
  private readonly pending = new Map<Tensor, Deferred>();
  private recorded = 0;
  private readonly origins = new Map<Generator, Origin>();

  /** Puts off the allocation of a tensor that will be zeros if nothing fills it. */
  adopt(tensor: Tensor): void {
    deferrals.set(tensor, this);
    deferData(
      tensor,
      () => {
        if (this.pending.has(tensor)) finish(this.materialize());
      },
      () => void this.pending.delete(tensor),
    );
  }

  /**
   * Puts off a fill. Refuses one that must be drawn at once: because only drawing tells how many words it takes, because
   * it uses or leaves a cached sample, or because the elements are there already, and others may share them.
   */
  record(tensor: Tensor, law: Law, generator: Generator): boolean {
    if (law.kind === 'untouched' || !isDeferred(tensor) || !isFloatDType(tensor.dtype)) return false;
    const origin = this.originOf(generator);
    const { start } = origin;
    const offset = generator.wordsDrawn - start.wordsDrawn;
    if (!advancePast(law, tensor.shape, tensor.dtype, generator)) return false;
    origin.expected = generator.wordsDrawn;
    const fill = { law, start, offset, order: this.recorded++ };
    this.put(tensor, fill);
    return true;
  }

  /** Lets `holder` wait in the place of `tensor`, which is to have the same elements. */
  handOver(tensor: Tensor, holder: Tensor): void {
    this.recordCopy(tensor, holder);
    this.pending.delete(tensor);
    shareData(tensor, holder);
  }

  /** Puts off for `copy` what is put off for `tensor`: the same values from the same place. */
  recordCopy(tensor: Tensor, copy: Tensor): void {
    const fill = this.pending.get(tensor);
    if (fill) this.put(copy, fill);
    else this.adopt(copy);
  }

  /** What is still put off for some tensors, in the order in which it would have been drawn. */
  fillsOf(tensors: Iterable<Tensor>): DeferredFill[] {
    const found = new Map<Deferred, Tensor[]>();
    for (const tensor of tensors) {
      const fill = this.pending.get(tensor);
      if (fill) found.set(fill, [...(found.get(fill) ?? []), tensor]);
    }
    return [...found].sort(([a], [b]) => a.order - b.order).map(([fill, holders]) => ({ ...fill, tensors: holders }));
  }

  /** Whether a tensor still waits for one of {@link fillsOf}. */
  awaits(tensor: Tensor, { order }: DeferredFill): boolean {
    return this.pending.get(tensor)?.order === order;
  }

  /**
   * Draws what is still put off for some tensors, for all of them when absent, but for what somebody looks at or overwrites
   * during a pause.
   */
  *materialize(wanted: Iterable<Tensor> = this.pending.keys()): Steps {
    const cursors = new Map<Generator, Generator>();
    for (const fill of this.fillsOf(wanted)) {
      const { law, start, offset, tensors } = fill;
      const waits = (tensor: Tensor) => this.awaits(tensor, fill);
      const [tensor, ...copies] = tensors.filter(waits);
      if (tensor === undefined) continue;
      const cursor = cursors.get(start) ?? start.clone();
      cursors.set(start, cursor);
      cursor.advance(offset - (cursor.wordsDrawn - start.wordsDrawn));
      const data = overwriteData(tensor);
      yield* operationsOf(law).write(law, tensor, cursor);
      for (const copy of copies.filter(waits)) overwriteData(copy).set(data as never);
    }
  }

  private put(tensor: Tensor, fill: Deferred): void {
    this.adopt(tensor);
    this.pending.set(tensor, fill);
  }

  private originOf(generator: Generator): Origin {
    const known = this.origins.get(generator);
    if (known?.start.sharesStream(generator) && known.expected === generator.wordsDrawn) return known;
    const origin = { start: generator.clone(), expected: generator.wordsDrawn };
    this.origins.set(generator, origin);
    return origin;
  }
}

/** The deferral of a tensor whose elements are still to be made. */
export function deferralOf(tensor: Tensor): Deferral | undefined {
  return isDeferred(tensor) ? deferrals.get(tensor) : undefined;
}
