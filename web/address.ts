import { describeRange, isInRange, type NumberRange } from './NumberRange.js';
import {
  ACTIVATIONS,
  BOUNDS,
  MODES,
  NETWORKS,
  type NetworkName,
  NONLINEARITIES,
  policiesOf,
  type Side,
  STANDARD,
  type Start,
  type State,
  standardSize,
  VIEWS,
  type ViewName,
} from './state.js';
import { findStory, STORIES, stateOf } from './stories.js';

const VERSION = '1';
/** The most characters of a hash. */
const MOST_CHARACTERS = 2000;

/** What an address says, and a sentence for everything in it that is unknown or out of range. */
export interface ReadState {
  readonly state: State;
  readonly problems: readonly string[];
}

/** What an address means that names a step of a story and a network only. So the link of a step need not repeat its settings. */
function standardOf(story: string, step: number, network: NetworkName): State {
  const told = findStory(story);
  const standard = told === undefined ? STANDARD : stateOf(told, step);
  return network === standard.network ? standard : { ...STANDARD, network, ...standardSize(network), story, step };
}

/** The network of an address that names none. */
function usualNetwork(story: string, step: number): NetworkName {
  const told = findStory(story);
  return told === undefined ? STANDARD.network : stateOf(told, step).network;
}

/** The state as the hash of an address, without `#`: only what differs from the standard. */
export function writeState(state: State): string {
  const { story, step, network, ...settings } = state;
  const fields = new URLSearchParams({ v: VERSION });
  const write = (name: string, value: unknown, usual: unknown) => {
    if (value !== usual) fields.set(name, String(value));
  };
  write('story', story, STANDARD.story);
  write('step', step, STANDARD.step);
  write('network', network, usualNetwork(story, step));
  const standard = standardOf(story, step, network);
  for (const [name, value] of Object.entries(settings)) {
    if (name === 'left' || name === 'right') {
      for (const [setting, given] of Object.entries(state[name])) {
        write(`${name}.${setting}`, given, standard[name][setting as keyof Start]);
      }
    } else write(name, value, standard[name as keyof State]);
  }
  return fields.toString();
}

/**
 * Reads the hash of an address, with or without `#`. What it does not name, or names wrongly, has its standard value: that of the
 * step of the story if one is told.
 */
export function readState(hash: string): ReadState {
  const text = hash.replace(/^#/, '');
  if (text.length > MOST_CHARACTERS) {
    const problem = `The address has ${text.length} characters after #, expected at most ${MOST_CHARACTERS}; the page shows its first state.`;
    return { state: STANDARD, problems: [problem] };
  }
  const reader = new FieldReader(new URLSearchParams(text));
  reader.oneOf('v', [VERSION], VERSION);
  const story = reader.oneOf<string>(
    'story',
    STORIES.map(({ id }) => id),
    STANDARD.story,
  );
  const last = (findStory(story)?.steps.length ?? 0) - 1;
  const step = last < 0 ? reader.unused('step', 'no story is told', 0) : reader.number('step', upTo(last), 0);
  const network = reader.oneOf('network', Object.keys(NETWORKS) as NetworkName[], usualNetwork(story, step));
  const standard = standardOf(story, step, network);
  const size = (name: 'depth' | 'width') => {
    const range = NETWORKS[network][name];
    return range === null
      ? reader.unused(name, `${NETWORKS[network].title} has no ${name}`, standard[name])
      : reader.number(name, range, standard[name]);
  };
  const start = (side: Side): Start => ({
    policy: reader.oneOf(`${side}.policy`, policiesOf(network), standard[side].policy),
    value: reader.number(`${side}.value`, BOUNDS.value, standard[side].value),
    std: reader.number(`${side}.std`, BOUNDS.std, standard[side].std),
    gain: reader.number(`${side}.gain`, BOUNDS.gain, standard[side].gain),
    mode: reader.oneOf(`${side}.mode`, MODES, standard[side].mode),
    nonlinearity: reader.oneOf(`${side}.nonlinearity`, NONLINEARITIES, standard[side].nonlinearity),
  });
  const state: State = {
    network,
    depth: size('depth'),
    width: size('width'),
    activation: reader.oneOf('activation', ACTIVATIONS, standard.activation),
    bias: reader.oneOf('bias', ['true', 'false'], standard.bias ? 'true' : 'false') === 'true',
    seed: reader.number('seed', BOUNDS.seed, standard.seed),
    left: start('left'),
    right: start('right'),
    view: reader.oneOf('view', Object.keys(VIEWS) as ViewName[], standard.view),
    rate: reader.number('rate', BOUNDS.rate, standard.rate),
    steps: reader.number('steps', BOUNDS.steps, standard.steps),
    story,
    step,
  };
  reader.judgeNames();
  return { state, problems: reader.problems };
}

function upTo(most: number): NumberRange {
  return { least: 0, most, step: 1 };
}

class FieldReader {
  readonly problems: string[] = [];
  readonly #known = new Set<string>();

  constructor(private readonly fields: URLSearchParams) {}

  oneOf<const T extends string>(name: string, allowed: readonly T[], standard: NoInfer<T>): T {
    const found = this.#take(name);
    if (found === null) return standard;
    const value = allowed.find((one) => one === found);
    return value ?? this.#refuse(name, `one of ${allowed.join(', ')}`, found, standard);
  }

  number(name: string, range: NumberRange, standard: number): number {
    const found = this.#take(name);
    if (found === null) return standard;
    // Whole numbers are digits alone: 1e3 is none.
    const isNumber = range.step === 'any' ? found.trim() !== '' : /^\d+$/.test(found);
    const value = isNumber ? Number(found) : Number.NaN;
    return isInRange(value, range) ? value : this.#refuse(name, describeRange(range), found, standard);
  }

  /** A field that has no meaning here. */
  unused<T>(name: string, reason: string, standard: T): T {
    const found = this.#take(name);
    if (found !== null) this.problems.push(`The address has ${name} = ${short(found)}, but ${reason}; it is ignored.`);
    return standard;
  }

  /** Reports the names that are unknown, and those that stand there more than once. */
  judgeNames(): void {
    for (const name of new Set(this.fields.keys())) {
      const found = this.fields.getAll(name);
      if (!this.#known.has(name)) {
        this.problems.push(`The address has an unknown field, ${short(name)}; it is ignored.`);
      } else if (found.length > 1) {
        const values = found.slice(0, 3).map(short).join(', ');
        this.problems.push(`The address has ${name} ${found.length} times (${values}); the page takes the first.`);
      }
    }
  }

  #take(name: string): string | null {
    this.#known.add(name);
    return this.fields.get(name);
  }

  #refuse<T>(name: string, expected: string, found: string, standard: T): T {
    this.problems.push(
      `The address has ${name} = ${short(found)}, expected ${expected}; the page shows ${String(standard) || 'none'}.`,
    );
    return standard;
  }
}

function short(text: string): string {
  return text.slice(0, 40);
}
