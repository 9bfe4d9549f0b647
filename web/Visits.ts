import { writeState } from './address.js';
import { STANDARD, type State } from './state.js';

/** Changes of one number that follow each other within this time, in milliseconds, are one: the number is typed or dragged. */
const TOGETHER = 1000;

const FIRST = `#${writeState(STANDARD)}`;

/** The parts of the browser that hold the address. */
export interface Place {
  readonly history: Readonly<Record<'pushState' | 'replaceState', (data: null, unused: '', address: string) => void>>;
  readonly location: { readonly hash: string };
}

/** Keeps the address equal to the state, so that *Back* undoes what was set. */
export class Visits {
  readonly #place: Place;
  #state: State;
  /** The number that was changed last, and when. */
  #last = { name: '', time: Number.NEGATIVE_INFINITY };

  /** @param state the state that the address says */
  constructor(state: State, place: Place) {
    this.#place = place;
    this.#state = state;
    this.arrive(state);
  }

  /** Whether the address is that of the state. Without a hash it is that of the first one. */
  get isTrue(): boolean {
    const { hash } = this.#place.location;
    return (hash === '' ? FIRST : hash) === `#${writeState(this.#state)}`;
  }

  /** Takes the state that an address says; what it says wrongly leaves it. */
  arrive(state: State): void {
    this.#state = state;
    this.#last = { name: '', time: Number.NEGATIVE_INFINITY };
    if (!this.isTrue) this.#write('replaceState');
  }

  /** Follows the page to another state. The way back leads to the one before, but for further steps of a training. */
  follow(state: State): void {
    const names = namesOfChanges(this.#state, state);
    const isLater = names.length === 0 && state.steps >= this.#state.steps;
    const name = names.length === 1 && isNumber(state, names[0]) ? names[0] : '';
    const time = Date.now();
    const goesOn = name !== '' && name === this.#last.name && time - this.#last.time < TOGETHER;
    this.#state = state;
    this.#last = { name, time };
    if (!this.isTrue) this.#write(isLater || goesOn ? 'replaceState' : 'pushState');
  }

  #write(how: 'pushState' | 'replaceState'): void {
    this.#place.history[how](null, '', `#${writeState(this.#state)}`);
  }
}

/** The settings that differ, but for the steps of training. */
function namesOfChanges(before: State, after: State): string[] {
  const [old, now] = [settingsOf(before), settingsOf(after)];
  return [...now.keys()].filter((name) => name !== 'steps' && old.get(name) !== now.get(name));
}

function isNumber(state: State, name: string): boolean {
  return typeof settingsOf(state).get(name) === 'number';
}

function settingsOf({ left, right, ...shared }: State): Map<string, unknown> {
  return new Map<string, unknown>([
    ...Object.entries(shared),
    ...Object.entries(left).map(([name, value]) => [`left.${name}`, value] as const),
    ...Object.entries(right).map(([name, value]) => [`right.${name}`, value] as const),
  ]);
}
