import type { PoolTask, PoolWork } from './PoolTask.js';

/** Work that is contiguous in the stream and that has not started. */
type Segment = PoolWork[];

/** What justifies another thread, and how much all threads may hold. */
export interface WorkQueueOptions {
  /** The least nanoseconds of work that justify another thread. */
  readonly leastWorkForThread: number;
  /** The least nanoseconds of work that justify a jump by an idle thread. */
  readonly leastWorkForJump: number;
  /** The most bytes that the tasks of all threads hold together. A task that alone holds more runs while no other one holds anything. */
  readonly mostHeld: number;
}

/**
 * Distributes tasks to the threads of a pool. Each thread works through one contiguous segment of the stream at a time,
 * because only the first task of a segment needs a jump. Any object can identify a thread.
 */
export class WorkQueue {
  /** Tasks that all other work waits for. */
  private readonly urgent: PoolTask[] = [];
  /** Work that only the calling thread can do. */
  private readonly local: Segment = [];
  /** Segments that no thread has started. */
  private readonly waiting: Segment[] = [];
  /** The segment that each thread works on. */
  private readonly segments = new Map<object, Segment>();
  /** The bytes of the tasks that were taken and not released. */
  private held = 0;

  /** @param caller the calling thread */
  constructor(
    private readonly caller: object,
    private readonly options: WorkQueueOptions,
  ) {}

  /** The number of other threads that could start something at once, besides the busy ones. */
  get startable(): number {
    return this.urgent.filter(({ isLocal }) => !isLocal).length + this.waiting.length;
  }

  /** Whether every task was taken. */
  get isEmpty(): boolean {
    return [this.urgent, this.local, ...this.waiting, ...this.segments.values()].every(({ length }) => length === 0);
  }

  /** Adds work in the order of its stream. What any thread can draw is divided into at most `count` segments. */
  enqueue(work: readonly PoolWork[], count: number): void {
    const shared = work.filter(({ isLocal }) => !isLocal);
    this.local.push(...work.filter(({ isLocal }) => isLocal));
    this.waiting.push(...divide(shared, count, this.options.leastWorkForThread));
  }

  /** Adds a task that runs before all others. */
  prioritize(task: PoolTask): void {
    this.urgent.push(task);
  }

  /** Assigns a segment to a thread that has none, if work is left. */
  reserve(thread: object): void {
    if ((this.segments.get(thread) ?? []).length > 0) return;
    const segment = this.waiting.shift() ?? this.stealHalf();
    if (segment) this.segments.set(thread, segment);
  }

  /**
   * Removes and returns the next tasks for a thread: those that take at most `budget` nanoseconds together, or a single longer one. A task
   * that would hold too much waits until others are released.
   * @param isIdle whether the thread has nothing else to do. Only an idle thread starts a new segment or an urgent task,
   *   because another thread might start it sooner.
   */
  take(thread: object, budget: number, isIdle: boolean): PoolTask[] {
    const { urgent, local, caller } = this;
    if (urgent.length > 0) return isIdle && mayDraw(thread === caller, urgent[0]) ? this.takeFrom(urgent, 0) : [];
    if (thread === caller && local.length > 0) return this.takeFrom(local, 0);
    if (isIdle) this.reserve(thread);
    return this.takeFrom(this.segments.get(thread) ?? [], budget);
  }

  /** Notes that a task that was taken holds nothing any more. */
  release({ held }: PoolTask): void {
    this.held -= held;
  }

  private takeFrom(segment: Segment, budget: number): PoolTask[] {
    const taken: PoolTask[] = [];
    let left = budget;
    for (let task = firstOf(segment); task !== undefined; task = firstOf(segment)) {
      left -= task.cost;
      if ((left < 0 && taken.length > 0) || !this.mayHold(task)) break;
      this.held += task.held;
      segment.shift();
      taken.push(task);
      if (left <= 0) break;
    }
    return taken;
  }

  private mayHold({ held }: PoolTask): boolean {
    return held === 0 || this.held === 0 || this.held + held <= this.options.mostHeld;
  }

  /** Removes the second half of the longest remaining segment from its thread, if that half justifies a jump. */
  private stealHalf(): Segment | null {
    const { leastWorkForJump } = this.options;
    let owner: object | null = null;
    let longest: Segment = [];
    let most = 2 * leastWorkForJump;
    for (const [thread, segment] of this.segments) {
      const cost = costOf(segment);
      if (cost > most) [owner, longest, most] = [thread, segment, cost];
    }
    if (owner === null) return null;
    const [first, second] = divide(longest, 2, leastWorkForJump);
    // A single task cannot be halved. Its owner is still busy with an earlier task, so the idle thread takes it whole.
    if (second === undefined) this.segments.delete(owner);
    else this.segments.set(owner, first);
    return second ?? first;
  }
}

function mayDraw(isCaller: boolean, { isLocal }: PoolTask): boolean {
  return !isLocal || isCaller;
}

/** The first task of a segment. The tasks of its first fill are made now. */
function firstOf(segment: Segment): PoolTask | undefined {
  for (let [first] = segment; first !== undefined; [first] = segment) {
    if (!('tasks' in first)) return first;
    segment.splice(0, 1, ...first.tasks());
  }
  return undefined;
}

/** Divides work into at most `count` segments of about the same cost, each of about `worthwhile` nanoseconds or more. */
function divide(work: Segment | readonly PoolWork[], count: number, worthwhile: number): Segment[] {
  const total = costOf(work);
  const parts = Math.max(1, Math.min(count, Math.floor(total / worthwhile)));
  const segments = Array.from({ length: parts }, (): Segment => []);
  const indexAt = (cost: number) => Math.min(parts - 1, Math.floor((cost / total) * parts));
  let before = 0;
  const add = (item: PoolWork) => {
    const after = before + item.cost;
    // Only a fill in which a segment ends is cut now.
    if ('tasks' in item && indexAt(before) !== indexAt(after)) {
      for (const task of item.tasks()) add(task);
    } else segments[indexAt(before + item.cost / 2)].push(item);
    before = after;
  };
  for (const item of work) add(item);
  return segments.filter((some) => some.length > 0);
}

function costOf(work: readonly PoolWork[]): number {
  return work.reduce((sum, { cost }) => sum + cost, 0);
}
