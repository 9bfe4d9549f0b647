import type { PoolTask } from './PoolTask.js';

/** Tasks that are contiguous in the stream; `next` is the index of the first task that has not started. */
interface Segment {
  readonly tasks: readonly PoolTask[];
  next: number;
}

/**
 * Distributes tasks to the threads of a pool. Each thread works through one contiguous segment of the stream at a time,
 * because only the first task of a segment needs a jump. Any object can identify a thread.
 */
export class WorkQueue {
  /** Tasks that all other work waits for. */
  private readonly urgent: PoolTask[] = [];
  /** Tasks that only the calling thread can draw. */
  private readonly local: PoolTask[] = [];
  /** Segments that no thread has started. */
  private readonly waiting: Segment[] = [];
  /** The segment that each thread works on. */
  private readonly segments = new Map<object, Segment>();

  /**
   * @param caller the calling thread
   * @param leastWorkForThread the least nanoseconds of work that justify another thread
   * @param leastWorkForJump the least nanoseconds of work that justify a jump by an idle thread
   */
  constructor(
    private readonly caller: object,
    private readonly leastWorkForThread: number,
    private readonly leastWorkForJump: number,
  ) {}

  /** The number of other threads that could start something at once, besides the busy ones. */
  get startable(): number {
    return this.urgent.filter(({ isLocal }) => !isLocal).length + this.waiting.length;
  }

  /** Adds tasks in the order of their stream. What any thread can draw is divided into at most `count` segments. */
  enqueue(tasks: readonly PoolTask[], count: number): void {
    const shared = tasks.filter(({ isLocal }) => !isLocal);
    this.local.push(...tasks.filter(({ isLocal }) => isLocal));
    this.waiting.push(...divide(shared, count, this.leastWorkForThread));
  }

  /** Adds a task that runs before all others. */
  prioritize(task: PoolTask): void {
    this.urgent.push(task);
  }

  /** Assigns a segment to a thread that has none, if work is left. */
  reserve(thread: object): void {
    if (remaining(this.segments.get(thread)).length > 0) return;
    const segment = this.waiting.shift() ?? this.stealHalf();
    if (segment) this.segments.set(thread, segment);
  }

  /**
   * Removes and returns the next tasks for a thread: those that take at most `budget` nanoseconds together, or a single longer one.
   * @param isIdle whether the thread has nothing else to do. Only an idle thread starts a new segment or an urgent task,
   *   because another thread might start it sooner.
   */
  take(thread: object, budget: number, isIdle: boolean): PoolTask[] {
    if (this.urgent.length > 0) return isIdle && this.mayDraw(thread, this.urgent[0]) ? this.urgent.splice(0, 1) : [];
    if (thread === this.caller && this.local.length > 0) return this.local.splice(0, 1);
    if (isIdle) this.reserve(thread);
    const segment = this.segments.get(thread);
    const taken: PoolTask[] = [];
    for (let left = budget; segment && segment.next < segment.tasks.length; segment.next++) {
      const task = segment.tasks[segment.next];
      left -= task.cost;
      if (left < 0 && taken.length > 0) break;
      taken.push(task);
    }
    return taken;
  }

  private mayDraw(thread: object, { isLocal }: PoolTask): boolean {
    return !isLocal || thread === this.caller;
  }

  /** Removes the second half of the longest remaining segment from its thread, if that half justifies a jump. */
  private stealHalf(): Segment | null {
    let owner: object | null = null;
    let longest: readonly PoolTask[] = [];
    let most = 2 * this.leastWorkForJump;
    for (const [thread, segment] of this.segments) {
      const tasks = remaining(segment);
      const cost = costOf(tasks);
      if (cost > most) [owner, longest, most] = [thread, tasks, cost];
    }
    if (owner === null) return null;
    const [first, second] = divide(longest, 2, this.leastWorkForJump);
    // A single task cannot be halved. Its owner is still busy with an earlier task, so the idle thread takes it whole.
    if (second === undefined) this.segments.delete(owner);
    else this.segments.set(owner, first);
    return second ?? first;
  }
}

function remaining(segment: Segment | undefined): readonly PoolTask[] {
  return segment?.tasks.slice(segment.next) ?? [];
}

/** Divides tasks into at most `count` segments of about the same cost, each of about `worthwhile` nanoseconds or more. */
function divide(tasks: readonly PoolTask[], count: number, worthwhile: number): Segment[] {
  const total = costOf(tasks);
  const parts = Math.max(1, Math.min(count, Math.floor(total / worthwhile)));
  const segments = Array.from({ length: parts }, (): PoolTask[] => []);
  let before = 0;
  for (const task of tasks) {
    const middle = before + task.cost / 2;
    segments[Math.floor((middle / total) * parts)].push(task);
    before += task.cost;
  }
  return segments.filter((some) => some.length > 0).map((some) => ({ tasks: some, next: 0 }));
}

function costOf(tasks: readonly PoolTask[]): number {
  return tasks.reduce((sum, { cost }) => sum + cost, 0);
}
