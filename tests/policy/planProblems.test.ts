import { describe, expect, it } from '@jest/globals';
import { PolicyError, ShapeError } from '../../src/errors.js';
import * as init from '../../src/init.js';
import * as nn from '../../src/nn.js';
import { definePolicy, type Policy, sequence } from '../../src/policy/definePolicy.js';
import { derive } from '../../src/policy/derive.js';
import { explainPolicy } from '../../src/policy/explainPolicy.js';
import { initializeWeights } from '../../src/policy/initializeWeights.js';
import { parameter, rule } from '../../src/policy/rule.js';
import { Generator } from '../../src/random/Generator.js';
import { stateHash } from '../golden/readGolden.js';

const ZERO = init.zeros();
const linears = (count: number) => new nn.Sequential(...Array.from({ length: count }, () => new nn.Linear(2, 2)));
const tied = () => {
  const model = new nn.Sequential({ a: new nn.Linear(2, 2), b: new nn.Linear(2, 2) });
  (model.getSubmodule('b') as nn.Linear).weight = (model.getSubmodule('a') as nn.Linear).weight;
  return model;
};

function errorOf(policy: Policy, model: nn.Module): PolicyError {
  try {
    explainPolicy(model, policy);
  } catch (error) {
    if (error instanceof PolicyError) return error;
  }
  throw new Error('expected a PolicyError');
}

