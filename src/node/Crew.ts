import type { Worker } from 'node:worker_threads';
import { StateError } from '../errors.js';
import type { FloatDType, Storage } from '../kernels/DType.js';
import type { FillAnswer, FillOutcome, FillRequest, FillTask } from './FillTask.js';
import { bytesOfTask, elementsIn } from './fillBuffer.js';

/** A task for the crew, and what to do with what comes of it. */
export interface Errand {
  readonly task: FillTask;
  /** About how many nanoseconds it takes. */
  readonly cost: number;
  /** The parameter it is a part of. */
  readonly path: string;
  /** Takes the elements, in memory that is lent, and the rest. */
  readonly deliver: (elements: Storage<FloatDType>, outcome: FillOutcome) => void;
}

/** Errands in the order of the stream, from `next` on: only whoever begins them in the middle has to jump. */
interface Stretch {
  readonly errands: readonly Errand[];
  next: number;
}

/** One thread and its work. */
interface Member {
  readonly worker: Worker;
  /** What it was asked and has not answered yet, oldest first. */
  readonly asked: (readonly Errand[])[];
  stretch: Stretch | null;
}

/** Bytes of a buffer that is lent to a thread and comes back with elements in it. */
const BUFFER = 2 ** 20 + 2 ** 10;
/** Requests that a thread has at a time, so that it need not wait for the next one. */
const DEPTH = 2;
/** Nanoseconds of work that are worth another thread: to start it and to jump to its part of the stream takes about as long. */
const WORTHWHILE = 100e6;

/**
 * Worker threads that draw pieces of fills. Memory goes to a thread with the request and comes back with the answer, so
 * at any time one thread alone has it, and a thread that dies takes nothing with it but its buffers.
 */
export class Crew {
  /** Rejects when the work ends with an error, and never resolves. */
  private readonly failure: Promise<never>;
  private reject: (error: unknown) => void = () => {};
  private failed: { readonly error: unknown } | null = null;
  private readonly members: Member[] = [];
  /** Errands that everything else waits for. */
  private readonly urgent: Errand[] = [];
  /** Stretches that nobody has begun. */
  private readonly waiting: Stretch[] = [];
  private readonly buffers: ArrayBuffer[] = [];
  private left = 0;
  private whenDone: (() => void)[] = [];

  /**
   * @param size how many threads there may be
   * @param start starts one; it is called when there is work for one more
   * @param worthwhile how many nanoseconds of work that is
   */
  constructor(
    readonly size: number,
    private readonly start: () => Worker,
    private readonly worthwhile: number = WORTHWHILE,
  ) {
    this.failure = new Promise((_, reject) => {
      this.reject = reject;
    });
    this.failure.catch(() => {});
  }

  /** Takes on errands, in the order of their stream. */
  takeOn(errands: readonly Errand[]): void {
    this.left += errands.length;
    this.waiting.push(...this.divide(errands, this.size));
    this.spreadWork();
  }

  /** Takes on an errand that is done before all others, and tells what came of it. */
  hurry(errand: Errand): Promise<FillOutcome> {
    const outcome = new Promise<FillOutcome>((resolve) => {
      const deliver: Errand['deliver'] = (elements, outcome) => {
        errand.deliver(elements, outcome);
        resolve(outcome);
      };
      this.urgent.push({ ...errand, deliver });
    });
    this.left++;
    this.spreadWork();
    return Promise.race([this.failure, outcome]);
  }

  /** Resolves when everything is delivered. */
  finished(): Promise<void> {
    if (this.left === 0) return Promise.resolve();
    return Promise.race([this.failure, new Promise<void>((resolve) => void this.whenDone.push(resolve))]);
  }

  /** Ends the work with an error; nothing is delivered any more. */
  fail(error: unknown): void {
    if (this.failed) return;
    this.failed = { error };
    this.reject(error);
  }

  /** Throws what the work ended with, if it did. */
  check(): void {
    if (this.failed) throw this.failed.error;
  }

  /** Ends all threads, in the middle of whatever they do. */
  async dismiss(): Promise<void> {
    this.failed ??= { error: new StateError('the worker threads were dismissed') };
    await Promise.all(this.members.map(({ worker }) => worker.terminate()));
  }

  private spreadWork(): void {
    const idle = this.members.filter(({ asked }) => asked.length === 0).length;
    const wanted = this.waiting.length + this.urgent.length - idle;
    for (let i = 0; i < wanted && this.members.length < this.size; i++) this.members.push(this.hire());
    for (const member of this.members) this.keepBusy(member);
  }

