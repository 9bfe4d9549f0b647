import type { Errand } from './Errand.js';
import { bytesOfTask } from './fillBuffer.js';

/** Errands in the order of the stream, from `next` on: only whoever begins them in the middle has to jump. */
interface Stretch {
  readonly errands: readonly Errand[];
  next: number;
}

/**
 * What is to be drawn and who of a crew draws which part of it: everybody goes through one contiguous stretch of the
 * stream after another. Who they are does not matter here, so any object stands for one of them.
 */
export class Workload {
  /** Errands that everything else waits for. */
  private readonly urgent: Errand[] = [];
  /** Stretches that nobody has begun. */
  private readonly waiting: Stretch[] = [];
  private readonly stretches = new Map<object, Stretch>();

  /**
   * @param worthThread nanoseconds of work that are worth another thread
   * @param worthJump nanoseconds of work that are worth a jump of somebody who has nothing to do
   */
  constructor(
    private readonly worthThread: number,
    private readonly worthJump: number,
  ) {}

  /** How many more could begin something at once. */
  get openings(): number {
    return this.urgent.length + this.waiting.length;
  }

  /** Adds errands, in the order of their stream, for at most so many to begin at once. */
  add(errands: readonly Errand[], count: number): void {
    this.waiting.push(...divide(errands, count, this.worthThread));
  }

  /** Adds an errand that is done before all others. */
  hurry(errand: Errand): void {
    this.urgent.push(errand);
  }

  /** Sees to it that somebody who has nothing to do has a stretch, if there is anything left for them. */
  reserve(who: object): void {
    if (rest(this.stretches.get(who)).length > 0) return;
    const stretch = this.waiting.shift() ?? this.halveLongest();
    if (stretch) this.stretches.set(who, stretch);
  }

  /**
   * The next errands for somebody: as many as memory of `room` bytes holds, or a single large one.
   * @param isFree whether they have nothing else to do; only then do they begin what somebody else may be sooner to begin
   */
  take(who: object, room: number, isFree: boolean): Errand[] {
    if (this.urgent.length > 0) return isFree ? this.urgent.splice(0, 1) : [];
    if (isFree) this.reserve(who);
    const stretch = this.stretches.get(who);
    const chosen: Errand[] = [];
    for (let left = room; stretch && stretch.next < stretch.errands.length; stretch.next++) {
      const errand = stretch.errands[stretch.next];
      left -= bytesOfTask(errand.task);
      if (left < 0 && chosen.length > 0) break;
      chosen.push(errand);
    }
    return chosen;
  }

  /** Takes over the second half of what somebody has most of, if that is worth a jump. */
  private halveLongest(): Stretch | null {
    let owner: object | null = null;
    let longest: readonly Errand[] = [];
    let most = 2 * this.worthJump;
    for (const [who, stretch] of this.stretches) {
      const errands = rest(stretch);
      const cost = costOf(errands);
      if (cost > most) [owner, longest, most] = [who, errands, cost];
    }
    if (owner === null) return null;
    const [first, second] = divide(longest, 2, this.worthJump);
    // A single errand is still to come after what its owner does now.
    if (second === undefined) this.stretches.delete(owner);
    else this.stretches.set(owner, first);
    return second ?? first;
  }
}

function rest(stretch: Stretch | undefined): readonly Errand[] {
  return stretch?.errands.slice(stretch.next) ?? [];
}

/** Cuts errands into at most `count` stretches of about the same cost, no more than are worthwhile. */
function divide(errands: readonly Errand[], count: number, worthwhile: number): Stretch[] {
  const total = costOf(errands);
  const parts = Math.max(1, Math.min(count, Math.floor(total / worthwhile)));
  const stretches = Array.from({ length: parts }, (): Errand[] => []);
  let before = 0;
  for (const errand of errands) {
    const middle = before + errand.cost / 2;
    stretches[Math.floor((middle / total) * parts)].push(errand);
    before += errand.cost;
  }
  return stretches.filter((some) => some.length > 0).map((some) => ({ errands: some, next: 0 }));
}

function costOf(errands: readonly Errand[]): number {
  return errands.reduce((sum, { cost }) => sum + cost, 0);
}
