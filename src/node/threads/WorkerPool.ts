import type { Worker } from 'node:worker_threads';
import { StateError } from '../../errors.js';
import type { Steps } from '../../random/Steps.js';
import { RefusedWrite } from '../files/RefusedWrite.js';
import { FillExecutor } from './FillExecutor.js';
import type { FillResponse, FillTask, SystemError, TaskResult } from './FillTask.js';
import { MOST_HELD } from './mostHeld.js';
import type { PoolTask, PoolWork } from './PoolTask.js';
import { WorkQueue } from './WorkQueue.js';

/** A worker thread with its unanswered requests, oldest first. */
interface PoolWorker {
  readonly worker: Worker;
  readonly requests: (readonly PoolTask[])[];
}

/** Nanoseconds of work in a request: longer than this thread draws at a time, so that no worker waits for the next request. */
const REQUEST = 8e6;
/** Unanswered requests of a worker: with two, it need not wait for the next request. */
const DEPTH = 2;
/** Nanoseconds of work that justify another thread: its start takes about 40 ms. */
const LEAST_WORK_FOR_THREAD = 60e6;
/** Milliseconds that this thread works at a time, so that no other one waits for its next request. */
export const TURN = 4;

/**
 * The threads that draw: this thread and workers. Every thread draws straight to where the elements belong, so a message has
 * numbers only: what to draw, and what was measured.
 */
export class WorkerPool {
  /** Rejects if the work fails; never resolves. */
  private readonly failure: Promise<never>;
  private reject: (error: unknown) => void = () => {};
  private failed: { readonly error: unknown } | null = null;
  private readonly queue: WorkQueue;
  private readonly workers: PoolWorker[] = [];
  /** The number of responses received so far. */
  private responses = 0;
  private readonly executor = new FillExecutor();
  /** Whether the drawing loop of this thread is active, pauses included. */
  private isDrawing = false;
  /** Whether this thread is in the middle of a task. */
  private isBusy = false;
  /** The number of tasks that a thread has, and that are not complete. */
  private running = 0;
  private whenFinished: (() => void)[] = [];

  /**
   * @param size the maximum number of threads, this one included
   * @param startWorker starts another thread; the pool calls it when there is enough work for one more
   * @param leastWorkForThread the least nanoseconds of work that justify another thread
   * @param mostHeld the most bytes that all threads hold for tensors of which no part can be drawn alone
   */
  constructor(
    readonly size: number,
    private readonly startWorker: () => Worker,
    leastWorkForThread: number = LEAST_WORK_FOR_THREAD,
    mostHeld: number = MOST_HELD,
  ) {
    // A jump takes about 5 ms, so a sixth of LEAST_WORK_FOR_THREAD is worth one.
    this.queue = new WorkQueue(this, { leastWorkForThread, leastWorkForJump: leastWorkForThread / 6, mostHeld });
    this.failure = new Promise((_, reject) => {
      this.reject = reject;
    });
    this.failure.catch(() => {});
  }

  /** Adds work in the order of its stream. */
  enqueue(work: readonly PoolWork[]): void {
    this.queue.enqueue(work, this.size);
    // This thread gets the first segment: it is ready at once, and the first segment needs no jump.
    if (!this.isBusy) this.queue.reserve(this);
    this.distribute();
  }

  /** Adds a task that runs before all others, on the first idle thread; resolves with its result. */
  prioritize(task: PoolTask): Promise<TaskResult> {
    const result = new Promise<TaskResult>((resolve) => {
      const complete: PoolTask['complete'] = (result) => {
        task.complete(result);
        resolve(result);
      };
      this.queue.prioritize({ ...task, complete });
    });
    if (this.isBusy) this.distribute();
    else void this.drawHere();
    return Promise.race([this.failure, result]);
  }

  /** Resolves when all tasks are complete; rejects if the work fails. */
  finished(): Promise<void> {
    if (this.isFinished) return Promise.resolve();
    return Promise.race([this.failure, new Promise<void>((resolve) => void this.whenFinished.push(resolve))]);
  }

  /** Ends the work with an error. The pool writes nothing afterwards. */
  fail(error: unknown): void {
    if (this.failed) return;
    this.failed = { error };
    this.reject(error);
  }

  /** Throws the error of {@link fail}, if there was one. */
  check(): void {
    if (this.failed) throw this.failed.error;
  }

  /** Ends all workers, even in the middle of a task. */
  async terminate(): Promise<void> {
    this.failed ??= { error: new StateError('the worker pool was terminated') };
    await Promise.all(this.workers.map(({ worker }) => worker.terminate()));
  }