describe('the error of an impossible plan', () => {
  const wrong = rule(nn.Linear, { bias: init.xavierNormal() });
  const fan =
    'Fan in and fan out can not be computed for tensor with fewer than 2 dimensions, found [2]; for a bias, init.zeros() is';

  it('comes before anything is written if a hand-written initialiser returns a law for another dtype', () => {
    const large: init.Initializer = {
      kind: 'large',
      law: (shape) => init.constant(1e6).law(shape),
      fill: (tensor) => tensor,
    };
    const model = linears(2).to('float16');
    const before = [...model.parameters()].map(({ data }) => data.slice());
    const policy = definePolicy('p', [parameter('0.weight', init.normal()), parameter('1.weight', large)]);
    expect(() => initializeWeights(model, policy)).toThrow(PolicyError);
    expect([...model.parameters()].map(({ data }) => data)).toEqual(before);
  });

  it('has the path and the cause of a single problem', () => {
    const error = errorOf(definePolicy('p', [parameter('**.weight', ZERO), wrong]), linears(1));
    expect(error.path).toBe('0.bias');
    expect(error.detail).toContain(`rule 2 of 'p', rule(Linear): ${fan}`);
    expect(error.cause).toBeInstanceOf(ShapeError);
  });

  it('is one line for one mistake, with four paths and the number of the others', () => {
    for (const [count, paths] of [
      [2, '0.bias, 1.bias'],
      [4, '0.bias, 1.bias, 2.bias, 3.bias'],
      [5, '0.bias, 1.bias, 2.bias, 3.bias and 1 more'],
      [9, '0.bias, 1.bias, 2.bias, 3.bias and 5 more'],
    ] as const) {
      const error = errorOf(definePolicy('p', [wrong]), linears(count));
      expect(error.path).toBeUndefined();
      expect(error.message).toContain(`Invalid policy: rule 1 of 'p', rule(Linear), at ${paths}: Fan in`);
      expect(error.message).not.toContain('\n');
      expect(error.cause).toBeInstanceOf(ShapeError);
    }
  });

  it('lists the mistakes of all passes, with the number of the rule in its pass', () => {
    const thrown = new RangeError('no');
    const thrower = derive(nn.Linear, () => {
      throw thrown;
    });
    const text = derive(nn.Linear, () => {
      throw 'a text';
    });
    const both = sequence(
      definePolicy('first', [parameter('1.bias', thrower), parameter('*.weight', ZERO), wrong]),
      definePolicy('second', [rule(nn.Linear, { weight: text })]),
    );
    const error = errorOf(both, linears(2));
    expect(error.path).toBeUndefined();
    expect(error.cause).toBeInstanceOf(ShapeError);
    expect(error.message.split('\n\t')).toEqual([
      "Invalid policy: 4 assignments of 'first + second' are impossible:",
      expect.stringContaining("rule 3 of 'first', rule(Linear), at 0.bias: Fan in"),
      "rule 1 of 'first', parameter('1.bias'), at 1.bias: it threw RangeError: no",
      "rule 1 of 'second', rule(Linear), at 0.weight, 1.weight: it threw a text",
    ]);
  });

  it('names both rules and initialisers of a tied parameter', () => {
    const weights = (...stds: number[]) =>
      definePolicy(
        'p',
        ['a', 'b'].map((path, i) => parameter(`${path}.weight`, init.normal(0, stds[i]))),
      );
    expect(errorOf(weights(1, 2), tied()).message).toBe(
      "Invalid policy at b.weight: rule 2 of 'p', parameter('b.weight'): tied to a.weight, which " +
        "parameter('a.weight') fills with normal(mean=0, std=1), not normal(mean=0, std=2); assign the same initializer to " +
        "both, assign keep() to both, or define the policy with { tied: 'each' }",
    );
    expect(explainPolicy(tied(), weights(1, 1)).assignments.map(({ path }) => path)).toEqual(['a.weight']);
    const kept = definePolicy('p', [parameter('*.weight', init.keep), parameter('**', ZERO)]);
    expect(explainPolicy(tied(), kept).untouched).toEqual(['a.weight']);
  });

  it('is no error if two passes assign different initialisers to a tied parameter', () => {
    const both = sequence(
      definePolicy('1', [parameter('a.weight', init.normal())]),
      definePolicy('2', [parameter('b.weight', init.uniform()), parameter('*.bias', ZERO)]),
    );
    const { assignments } = explainPolicy(tied(), both);
    expect(assignments.map(({ path, aliases, rule }) => [path, aliases, rule])).toEqual([
      ['a.weight', ['b.weight'], "parameter('a.weight')"],
      ['a.bias', [], "parameter('*.bias')"],
      ['b.weight', ['a.weight'], "parameter('b.weight')"],
      ['b.bias', [], "parameter('*.bias')"],
    ]);
  });

  it('comes before the first draw', () => {
    const model = linears(2);
    const before = [...model.parameters()].map(({ data }) => data.slice());
    const generator = new Generator(3);
    const state = stateHash(generator);
    const policy = definePolicy('p', [rule(nn.Linear, { weight: init.normal(), bias: init.orthogonal() })]);
    expect(() => initializeWeights(model, policy, { generator })).toThrow(
      'at 0.bias, 1.bias: Only tensors with 2 or more',
    );
    expect([...model.parameters()].map(({ data }) => data)).toEqual(before);
    expect(stateHash(generator)).toBe(state);
  });

  it('names what a module lacks', () => {
    const loose = rule as (selector: unknown, assignments: unknown) => ReturnType<typeof parameter> & never;
    const model = new nn.Sequential({ fc: new nn.Linear(2, 2, { bias: false }), act: new nn.ReLU() });
    const both = { weight: ZERO, bias: ZERO };
    // A layer without bias has the property, with the value null.
    expect(
      explainPolicy(model, definePolicy('p', [loose(nn.Linear, both)])).assignments.map(({ path }) => path),
    ).toEqual(['fc.weight']);
    expect(errorOf(definePolicy('p', [loose(nn.Linear, { runningMean: ZERO })]), model).message).toBe(
      "Invalid policy at fc.runningMean: rule 1 of 'p', rule(Linear): Linear has no parameter " +
        "'runningMean'; expected one of 'weight'",
    );
    const norm = new nn.BatchNorm2d(2);
    expect(errorOf(definePolicy('p', [loose(nn.BatchNorm2d, { runningMean: ZERO })]), norm).message).toBe(
      "Invalid policy at running_mean: rule 1 of 'p', rule(BatchNorm2d): 'runningMean' of BatchNorm2d is " +
        'not a parameter',
    );
  });
});
