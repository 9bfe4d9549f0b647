import type { ReadState } from './address.js';
import { keyOf } from './keyOf.js';
import { Lab, type LabWorker } from './Lab.js';
import type { Answer, Failure, Losses, Measured, Programs, Wish } from './messages.js';
import { BOUNDS, SIDES, type Side, type State } from './state.js';

export type BySide<T> = Readonly<Partial<Record<Side, T>>>;

const NO_LOSSES: Losses = { left: [], right: [] };
/** The steps of a training that goes on until it is paused: as many as an address can hold. */
const ENDLESS = BOUNDS.steps.most;

/** Everything that the page shows: what is set, and what is known of it. */
export interface Seen {
  readonly state: State;
  readonly measured: BySide<Measured>;
  readonly losses: Losses;
  readonly programs: BySide<{ readonly key: string; readonly programs: Programs }>;
  /** Why the whole page, or one side of it, cannot be shown. */
  readonly failures: Readonly<Partial<Record<Side | 'page', Failure>>>;
  /** What the reader has to know besides, in sentences. */
  readonly notices: readonly string[];
  readonly diverged: string | null;
  /** What the worker does. */
  readonly work: 'none' | 'computing' | 'loading';
  /** `rest`: the networks have, or get, the steps of the state. `endless`: they train until they are paused. `ending`: a pause began. */
  readonly training: 'rest' | 'endless' | 'ending';
  /** The path of the kernels and its reason; empty until it is known. */
  readonly kernels: string;
}

/** The steps of training that the networks have had, as far as is known. */
export function stepsTaken({ losses }: Pick<Seen, 'losses'>): number {
  return Math.max(losses.left.length, losses.right.length);
}

/**
 * What the page does: it holds the state, derives from it what is asked of the worker, and keeps what the worker answers. A wish
 * names the steps that the networks shall have had. So it does not matter at which moment it is sent, or sent again.
 */
export class Session {
  #seen: Seen;
  /** The steps that an ending training has at least. */
  #least = 0;
  /** What the last wish asked for: of which networks, and all of it. Empty texts if it has to be asked for again. */
  #asked = { networks: '', wish: '' };
  #wantsPrograms = false;
  #draw: (seen: Seen) => void = () => {};
  readonly #lab: Lab;
  readonly #onState: (state: State) => void;

