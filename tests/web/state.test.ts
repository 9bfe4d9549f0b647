import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  ACTIVATIONS,
  fitSize,
  MODES,
  NETWORKS,
  type NetworkName,
  NONLINEARITIES,
  policiesOf,
  readState,
  STANDARD,
  type State,
  VIEWS,
  type ViewName,
  writeState,
} from '../../web/state.js';
import { STORIES, stateOf } from '../../web/stories.js';

const states = fc.constantFrom(...(Object.keys(NETWORKS) as NetworkName[])).chain((network) => {
  const { depth, width } = NETWORKS[network];
  const within = (bounds: readonly [number, number, number] | null) =>
    bounds === null ? fc.constant(1) : fc.integer({ min: bounds[0], max: bounds[2] });
  const number = fc.double({ min: 0, max: 100, noNaN: true }).map((value) => value + 0);
  const start = fc.record({
    policy: fc.constantFrom(...policiesOf(network)),
    std: number,
    gain: number,
    mode: fc.constantFrom(...MODES),
    nonlinearity: fc.constantFrom(...NONLINEARITIES),
  });
  return fc
    .record({
      network: fc.constant(network),
      depth: within(depth),
      width: within(width),
      activation: fc.constantFrom(...ACTIVATIONS),
      bias: fc.boolean(),
      seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      left: start,
      right: start,
      view: fc.constantFrom(...(Object.keys(VIEWS) as ViewName[])),
      rate: number,
      steps: fc.integer({ min: 0, max: 2000 }),
      story: fc.constantFrom('', 'zeros', 'xavier'),
      step: fc.integer({ min: 0, max: 9 }),
    })
    .map((state): State => fitSize(state));
});

describe('writeState, readState', () => {
  it('give back every state, in at most 2,000 characters', () => {
    fc.assert(
      fc.property(states, (state) => {
        const hash = writeState(state);
        expect(hash.length).toBeLessThanOrEqual(2000);
        expect(readState(`#${hash}`)).toEqual({ state, problems: [] });
      }),
    );
  });

  it('writes the first state as its version alone, and reads an empty hash as the first state', () => {
    expect(writeState(STANDARD)).toBe('v=1');
    expect(readState('')).toEqual({ state: STANDARD, problems: [] });
    expect(readState('#')).toEqual({ state: STANDARD, problems: [] });
  });

  it.each([
    ['v=2', 'v = 2, expected one of 1'],
    ['network=vgg', 'network = vgg, expected one of mlp, lenet5, resnet, gpt'],
    ['depth=51', 'depth = 51, expected a whole number from 1 to 50'],
    ['depth=0', 'depth = 0'],
    ['depth=1.5', 'depth = 1.5'],
    ['depth=', 'depth = , expected'],
    ['width=1e3', 'width = 1e3'],
    ['width=-4', 'width = -4'],
    ['network=resnet&width=256', 'width = 256, expected a whole number from 4 to 32; the page shows 8'],
    ['network=lenet5&depth=3', 'depth = 3'],
    ['activation=relu', 'activation = relu, expected one of ReLU'],
    ['bias=yes', 'bias = yes, expected one of true, false'],
    ['seed=4294967296', 'seed = 4294967296'],
    ['left.policy=gpt2', 'left.policy = gpt2'],
    ['right.std=NaN', 'right.std = NaN, expected a number from 0 to 100'],
    ['right.std=-1', 'right.std = -1'],
    ['left.gain=Infinity', 'left.gain = Infinity'],
    ['left.mode=fan', 'left.mode = fan'],
    ['view=all', 'view = all'],
    ['rate=fast', 'rate = fast'],
    ['steps=2001', 'steps = 2001, expected a whole number from 0 to 2000; the page shows 0'],
    ['steps=-1', 'steps = -1'],
    ['story=%3Cscript%3E', 'story = <script>, expected a name'],
    ['sede=1', 'an unknown field, sede'],
  ])('takes the standard for %s, and says so', (hash, said) => {
    const { state, problems } = readState(hash);
    expect(problems.join(' ')).toContain(said);
    const [network] = hash.match(/(?<=network=)(lenet5|resnet)/) ?? ['mlp'];
    expect(writeState(state)).toBe(network === 'mlp' ? 'v=1' : `v=1&network=${network}`);
  });

  it('refuses a hash of more than 2,000 characters as a whole', () => {
    const { state, problems } = readState(`seed=1&story=${'a'.repeat(3000)}`);
    expect(state).toBe(STANDARD);
    expect(problems).toEqual([expect.stringContaining('expected at most 2000')]);
  });

  it('tells a training of a story by the steps of the state', () => {
    const zeros = STORIES.find(({ id }) => id === 'zeros');
    if (zeros === undefined) throw new Error('there is no story of zeros');
    expect([0, 1, 2].map((step) => stateOf(zeros, step).steps)).toEqual([0, 0, 60]);
    expect(writeState(stateOf(zeros, 2))).toContain('&steps=60');
  });

  it('reads back every step of every story', () => {
    for (const story of STORIES) {
      story.steps.forEach((_, step) => {
        const state = stateOf(story, step);
        expect(readState(writeState(state))).toEqual({ state, problems: [] });
      });
    }
  });
});
