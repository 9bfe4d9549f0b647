import type { Worker } from 'node:worker_threads';
import { StateError } from '../errors.js';
import type { Steps } from '../random/Steps.js';
import type { Errand } from './Errand.js';
import type { FillAnswer, FillOutcome, FillRequest } from './FillTask.js';
import { bytesOfTask, elementsIn } from './fillBuffer.js';
import { TaskDrawer } from './TaskDrawer.js';
import { Workload } from './Workload.js';

/** Another thread. */
interface Helper {
  readonly worker: Worker;
  /** What it was asked and has not answered yet, oldest first. */
  readonly asked: (readonly Errand[])[];
}

/** Bytes of a buffer that is lent to a thread and comes back with elements in it. */
const BUFFER = 2 ** 20 + 2 ** 10;
/** Requests that a thread has at a time, so that it need not wait for the next one. */
const DEPTH = 2;
/** Nanoseconds of work that are worth another thread: to start it takes two thirds of that. */
const WORTHWHILE = 60e6;
/** Milliseconds that this thread draws at a time: less than a piece takes, so that nobody waits for an answer or a request. */
const TURN = 0.5;

/**
 * The threads that draw pieces of fills: this one, straight into tensors, and helpers. Memory goes to a helper with the
 * request and comes back with the answer, so at any time one thread alone has it, and a thread that dies takes nothing with
 * it but its buffers.
 */
export class Crew {
  /** Rejects when the work ends with an error, and never resolves. */
  private readonly failure: Promise<never>;
  private reject: (error: unknown) => void = () => {};
  private failed: { readonly error: unknown } | null = null;
  private readonly work: Workload;
  private readonly helpers: Helper[] = [];
  private readonly buffers: ArrayBuffer[] = [];
  /** Answers of helpers so far. */
  private answers = 0;
  private readonly drawer = new TaskDrawer();
  /** Whether this thread is drawing, pauses included. */
  private isDrawing = false;
  /** Whether it is in the middle of an errand. */
  private isBusy = false;
  private left = 0;
  private whenDone: (() => void)[] = [];

  /**
   * @param size how many threads may draw, this one among them
   * @param start starts another one; it is called when there is work for one more
   * @param worthwhile how many nanoseconds of work that is
   */
  constructor(
    readonly size: number,
    private readonly start: () => Worker,
    worthwhile: number = WORTHWHILE,
  ) {
    // A jump takes about 5 ms.
    this.work = new Workload(worthwhile, worthwhile / 3);
    this.failure = new Promise((_, reject) => {
      this.reject = reject;
    });
    this.failure.catch(() => {});
  }

  /** Takes on errands, in the order of their stream. */
  takeOn(errands: readonly Errand[]): void {
    this.left += errands.length;
    this.work.add(errands, this.size);
    // It begins at once, while others have to start first, and where the stream does, which takes no jump.
    if (!this.isBusy) this.work.reserve(this);
    this.spreadWork();
  }

  /** Takes on an errand that is done before all others, by whoever is free first, and tells what came of it. */
  hurry(errand: Errand): Promise<FillOutcome> {
    const outcome = new Promise<FillOutcome>((resolve) => {
      const settle: Errand['settle'] = (outcome) => {
        errand.settle(outcome);
        resolve(outcome);
      };
      this.work.hurry({ ...errand, settle });
    });
    this.left++;
    if (this.isBusy) this.spreadWork();
    else void this.drawHere();
    return Promise.race([this.failure, outcome]);
  }

  /** Resolves when everything is in its place. */
  finished(): Promise<void> {
    if (this.left === 0) return Promise.resolve();
    return Promise.race([this.failure, new Promise<void>((resolve) => void this.whenDone.push(resolve))]);
  }

  /** Ends the work with an error; nothing is written any more. */
  fail(error: unknown): void {
    if (this.failed) return;
    this.failed = { error };
    this.reject(error);
  }

  /** Throws what the work ended with, if it did. */
  check(): void {
    if (this.failed) throw this.failed.error;
  }

  /** Ends all helpers, in the middle of whatever they do. */
  async dismiss(): Promise<void> {
    this.failed ??= { error: new StateError('the worker threads were dismissed') };
    await Promise.all(this.helpers.map(({ worker }) => worker.terminate()));
  }