  private distribute(): void {
    const idle = this.workers.filter(({ requests }) => requests.length === 0).length;
    const missing = this.queue.startable - idle;
    for (let i = 0; i < missing && this.workers.length < this.size - 1; i++) this.workers.push(this.start());
    for (const worker of this.workers) this.sendRequests(worker);
    void this.drawHere();
  }

  private start(): PoolWorker {
    const started: PoolWorker = { worker: this.startWorker(), requests: [] };
    const { worker } = started;
    worker.on('message', (response: FillResponse) => this.receive(started, response));
    worker.on('error', (error: unknown) => this.fail(lost(started, `failed (${describeFailure(error)})`, error)));
    worker.on('exit', (code) => this.fail(lost(started, `ended by itself (exit code ${code})`)));
    return started;
  }

  private sendRequests(to: PoolWorker): void {
    const { worker, requests } = to;
    while (requests.length < DEPTH) {
      const taken = this.queue.take(to, REQUEST, requests.length === 0);
      if (taken.length === 0) return;
      this.running += taken.length;
      const begun = taken.flatMap((task) => {
        const plain = task.begin();
        return plain === null ? [] : [{ task, plain }];
      });
      const request: readonly FillTask[] = begun.map(({ plain }) => plain);
      if (begun.length > 0) {
        requests.push(begun.map(({ task }) => task));
        worker.postMessage(request);
      }
      if (begun.length < taken.length) this.end(taken.filter((task) => !begun.some((other) => other.task === task)));
    }
  }

  private receive(from: PoolWorker, response: FillResponse): void {
    if (this.failed) return;
    this.responses++;
    const tasks = from.requests.shift() ?? [];
    try {
      if ('refused' in response) throw refusedWrite(response.refused);
      for (const [i, result] of response.results.entries()) tasks[i].complete(result);
      this.end(tasks);
      this.sendRequests(from);
    } catch (error) {
      this.fail(error);
    }
  }

  private get isFinished(): boolean {
    return this.running === 0 && this.queue.isEmpty;
  }

  /** Notes that tasks need no thread any more. */
  private end(tasks: readonly PoolTask[]): void {
    this.running -= tasks.length;
    for (const task of tasks) this.queue.release(task);
    // Another thread may wait for what these tasks held.
    if (tasks.some(({ held }) => held > 0)) this.distribute();
    if (this.isFinished) for (const resolve of this.whenFinished.splice(0)) resolve();
  }

  /** Draws in this thread while tasks are left. Responses and other events of the event loop come first. */
  private async drawHere(): Promise<void> {
    if (this.isDrawing) return;
    this.isDrawing = true;
    const steps = this.ownSteps();
    try {
      do await this.untilResponsesAreRead();
      while (!this.failed && !this.drawForTurn(steps));
    } catch (error) {
      this.fail(error);
    }
    this.isDrawing = false;
  }

  private *ownSteps(): Steps {
    for (let tasks = this.queue.take(this, 0, true); tasks.length > 0; tasks = this.queue.take(this, 0, true)) {
      this.running += tasks.length;
      for (const task of tasks) {
        const plain = task.begin();
        this.isBusy = true;
        if (plain) task.complete(yield* this.executor.draw(plain));
        this.isBusy = false;
        this.end([task]);
        yield;
      }
    }
    // The last fill may have had no tasks.
    this.end([]);
  }

  /** Continues for one {@link TURN}; returns whether no steps are left. */
  private drawForTurn(steps: Steps): boolean {
    for (const due = performance.now() + TURN; performance.now() < due; ) if (steps.next().done) return true;
    return false;
  }

  /** Lets the event loop turn until a turn brings no response. */
  private async untilResponsesAreRead(): Promise<void> {
    for (let seen = -1; seen < this.responses; ) {
      seen = this.responses;
      await new Promise<void>((resume) => void setImmediate(resume));
    }
  }
}

function describeFailure(error: unknown): string {
  // A thread may throw any value.
  return (error as Partial<Error> | null | undefined)?.message ?? String(error);
}

function refusedWrite({ code, message }: SystemError): RefusedWrite {
  return new RefusedWrite(Object.assign(new Error(message), { code }));
}

function lost({ requests }: PoolWorker, what: string, cause?: unknown): StateError {
  const paths = [...new Set(requests.flat().map(({ path }) => path))];
  return new StateError(
    `a worker thread ${what} while it drew ${paths.length === 0 ? 'nothing' : paths.join(', ')}. What the run wrote into memory is ` +
      'incomplete, a file did not get its name, and the generator is at its old position. Run it again; if the error persists, use one ' +
      'thread (workers: 1)',
    undefined,
    { cause },
  );
}
