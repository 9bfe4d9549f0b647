import { describe, expect, it } from '@jest/globals';
import {
  ArgumentError,
  definePolicy,
  Generator,
  getRngState,
  init,
  manualSeed,
  nn,
  presets,
  randint,
  randn,
  rule,
} from 'initree';
import * as F from 'initree/functional';
import { type CoordinateFit, coordinateCheck, sgd } from 'initree/probe';
import { isFullRun } from '../../isFullRun.js';
import { MLP, Transformer } from './networks.js';

const x = randn([32, 8], { generator: new Generator(1) });
const small = { widths: [32, 64, 128, 256], steps: 2, input: x };
const mup = presets.mup({ baseWidth: 32 });
const withMultiplier = (width: number) => new MLP(width, mup.outputMultiplier(width));

const find = (fits: readonly CoordinateFit[], label: string, quantity: CoordinateFit['quantity'], step: number) =>
  fits.find((fit) => fit.label === label && fit.quantity === quantity && fit.step === step) as CoordinateFit;

describe('coordinateCheck()', () => {
  it('passes for the maximal update parametrisation under Adam', () => {
    const { fits, ...check } = coordinateCheck(withMultiplier, { ...small, policy: mup });
    expect(check).toMatchObject({
      verdict: 'pass',
      model: 'MLP',
      widths: [32, 64, 128, 256],
      seeds: [0, 1, 2, 3, 4],
      steps: 2,
      optimizer: 'adam',
      learningRate: 0.01,
      hasFactors: true,
      policy: 'mup',
      findings: [],
    });
    // Sizes before the training and after each of 2 steps, and 2 changes, of 6 operations.
    expect(fits).toHaveLength(5 * 6);
    const readout = find(fits, 'fc3', 'size', 0);
    expect(readout.expected).toEqual([-0.5, 0]);
    expect(Math.abs((readout.slope as number) + 0.5)).toBeLessThan(3 * (readout.standardError as number));
    const multiplier = find(fits, 'fc2 → mul', 'size', 0);
    expect(multiplier).toMatchObject({ verdict: null, reason: 'judged with fc3' });
    expect(multiplier.slope).toBeCloseTo(-1, 1);
    for (const step of [1, 2]) expect(find(fits, 'fc2', 'change', step).slope).toBeCloseTo(0, 1);
  });

  it('passes without a multiplier', () => {
    const plain = presets.mup({ baseWidth: 32, multiplier: false });
    expect(coordinateCheck((width) => new MLP(width), { ...small, policy: plain }).verdict).toBe('pass');
  });

  (isFullRun ? it : it.skip)('passes under SGD', () => {
    const wide = presets.mup();
    const build = (width: number) => new MLP(width, wide.outputMultiplier(width));
    expect(coordinateCheck(build, { input: x, policy: wide, optimizer: 'sgd', seeds: 10 }).verdict).toBe('pass');
  });

  it('fails for the standard parametrisation under Adam, and says what to change', () => {
    const check = coordinateCheck((width) => new MLP(width), small);
    expect(check.verdict).toBe('fail');
    expect(check.hasFactors).toBe(false);
    const [first, ...others] = check.findings;
    expect(first).toMatchObject({ label: 'fc2', verdict: 'fail', quantity: 'change', step: 1, cause: null });
    expect(first.seen).toMatch(/^the mean change of its values after 1 step is multiplied by 1\.[89]\d when the width/);
    expect(first.advice).toContain('Multiply the learning rate of fc2.weight by base width / width');
    expect(others.filter(({ verdict }) => verdict === 'fail').every(({ cause }) => cause === 'fc2')).toBe(true);
    expect(String(check)).toContain('verdict: fail');
  });

  it('needs the learning rates: the initialisation alone does not pass under Adam', () => {
    const { verdict, findings } = coordinateCheck(withMultiplier, { ...small, policy: mup.policy });
    expect(verdict).toBe('fail');
    expect(findings[0].label).toBe('fc2');
    const learningRates = (model: nn.Module) => mup.learningRates(model);
    const check = coordinateCheck(withMultiplier, { ...small, policy: mup.policy, learningRates });
    expect(check.verdict).toBe('pass');
  });

  it('finds a scale that grows with the width before the training', () => {
    const policy = definePolicy('0.05', [rule(nn.Linear, { weight: init.normal(0, 0.05), bias: init.zeros() })]);
    const { fits, findings, verdict } = coordinateCheck((width) => new MLP(width), { ...small, policy, steps: 0 });
    expect(verdict).toBe('fail');
    expect(find(fits, 'fc1', 'size', 0)).toMatchObject({ verdict: 'pass' });
    expect(find(fits, 'fc2', 'size', 0).slope).toBeCloseTo(0.5, 1);
    expect(findings[0]).toMatchObject({ label: 'fc2', step: 0, quantity: 'size' });
    expect(findings[0].advice).toContain('the variance of fc2.weight be ∝ 1/fan-in');
  });

  it('finds a layer that stops to learn', () => {
    // The parametrisation of the neural tangent kernel: under Adam, hidden layers learn ∝ 1/√width.
    const factor = (path: string, model: nn.Module) =>
      path === 'fc2.weight' ? (model as MLP).fc2.inFeatures ** -1.5 * 100 : 1 / (model as MLP).fc2.inFeatures;
    const learningRates = (model: nn.Module) =>
      new Map(Array.from(model.namedParameters(), ([path]) => [path, factor(path, model)] as const));
    const { findings } = coordinateCheck(withMultiplier, { ...small, policy: mup.policy, learningRates, steps: 1 });
    const found = findings.find(({ label }) => label === 'fc1');
    expect(found).toMatchObject({ verdict: 'fail', quantity: 'change' });
    expect(found?.advice).toBe(
      'What fc1.weight learns vanishes as the width grows: raise its learning rate with the width.',
    );
  });

  it('is undecided where the seeds differ too much', () => {
    const options = { widths: [4, 6, 8, 10], seeds: 2, input: x.narrow(0, 0, 2), steps: 0 };
    const { verdict, findings } = coordinateCheck((width) => new MLP(width), options);
    expect(verdict).toBe('undecided');
    expect(findings[0].verdict).toBe('undecided');
    expect(findings[0].advice).toContain('Use more seeds');
  });

  it('passes values that are 0 at every width, and fails those that are not finite', () => {
    const zeros = definePolicy('zeros', [rule(nn.Linear, { weight: init.zeros(), bias: init.zeros() })]);
    const build = (width: number) => new MLP(width);
    const options = { ...small, seeds: 2, steps: 0 };
    const { fits, verdict } = coordinateCheck(build, { ...options, policy: zeros });
    expect(verdict).toBe('pass');
    expect(fits[0]).toMatchObject({ slope: null, standardError: null, reason: '0 at every width', verdict: 'pass' });
    const nan = definePolicy('nan', [rule(nn.Linear, { weight: init.constant(NaN), bias: init.zeros() })]);
    const found = coordinateCheck(build, { ...options, policy: nan });
    expect(found.verdict).toBe('fail');
    expect(found.findings[0].seen).toBe('the mean size of its values before the training is not finite');
  });

  it('measures what a loop by hand measures', () => {
    const build = (width: number) => new MLP(width);
    const target = randint(10, [32], { generator: new Generator(2) });
    const optimizer = (rates: ReadonlyMap<string, number>) => sgd({ learningRates: rates });
    const options = { widths: [8, 16, 32], seeds: [3, 4], input: x, target, steps: 1, optimizer, learningRate: 0.5 };
    const { fits, optimizer: name } = coordinateCheck(build, options);
    expect(name).toBe('given');
    const byHand = [3, 4].map((seed) => {
      manualSeed(seed);
      const model = build(8);
      const before = model.forward(x).detach();
      F.crossEntropy(model.forward(x), target).backward();
      sgd({ learningRates: 0.5 })(model.namedParameters());
      return { size: before.abs().mean().item(), change: model.forward(x).sub(before).abs().mean().item() };
    });
    const meanOf = (quantity: 'size' | 'change') => Math.sqrt(byHand[0][quantity] * byHand[1][quantity]);
    expect(find(fits, 'fc3', 'size', 0).means[0]).toBeCloseTo(meanOf('size'), 6);
    expect(find(fits, 'fc3', 'change', 1).means[0]).toBeCloseTo(meanOf('change'), 6);
  });

  it('leaves the default generator as it was, also when it throws', () => {
    manualSeed(5);
    const before = getRngState();
    coordinateCheck((width) => new MLP(width), { widths: [4, 6, 8], seeds: 2, steps: 1, input: x });
    expect(getRngState()).toEqual(before);
    const fail = () => {
      randn([3]);
      throw new Error('no');
    };
    expect(() => coordinateCheck(fail, { input: x })).toThrow('no');
    expect(getRngState()).toEqual(before);
  });

  it('gives frozen data that JSON keeps', () => {
    const check = coordinateCheck((width) => new MLP(width), { widths: [4, 6, 8], seeds: 2, steps: 1, input: x });
    expect(Object.isFrozen(check) && Object.isFrozen(check.fits[0]) && Object.isFrozen(check.findings)).toBe(true);
    expect(JSON.parse(JSON.stringify(check)).verdict).toBe(check.verdict);
    expect(JSON.parse(JSON.stringify(check)).fits).toHaveLength(check.fits.length);
  });

  it('accepts an input for each width', () => {
    const build = (width: number) =>
      new nn.Sequential(new nn.Linear(width, width), new nn.Tanh(), new nn.Linear(width, 4));
    const input = (width: number) => randn([8, width], { generator: new Generator(0) });
    expect(coordinateCheck(build, { widths: [4, 8, 16], seeds: 2, steps: 0, input }).fits).toHaveLength(3);
  });

  it('refuses wrong arguments, and models that are not comparable', () => {
    const build = (width: number) => new MLP(width);
    const check = coordinateCheck as (...args: unknown[]) => unknown;
    const few = { widths: [4, 6, 8], seeds: 2, steps: 0, input: x };
    const refusals: [() => unknown, string][] = [
      [() => check(new MLP(3), { input: x }), 'expects a function of the width that returns a model, found a MLP'],
      [() => check(build), 'coordinateCheck() needs input'],
      [() => check(build, { input: x, width: [3] }), "unexpected keyword argument 'width'"],
      [() => check(build, { input: x, widths: [64, 128] }), 'widths: expected at least 3 different numbers > 0'],
      [() => check(build, { input: x, widths: [64, 64, 128] }), 'widths: expected at least 3 different numbers > 0'],
      [() => check(build, { input: x, seeds: 1 }), 'seeds: expected a number of seeds ≥ 2'],
      [() => check(build, { input: x, seeds: [1, 1] }), 'at least 2 different whole numbers'],
      [() => check(build, { input: x, steps: 0.5 }), 'steps: expected a whole number ≥ 0, found 0.5'],
      [() => check(build, { input: x, learningRate: -1 }), 'learningRate: expected a finite number ≥ 0, found -1'],
      [() => check(build, { input: x, optimizer: 'adamw' }), "optimizer: expected 'adam', 'sgd', or a function"],
      [() => check(build, { input: x, loss: 'l2' }), "loss: expected 'cross-entropy'"],
      [() => check(build, { input: x, mode: 'test' }), "mode: expected 'train' or 'eval'"],
      [() => check(build, { ...few, loss: 'mse' }), "loss 'mse' needs a target of shape [32, 10]"],
      [() => check(() => 3, few), 'returns an nn.Module, found 3 at the width 4'],
      [
        () => check(build, { ...few, learningRates: () => new Map([['fc1.weight', 1]]) }),
        "expected a rate for 'fc1.bias'",
      ],
      [
        () => check((width: number) => (width > 4 ? build(width) : new nn.Linear(8, width)), few),
        "other operations at the width 6 than at 4: expected operation 0 to be 'linear', found 'fc1'",
      ],
    ];
    for (const [make, message] of refusals) {
      expect(make).toThrow(ArgumentError);
      expect(make).toThrow(message);
    }
  });

  (isFullRun ? it : it.skip)('judges a transformer', () => {
    const ids = randint(12, [4, 6], { generator: new Generator(0) });
    const policy = presets.mup({ baseWidth: 64, queryZeroInit: true });
    const build = (width: number) => new Transformer(width, policy.outputMultiplier(width));
    expect(coordinateCheck(build, { input: ids, policy }).verdict).toBe('pass');
    const standard = coordinateCheck((width) => new Transformer(width), { input: ids });
    expect(standard.verdict).toBe('fail');
    const causes = standard.findings.filter(({ cause, verdict }) => cause === null && verdict === 'fail');
    expect(causes.map(({ label }) => label)).toEqual(expect.arrayContaining(['q', 'k', 'v']));
  });
});