  /** @param onState hears each state that does not come from the address */
  constructor({ state, problems }: ReadState, startWorker: () => LabWorker, onState: (state: State) => void) {
    this.#onState = onState;
    this.#seen = {
      state,
      measured: {},
      losses: NO_LOSSES,
      programs: {},
      failures: {},
      notices: problems,
      diverged: null,
      work: 'none',
      training: 'rest',
      kernels: '',
    };
    this.#lab = new Lab(
      {
        onAnswer: (answer) => this.#hear(answer),
        onRestart: (reason) => this.#hearOfRestart(reason),
        onEnd: (failure) => this.#fail(failure),
      },
      startWorker,
    );
    this.#ask();
  }

  get seen(): Seen {
    return this.#seen;
  }

  /** Calls a function with what is seen, now and whenever it changes. */
  listen(draw: (seen: Seen) => void): void {
    this.#draw = draw;
    draw(this.#seen);
  }

  /** Shows what an address says. */
  visit({ state, problems }: ReadState): void {
    this.#change({ state, notices: problems, training: 'rest' });
    this.#ask();
  }

  /** Shows another state. A training that goes on ends. */
  show(state: State): void {
    this.#onState(state);
    this.#change({ state, notices: [], training: 'rest' });
    this.#ask();
  }

  /** Shows another view of the same networks. A training goes on. */
  look(state: State): void {
    this.#onState(state);
    this.#change({ state });
    this.#ask();
  }

  /** Trains until the training is paused. */
  train(): void {
    this.#change({ training: 'endless' });
    this.#ask();
  }

  /** Ends a training, at the steps that the networks have had, or further ones. */
  pause(further = 0): void {
    this.#least = stepsTaken(this.#seen) + further;
    this.#change({ training: 'ending' });
    this.#ask();
  }

  /** Trains one step further. */
  step(): void {
    const { state, training } = this.#seen;
    if (training !== 'rest') this.pause(1);
    else this.show({ ...state, steps: state.steps + 1 });
  }

  /** Asks again for what failed. */
  retry(): void {
    if (this.#seen.failures.page === undefined) return;
    this.#asked = { networks: '', wish: '' };
    this.#ask();
  }

  /** Whether the programs of both sides are wanted. */
  wantPrograms(isWanted: boolean): void {
    this.#wantsPrograms = isWanted;
    this.#askPrograms();
  }

  #change(part: Partial<Seen>): void {
    this.#seen = { ...this.#seen, ...part };
    this.#draw(this.#seen);
  }

  #wish(): Wish {
    const { state, training } = this.#seen;
    if (training === 'endless') return { state, least: ENDLESS, most: ENDLESS };
    if (training === 'ending') return { state, least: this.#least, most: ENDLESS };
    return { state, least: state.steps, most: state.steps };
  }

  /** Asks the worker for what is wished, unless that is what it was asked for last. */
  #ask(): void {
    const wish = this.#wish();
    const asked = textsOf(wish);
    this.#askPrograms();
    if (asked.wish === this.#asked.wish) return;
    const isAnew = asked.networks !== this.#asked.networks || wish.most < stepsTaken(this.#seen);
    this.#asked = asked;
    this.#change({ work: 'computing', failures: {}, ...(isAnew ? { losses: NO_LOSSES, diverged: null } : {}) });
    this.#lab.show(wish);
  }

  #askPrograms(): void {
    if (!this.#wantsPrograms) return;
    const { state, programs } = this.#seen;
    for (const side of SIDES) {
      if (programs[side]?.key !== keyOf(state, state[side])) this.#lab.writePrograms({ state, side });
    }
  }

  #hear(answer: Answer): void {
    const { measured, programs, failures } = this.#seen;
    switch (answer.kind) {
      case 'ready':
        this.#change({ kernels: answer.kernels });
        break;
      case 'code':
        this.#change({ programs: { ...programs, [answer.side]: answer } });
        break;
      case 'working':
        this.#change({ work: 'computing' });
        break;
      case 'loading':
        this.#change({ work: 'loading' });
        break;
      case 'measured':
        this.#change({ measured: { ...measured, [answer.measured.side]: answer.measured } });
        break;
      case 'trained':
        this.#change({ losses: answer.losses });
        break;
      case 'diverged':
        this.#change({
          diverged: `The training of the ${answer.side} network diverged: its loss is not finite at step ${answer.step}. Choose a smaller learning rate or another start, and reset.`,
        });
        break;
      case 'sideFailed':
        this.#change({
          measured: { ...measured, [answer.side]: undefined },
          failures: { ...failures, [answer.side]: answer.failure },
        });
        break;
      case 'done':
        this.#rest(answer.steps ?? this.#seen.state.steps);
        break;
      case 'failed':
        this.#fail(answer.failure);
        break;
    }
  }

  /** Keeps in the state how many steps the networks have had, when the work on a wish ends. */
  #rest(steps: number): void {
    const state = { ...this.#seen.state, steps };
    if (steps !== this.#seen.state.steps) this.#onState(state);
    this.#change({ state, work: 'none', training: 'rest' });
    this.#asked = textsOf(this.#wish());
  }

  #fail(failure: Failure): void {
    this.#asked = { networks: '', wish: '' };
    this.#change({ measured: {}, failures: { page: failure }, work: 'none', training: 'rest' });
  }

  #hearOfRestart(reason: string): void {
    const steps = stepsTaken(this.#seen);
    const training = steps > 0 ? `, and trains both networks again, to step ${steps} and on if you had not paused` : '';
    const notice = `The worker that computes stopped: ${reason}. Another one has begun with the same settings${training}.`;
    this.#change({ measured: {}, notices: [notice], work: 'computing' });
  }
}

/** What a wish asks for, as texts that are equal for equal wishes. */
function textsOf({ state, least, most }: Wish): { networks: string; wish: string } {
  const networks = JSON.stringify([keyOf(state, state.left), keyOf(state, state.right), state.rate]);
  return { networks, wish: JSON.stringify([networks, least, most, state.view === 'spectrum']) };
}