  private spreadWork(): void {
    const idle = this.helpers.filter(({ asked }) => asked.length === 0).length;
    const wanted = this.work.openings - idle;
    for (let i = 0; i < wanted && this.helpers.length < this.size - 1; i++) this.helpers.push(this.hire());
    for (const helper of this.helpers) this.keepBusy(helper);
    void this.drawHere();
  }

  private hire(): Helper {
    const helper: Helper = { worker: this.start(), asked: [] };
    const { worker } = helper;
    worker.on('message', (answer: FillAnswer) => this.receive(helper, answer));
    worker.on('error', (error: unknown) => this.fail(lost(helper, `failed (${describeFailure(error)})`, error)));
    worker.on('exit', (code) => this.fail(lost(helper, `ended by itself (exit code ${code})`)));
    return helper;
  }

  private keepBusy(helper: Helper): void {
    const { worker, asked } = helper;
    while (asked.length < DEPTH) {
      const errands = this.work.take(helper, BUFFER, asked.length === 0);
      if (errands.length === 0) return;
      const tasks = errands.map(({ task }) => task);
      const bytes = tasks.reduce((sum, task) => sum + bytesOfTask(task), 0);
      const buffer = (bytes > BUFFER ? undefined : this.buffers.pop()) ?? new ArrayBuffer(Math.max(bytes, BUFFER));
      asked.push(errands);
      const request: FillRequest = { tasks, buffer };
      worker.postMessage(request, [buffer]);
    }
  }

  private receive(helper: Helper, { outcomes, buffer }: FillAnswer): void {
    if (this.failed) return;
    this.answers++;
    const errands = helper.asked.shift() ?? [];
    try {
      const tasks = errands.map(({ task }) => task);
      for (const [i, elements] of elementsIn(buffer, tasks).entries()) {
        errands[i].deliver(elements);
        errands[i].settle(outcomes[i]);
      }
    } catch (error) {
      this.fail(error);
      return;
    }
    if (buffer.byteLength === BUFFER) this.buffers.push(buffer);
    this.keepBusy(helper);
    this.discharge(errands.length);
  }

  private discharge(count: number): void {
    this.left -= count;
    if (this.left === 0) for (const resolve of this.whenDone.splice(0)) resolve();
  }

  /** Draws in this thread while there is something to draw. Answers come first, and what else the event loop has to do. */
  private async drawHere(): Promise<void> {
    if (this.isDrawing) return;
    this.isDrawing = true;
    const steps = this.ownSteps();
    try {
      do await this.quiet();
      while (!this.failed && !proceed(steps));
    } catch (error) {
      this.fail(error);
    }
    this.isDrawing = false;
  }

  private *ownSteps(): Steps {
    for (let errands = this.work.take(this, 0, true); errands.length > 0; errands = this.work.take(this, 0, true)) {
      for (const errand of errands) {
        const memory = errand.memory();
        this.isBusy = true;
        if (memory) errand.settle(yield* this.drawer.draw(errand.task, memory));
        this.isBusy = false;
        this.discharge(1);
        yield;
      }
    }
  }

  /** Lets the event loop turn until it brings no more answers. */
  private async quiet(): Promise<void> {
    for (let seen = -1; seen < this.answers; ) {
      seen = this.answers;
      await new Promise<void>((resume) => void setImmediate(resume));
    }
  }
}

/** Goes on for a {@link TURN}; returns whether that was all. */
function proceed(steps: Steps): boolean {
  for (const due = performance.now() + TURN; performance.now() < due; ) if (steps.next().done) return true;
  return false;
}

function describeFailure(error: unknown): string {
  // A thread may throw anything.
  return (error as Partial<Error> | null | undefined)?.message ?? String(error);
}

function lost({ asked }: Helper, what: string, cause?: unknown): StateError {
  const paths = [...new Set(asked.flat().map(({ path }) => path))];
  return new StateError(
    `a worker thread ${what} while it drew ${paths.length === 0 ? 'nothing' : paths.join(', ')}; the model is ` +
      'initialised in part and the generator where it was: initialise it again, with initializeWeightsAsync() if this goes on',
    undefined,
    { cause },
  );
}
