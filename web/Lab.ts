import { keyOf } from './keyOf.js';
import type { Answer, Failure, ProgramRequest, Request, Wish, WishRequest } from './messages.js';
import type { Side } from './state.js';

/** The seconds without a sign of life after which a worker that computes is replaced. */
const PATIENCE = 20;

/** The deaths in a row after which no other worker begins until the page asks for something. */
const MOST_DEATHS = 2;

/** What is used of a worker. */
export interface LabWorker {
  addEventListener(kind: 'message', listener: (event: { readonly data: Answer }) => void): void;
  addEventListener(
    kind: 'error',
    listener: (event: { readonly message: string; preventDefault(): void }) => void,
  ): void;
  postMessage(request: Request): void;
  terminate(): void;
}

/** What a page hears of its worker. */
export interface Listener {
  /** An answer to the newest wish, a measurement of any, or an answer to any request for programs. */
  readonly onAnswer: (answer: Answer) => void;
  /** A worker that had computed died, and another one has begun with the same requests. */
  readonly onRestart: (reason: string) => void;
  /** There is no worker any more, until the next wish. */
  readonly onEnd: (failure: Failure) => void;
}

/** The worker that computes. It is started with the first wish, and again with all open requests if it dies. */
export class Lab {
  readonly #listener: Listener;
  readonly #startWorker: () => LabWorker;
  #worker: LabWorker | undefined;
  /** Whether the program of the worker runs. Until then it is loaded, which may take any time. */
  #isReady = false;
  #deaths = 0;
  #newest = 0;
  #wish: WishRequest | undefined;
  readonly #programs = new Map<Side, ProgramRequest>();
  /** Ticks while the worker computes, so that it should give signs of life. */
  #clock: ReturnType<typeof setInterval> | undefined;
  /** The ticks since its last sign of life. While a computer sleeps there are none. */
  #silence = 0;

  constructor(listener: Listener, startWorker: () => LabWorker) {
    this.#listener = listener;
    this.#startWorker = startWorker;
  }

  /** Asks for what a wish says; the work on older ones ends. */
  show(wish: Wish): void {
    this.#newest += 1;
    this.#wish = { kind: 'show', id: this.#newest, ...wish };
    if (this.#worker === undefined) {
      this.#start();
    } else {
      this.#post(this.#wish);
      this.#watch(true);
    }
  }

  /** Asks for the programs of a side; whatever runs goes on. */
  writePrograms(request: Omit<ProgramRequest, 'kind'>): void {
    const whole: ProgramRequest = { kind: 'code', ...request };
    this.#programs.set(whole.side, whole);
    this.#post(whole);
  }

  #post(request: Request): void {
    this.#worker?.postMessage(request);
  }

  /** Starts a worker, and asks it for everything that is open. */
  #start(): void {
    let worker: LabWorker;
    try {
      worker = this.#startWorker();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#end(
        `The browser does not start the worker that computes (${reason}). Use a current browser, and an address that begins with http: a file from a disk may not start a worker.`,
      );
      return;
    }
    this.#worker = worker;
    this.#isReady = false;
    worker.addEventListener('message', ({ data }) => {
      if (worker === this.#worker) this.#hear(data);
    });
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      if (worker === this.#worker) this.#restart(event.message || 'it failed');
    });
    if (this.#wish !== undefined) this.#post(this.#wish);
    for (const request of this.#programs.values()) this.#post(request);
    this.#watch(true);
  }

  #hear(answer: Answer): void {
    this.#isReady = true;
    this.#silence = 0;
    if (answer.kind === 'code') {
      const open = this.#programs.get(answer.side);
      if (open !== undefined && keyOf(open.state, open.state[open.side]) === answer.key) {
        this.#programs.delete(answer.side);
      }
    } else if (answer.kind !== 'ready') {
      // A measurement is not made again, so an older wish's may be of a side that the newest one did not change.
      if (answer.id !== this.#newest && answer.kind !== 'measured') return;
      const isEnd = answer.kind === 'done' || answer.kind === 'failed';
      if (isEnd) this.#deaths = 0;
      this.#watch(!isEnd && answer.kind !== 'loading');
    }
    this.#listener.onAnswer(answer);
  }

  /** Counts the seconds without a sign of life while the worker computes. */
  #watch(isComputing: boolean): void {
    if (isComputing === (this.#clock !== undefined)) return;
    this.#silence = 0;
    clearInterval(this.#clock);
    this.#clock = undefined;
    if (!isComputing) return;
    this.#clock = setInterval(() => {
      if (this.#isReady) this.#silence += 1;
      if (this.#silence >= PATIENCE) this.#restart('it did not answer');
    }, 1000);
  }

  #restart(reason: string): void {
    const wasReady = this.#isReady;
    this.#deaths += 1;
    this.#stop();
    if (this.#deaths < MOST_DEATHS) {
      this.#start();
      if (wasReady && this.#worker !== undefined) this.#listener.onRestart(reason);
    } else if (wasReady) {
      this.#end(
        `The worker that computes stopped ${MOST_DEATHS} times in a row: ${reason}. Choose other settings, or try again.`,
      );
    } else {
      this.#end(
        'The program of the worker that computes could not be loaded. Look whether the server and the network are there, then try again.',
      );
    }
  }

  #end(message: string): void {
    this.#stop();
    this.#deaths = 0;
    this.#listener.onEnd({ message, canRetry: true });
  }

  #stop(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#watch(false);
  }
}