  private hire(): Member {
    const member: Member = { worker: this.start(), asked: [], stretch: null };
    const { worker } = member;
    worker.on('message', (answer: FillAnswer) => this.receive(member, answer));
    worker.on('error', (error: unknown) => this.fail(lost(member, `failed (${describeFailure(error)})`, error)));
    worker.on('exit', (code) => this.fail(lost(member, `ended by itself (exit code ${code})`)));
    return member;
  }

  private keepBusy(member: Member): void {
    while (member.asked.length < DEPTH) {
      const errands = this.nextErrands(member);
      if (errands.length === 0) return;
      const tasks = errands.map(({ task }) => task);
      const bytes = tasks.reduce((sum, task) => sum + bytesOfTask(task), 0);
      const buffer = (bytes > BUFFER ? undefined : this.buffers.pop()) ?? new ArrayBuffer(Math.max(bytes, BUFFER));
      member.asked.push(errands);
      const request: FillRequest = { tasks, buffer };
      member.worker.postMessage(request, [buffer]);
    }
  }

  /** As many errands as a buffer holds, or a single large one. */
  private nextErrands(member: Member): Errand[] {
    const first = this.urgent.shift();
    if (first) return [first];
    if (member.stretch === null || member.stretch.next === member.stretch.errands.length) {
      member.stretch = this.waiting.shift() ?? this.halveLongest();
    }
    const { stretch } = member;
    const chosen: Errand[] = [];
    for (let room = BUFFER; stretch && stretch.next < stretch.errands.length; stretch.next++) {
      const errand = stretch.errands[stretch.next];
      room -= bytesOfTask(errand.task);
      if (room < 0 && chosen.length > 0) break;
      chosen.push(errand);
    }
    return chosen;
  }

  /** Takes over the second half of what somebody else has most of, if that is worth a jump. */
  private halveLongest(): Stretch | null {
    let longest: Member | null = null;
    let most = 2 * this.worthwhile;
    for (const member of this.members) {
      const cost = member.stretch ? costOf(rest(member.stretch)) : 0;
      if (cost > most) [longest, most] = [member, cost];
    }
    if (!longest?.stretch) return null;
    const [first, second] = this.divide(rest(longest.stretch), 2);
    longest.stretch = first;
    return second ?? null;
  }

  /** Cuts errands into at most `count` stretches of about the same cost, no more than are worthwhile. */
  private divide(errands: readonly Errand[], count: number): Stretch[] {
    const total = costOf(errands);
    const parts = Math.max(1, Math.min(count, Math.floor(total / this.worthwhile)));
    const stretches = Array.from({ length: parts }, (): Errand[] => []);
    let before = 0;
    for (const errand of errands) {
      const middle = before + errand.cost / 2;
      stretches[Math.floor((middle / total) * parts)].push(errand);
      before += errand.cost;
    }
    return stretches.filter((some) => some.length > 0).map((some) => ({ errands: some, next: 0 }));
  }

  private receive(member: Member, { outcomes, buffer }: FillAnswer): void {
    if (this.failed) return;
    const errands = member.asked.shift() ?? [];
    try {
      const tasks = errands.map(({ task }) => task);
      for (const [i, elements] of elementsIn(buffer, tasks).entries()) errands[i].deliver(elements, outcomes[i]);
    } catch (error) {
      this.fail(error);
      return;
    }
    if (buffer.byteLength === BUFFER) this.buffers.push(buffer);
    this.left -= errands.length;
    this.keepBusy(member);
    if (this.left === 0) for (const resolve of this.whenDone.splice(0)) resolve();
  }
}

function describeFailure(error: unknown): string {
  // A thread may throw anything.
  return (error as Partial<Error> | null | undefined)?.message ?? String(error);
}

function lost({ asked }: Member, what: string, cause?: unknown): StateError {
  const paths = [...new Set(asked.flat().map(({ path }) => path))];
  return new StateError(
    `a worker thread ${what} while it drew ${paths.length === 0 ? 'nothing' : paths.join(', ')}; the model is ` +
      'initialised in part and the generator where it was: initialise it again, with initializeWeightsAsync() if this goes on',
    undefined,
    { cause },
  );
}

function rest({ errands, next }: Stretch): readonly Errand[] {
  return errands.slice(next);
}

function costOf(errands: readonly Errand[]): number {
  return errands.reduce((sum, { cost }) => sum + cost, 0);
}
