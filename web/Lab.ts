import type { Answer, Request } from './messages.js';

/** The time without a sign of life after which the worker is replaced, in milliseconds. */
const PATIENCE = 20_000;

/** The deaths in a row after which no other worker begins until the page asks for something. */
const MOST_DEATHS = 3;

/** What a page hears of its worker. */
export interface Listener {
  /** An answer to the newest request, or a measurement or a program that an older one asked for. */
  readonly onAnswer: (answer: Answer) => void;
  /** The worker died, and another one has begun. It knows nothing of what the page asked for. */
  readonly onRestart: (reason: string) => void;
}

/** The worker that computes, started again if it dies. */
export class Lab {
  #worker: Worker | undefined;
  #deaths = 0;
  /** How many requests were sent, and the newest one that is no question for a text. */
  #sent = 0;
  #newest = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #listener: Listener;

  constructor(listener: Listener) {
    this.#listener = listener;
    this.#worker = this.#start();
  }

  /** Sends a request; the work on older ones ends, unless it asks for programs, which are text. */
  send(request: Omit<Request, 'id'>): void {
    this.#sent += 1;
    this.#worker ??= this.#start();
    this.#worker.postMessage({ id: this.#sent, ...request } satisfies Request);
    if (request.kind === 'code') return;
    this.#newest = this.#sent;
    this.#watch();
  }

  #start(): Worker {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
      const isStale =
        data.id < this.#newest && data.kind !== 'measured' && data.kind !== 'code' && data.kind !== 'kernels';
      if (data.kind === 'done') this.#deaths = 0;
      if (data.id === this.#newest && (data.kind === 'done' || data.kind === 'error')) this.#rest();
      else if (this.#timer !== undefined) this.#watch();
      if (!isStale) this.#listener.onAnswer(data);
    });
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#restart(event.message || 'it could not be loaded');
    });
    return worker;
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #watch(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#restart('it did not answer'), PATIENCE);
  }

  #restart(reason: string): void {
    this.#rest();
    this.#worker?.terminate();
    this.#deaths += 1;
    if (this.#deaths < MOST_DEATHS) {
      this.#worker = this.#start();
      this.#listener.onRestart(reason);
      return;
    }
    this.#worker = undefined;
    this.#deaths = 0;
    const message = `The worker that computes stopped ${MOST_DEATHS} times in a row: ${reason}. Choose other settings, or load the page again.`;
    this.#listener.onAnswer({ id: this.#newest, kind: 'error', message });
  }
}
