import type { Worker } from 'node:worker_threads';
import { StateError } from '../errors.js';
import type { Steps } from '../random/Steps.js';
import { FillExecutor } from './FillExecutor.js';
import { bytesOfPiece, elementsIn, type FillRequest, type FillResponse, type PieceResult } from './FillPiece.js';
import type { Task } from './Task.js';
import { WorkQueue } from './WorkQueue.js';

/** A worker thread with its unanswered requests, oldest first. */
interface PoolWorker {
  readonly worker: Worker;
  readonly requests: (readonly Task[])[];
}

/** Bytes of a buffer that travels to a worker and back: a piece of 1 MiB, which may have up to 15 elements more. */
const BUFFER = 2 ** 20 + 2 ** 10;
/** Unanswered requests of a worker: with two, it need not wait for the next request. */
const DEPTH = 2;
/** Nanoseconds of work that justify another thread: its start takes about 40 ms. */
const LEAST_WORK_FOR_THREAD = 60e6;
/** Milliseconds that this thread draws at a time: less than a piece takes, so that no worker waits for this thread. */
const TURN = 0.5;

/**
 * The threads that draw pieces: this thread, which writes directly into tensors, and workers. A buffer moves to a worker
 * with the request and returns with the response, so only one thread has it at any time. If a worker dies, only its
 * buffers are lost.
 */
export class WorkerPool {
  /** Rejects if the work fails; never resolves. */
  private readonly failure: Promise<never>;
  private reject: (error: unknown) => void = () => {};
  private failed: { readonly error: unknown } | null = null;
  private readonly queue: WorkQueue;
  private readonly workers: PoolWorker[] = [];
  private readonly freeBuffers: ArrayBuffer[] = [];
  /** The number of responses received so far. */
  private responses = 0;
  private readonly executor = new FillExecutor();
  /** Whether the drawing loop of this thread is active, pauses included. */
  private isDrawing = false;
  /** Whether this thread is in the middle of a task. */
  private isBusy = false;
  private unfinished = 0;
  private whenFinished: (() => void)[] = [];

  /**
   * @param size the maximum number of threads, this one included
   * @param startWorker starts another thread; the pool calls it when there is enough work for one more
   * @param leastWorkForThread the least nanoseconds of work that justify another thread
   */
  constructor(
    readonly size: number,
    private readonly startWorker: () => Worker,
    leastWorkForThread: number = LEAST_WORK_FOR_THREAD,
  ) {
    // A jump takes about 5 ms, so a third of LEAST_WORK_FOR_THREAD is well worth one.
    this.queue = new WorkQueue(leastWorkForThread, leastWorkForThread / 3);
    this.failure = new Promise((_, reject) => {
      this.reject = reject;
    });
    this.failure.catch(() => {});
  }

  /** Adds tasks, in the order of their stream. */
  enqueue(tasks: readonly Task[]): void {
    this.unfinished += tasks.length;
    this.queue.enqueue(tasks, this.size);
    // This thread gets the first segment: it is ready at once, and the first segment needs no jump.
    if (!this.isBusy) this.queue.reserve(this);
    this.distribute();
  }

  /** Adds a task that runs before all others, on the first idle thread; resolves with its result. */
  prioritize(task: Task): Promise<PieceResult> {
    const result = new Promise<PieceResult>((resolve) => {
      const complete: Task['complete'] = (result) => {
        task.complete(result);
        resolve(result);
      };
      this.queue.prioritize({ ...task, complete });
    });
    this.unfinished++;
    if (this.isBusy) this.distribute();
    else void this.drawHere();
    return Promise.race([this.failure, result]);
  }

  /** Resolves when all tasks are complete; rejects if the work fails. */
  finished(): Promise<void> {
    if (this.unfinished === 0) return Promise.resolve();
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
      const tasks = this.queue.take(to, BUFFER, requests.length === 0);
      if (tasks.length === 0) return;
      const pieces = tasks.map(({ piece }) => piece);
      const bytes = pieces.reduce((sum, piece) => sum + bytesOfPiece(piece), 0);
      const buffer = (bytes > BUFFER ? undefined : this.freeBuffers.pop()) ?? new ArrayBuffer(Math.max(bytes, BUFFER));
      requests.push(tasks);
      const request: FillRequest = { pieces, buffer };
      worker.postMessage(request, [buffer]);
    }
  }

  private receive(from: PoolWorker, { results, buffer }: FillResponse): void {
    if (this.failed) return;
    this.responses++;
    const tasks = from.requests.shift() ?? [];
    try {
      const pieces = tasks.map(({ piece }) => piece);
      for (const [i, elements] of elementsIn(buffer, pieces).entries()) {
        tasks[i].receive(elements);
        tasks[i].complete(results[i]);
      }
    } catch (error) {
      this.fail(error);
      return;
    }
    if (buffer.byteLength === BUFFER) this.freeBuffers.push(buffer);
    this.sendRequests(from);
    this.countDown(tasks.length);
  }

  private countDown(count: number): void {
    this.unfinished -= count;
    if (this.unfinished === 0) for (const resolve of this.whenFinished.splice(0)) resolve();
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
      for (const task of tasks) {
        const memory = task.destination();
        this.isBusy = true;
        if (memory) task.complete(yield* this.executor.draw(task.piece, memory));
        this.isBusy = false;
        this.countDown(1);
        yield;
      }
    }
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

function lost({ requests }: PoolWorker, what: string, cause?: unknown): StateError {
  const paths = [...new Set(requests.flat().map(({ path }) => path))];
  return new StateError(
    `a worker thread ${what} while it drew ${paths.length === 0 ? 'nothing' : paths.join(', ')}. The model is ` +
      'partly initialised, and the generator is at its old position. Initialise the model again; if the error persists, ' +
      'use initializeWeightsAsync()',
    undefined,
    { cause },
  );
}
