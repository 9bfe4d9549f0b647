import type { LabWorker } from '../../web/Lab.js';
import type { Answer, Programs, Request, WishAnswer, WishRequest } from '../../web/messages.js';

type Content = WishAnswer extends infer A ? (A extends WishAnswer ? Omit<A, 'id'> : never) : never;

/** A worker that a test plays: it keeps what it is asked, and says what the test tells it. */
export class FakeWorker implements LabWorker {
  readonly requests: Request[] = [];
  isAlive = true;
  readonly #listeners = new Map<string, (event: never) => void>();

  addEventListener(kind: string, listener: (event: never) => void): void {
    this.#listeners.set(kind, listener);
  }

  postMessage(request: Request): void {
    this.requests.push(request);
  }

  terminate(): void {
    this.isAlive = false;
  }

  say(data: Answer): void {
    this.#listeners.get('message')?.({ data } as never);
  }

  die(message = ''): void {
    this.#listeners.get('error')?.({ message, preventDefault: () => {} } as never);
  }

  get wishes(): WishRequest[] {
    return this.requests.filter((request) => request.kind === 'show');
  }

  /** The wish that it was asked for last. */
  get wish(): WishRequest {
    const wish = this.wishes.at(-1);
    if (wish === undefined) throw new Error('the worker was asked for nothing');
    return wish;
  }

  ready(): this {
    this.say({ kind: 'ready', kernels: 'simd: a test' });
    return this;
  }

  /** Answers the last wish. */
  answer(content: Content): void {
    this.say({ id: this.wish.id, ...content });
  }

  /** Says that the networks have had a number of steps. */
  train(steps: number): void {
    const losses = Array.from({ length: steps }, (_, i) => 1 / (i + 1));
    this.answer({ kind: 'trained', losses: { left: losses, right: losses } });
  }

  /** Does what the last wish says, after a number of steps that an ending training may have had. */
  fulfil(steps = this.wish.least): void {
    this.train(steps);
    this.answer({ kind: 'done', steps });
  }
}

/** A function that starts fake workers, and the workers that it started. */
export function fakeWorkers(): { started: FakeWorker[]; start: () => FakeWorker } {
  const started: FakeWorker[] = [];
  const start = () => {
    const worker = new FakeWorker();
    started.push(worker);
    return worker;
  };
  return { started, start };
}

export const PROGRAMS: Programs = { typescript: '// none', pytorch: '# none' };
