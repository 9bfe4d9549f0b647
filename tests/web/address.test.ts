import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readState, writeState } from '../../web/address.js';
import {
  ACTIVATIONS,
  MODES,
  NETWORKS,
  type NetworkName,
  NONLINEARITIES,
  policiesOf,
  STANDARD,
  type State,
  VIEWS,
  type ViewName,
} from '../../web/state.js';
import { findStory, STORIES, stateOf } from '../../web/stories.js';

const everyStep = STORIES.flatMap((story) => story.steps.map((_, step) => ({ story, step })));

const states = fc.constantFrom(...(Object.keys(NETWORKS) as NetworkName[])).chain((network) => {
  const { depth, width } = NETWORKS[network];
  const within = (bounds: { least: number; most: number; step: number } | null) =>
    bounds === null
      ? fc.constant(1)
      : fc.integer({ min: bounds.least / bounds.step, max: bounds.most / bounds.step }).map((n) => n * bounds.step);
  const number = fc.double({ min: 0, max: 100, noNaN: true }).map((value) => value + 0);
  const start = fc.record({
    policy: fc.constantFrom(...policiesOf(network)),
    value: fc.double({ min: -100, max: 100, noNaN: true }).map((value) => value + 0),
    std: number,
    gain: number,
    mode: fc.constantFrom(...MODES),
    nonlinearity: fc.constantFrom(...NONLINEARITIES),
  });
  const told = fc.constantFrom(
    { story: '', step: 0 },
    ...everyStep.map(({ story, step }) => ({ story: story.id, step })),
  );
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
      told,
    })
    .map(({ told, ...state }): State => ({ ...state, ...told }));
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
    ['network=lenet5&depth=3', 'depth = 3, but LeNet-5 on digits has no depth; it is ignored'],
    ['network=lenet5&width=1', 'width = 1, but LeNet-5 on digits has no width'],
    ['network=gpt&width=66', 'width = 66, expected a multiple of 4 from 8 to 128; the page shows 64'],
    ['left.value=-101', 'left.value = -101, expected a number from -100 to 100; the page shows 0.01'],
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
    ['story=%3Cscript%3E', 'story = <script>, expected one of zeros, powers'],
    ['story=nosuch', 'story = nosuch, expected one of zeros, powers'],
    ['story=__proto__', 'story = __proto__, expected one of zeros, powers'],
    ['step=1', 'step = 1, but no story is told; it is ignored'],
    ['sede=1', 'an unknown field, sede'],
  ])('takes the standard for %s, and says so', (hash, said) => {
    const { state, problems } = readState(hash);
    expect(problems.join(' ')).toContain(said);
    const [network] = hash.match(/(?<=network=)(lenet5|resnet|gpt)/) ?? ['mlp'];
    expect(writeState(state)).toBe(network === 'mlp' ? 'v=1' : `v=1&network=${network}`);
  });

  it('refuses a hash of more than 2,000 characters as a whole', () => {
    const { state, problems } = readState(`seed=1&story=${'a'.repeat(3000)}`);
    expect(state).toBe(STANDARD);
    expect(problems).toEqual([expect.stringContaining('expected at most 2000')]);
  });

  it.each([
    ['depth=5&depth=7', 'depth 2 times (5, 7); the page takes the first', 'v=1&depth=5'],
    ['v=1&v=2', 'v 2 times (1, 2)', 'v=1'],
    ['story=zeros&step=9', 'step = 9, expected a whole number from 0 to 2; the page shows 0', 'v=1&story=zeros'],
  ])('says what is wrong with %s', (hash, said, shown) => {
    const { state, problems } = readState(hash);
    expect(problems).toEqual([expect.stringContaining(said)]);
    expect(writeState(state)).toBe(shown);
  });

  it('takes the settings of a story from its step, so that its link is short and complete', () => {
    const zeros = findStory('zeros');
    if (zeros === undefined) throw new Error('there is no story of zeros');
    expect([0, 1, 2].map((step) => stateOf(zeros, step).steps)).toEqual([0, 0, 60]);
    expect(readState('story=zeros&step=2')).toEqual({ state: stateOf(zeros, 2), problems: [] });
    expect(writeState(stateOf(zeros, 2))).toBe('v=1&story=zeros&step=2');
    expect(writeState({ ...stateOf(zeros, 2), steps: 0 })).toBe('v=1&story=zeros&step=2&steps=0');
    const other = readState('story=zeros&step=2&network=gpt').state;
    expect(other).toMatchObject({ network: 'gpt', depth: 2, width: 64, steps: 0, left: { policy: 'pytorch' } });
    expect(writeState(other)).toBe('v=1&story=zeros&step=2&network=gpt');
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
