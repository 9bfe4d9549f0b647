import type { Answer, Request } from './messages.js';

/** The time without a sign of life after which the worker is replaced, in milliseconds. */
const PATIENCE = 20_000;

/** What a page hears of its worker. */
export interface Listener {
  /** An answer to the newest request, or a measurement or a program that an older one asked for. */
  readonly onAnswer: (answer: Answer) => void;
  /** The worker died, and another one has begun. The networks that it trained are lost. */
  readonly onRestart: (reason: string) => void;
}

/** The worker that computes, started again if it dies. */
export class Lab {
  #worker: Worker;
  #newest = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #listener: Listener;

  constructor(listener: Listener) {
    this.#listener = listener;
    this.#worker = this.#start();
  }

  /** Sends a request; the work on older ones ends. */
  send(request: Omit<Request, 'id'>): void {
    this.#newest += 1;
    this.#worker.postMessage({ id: this.#newest, ...request } satisfies Request);
    this.#watch();
  }

  #start(): Worker {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
      const isStale =
        data.id !== this.#newest && data.kind !== 'measured' && data.kind !== 'code' && data.kind !== 'kernels';
      if (data.id === this.#newest && (data.kind === 'done' || data.kind === 'error')) clearTimeout(this.#timer);
      else if (this.#timer !== undefined) this.#watch();
      if (!isStale) this.#listener.onAnswer(data);
    });
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#restart(event.message || 'it could not be loaded');
    });
    return worker;
  }

  #watch(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#restart('it did not answer'), PATIENCE);
  }

  #restart(reason: string): void {
    clearTimeout(this.#timer);
    this.#worker.terminate();
    this.#worker = this.#start();
    this.#listener.onRestart(reason);
  }
}
