import { describe, expect, it } from '@jest/globals';
import { ArgumentError, manualSeed, nn, randn } from 'initree';
import { adam, sgd } from 'initree/probe';
import { readGolden } from '../../golden/readGolden.js';

/** A case of `steps.json`, as written by `makeSteps.py`. */
interface StepsCase {
  readonly optimizer: 'adam' | 'sgd';
  readonly options: { readonly betas?: [number, number]; readonly eps?: number; readonly momentum?: number };
  readonly rates: readonly number[];
  readonly shapes: readonly number[][];
  /** For each step and parameter, the elements. */
  readonly after: readonly (readonly (readonly number[])[])[];
}

describe('a step', () => {
  it.each(readGolden<StepsCase>('steps.json').map((golden) => [golden.optimizer, golden.options, golden] as const))(
    'of %s with %j gives PyTorch’s values',
    (optimizer, options, { rates, shapes, after }) => {
      manualSeed(0);
      const parameters = shapes.map((shape, i) => [`p${i}`, new nn.Parameter(randn(shape))] as const);
      const learningRates = new Map(parameters.map(([path], i) => [path, rates[i]]));
      const tolerance = optimizer === 'sgd' ? 0 : 1e-6;
      const step = (optimizer === 'adam' ? adam : sgd)({ learningRates, ...options });
      for (const expected of after) {
        for (const [, parameter] of parameters) parameter.grad = randn(parameter.shape);
        step(parameters);
        parameters.forEach(([, parameter], i) => {
          const found = Array.from(parameter.data as Float32Array);
          found.forEach((value, j) => {
            expect(Math.abs(value - expected[i][j])).toBeLessThanOrEqual(tolerance * Math.abs(expected[i][j]));
          });
        });
      }
    },
  );

  it('leaves parameters without a gradient as they are, and records nothing', () => {
    const [used, unused] = [new nn.Linear(2, 2), new nn.Linear(2, 2)];
    const model = new nn.Sequential(used, unused);
    const before = unused.weight.tolist();
    used
      .forward(randn([3, 2]))
      .sum()
      .backward();
    adam()(model.namedParameters());
    expect(unused.weight.tolist()).toEqual(before);
    expect(used.weight.requiresGrad).toBe(true);
  });

  it('refuses wrong options', () => {
    const refusals: [() => unknown, string][] = [
      [() => adam({ learningRates: -1 }), 'learningRates of adam(): expected a finite number ≥ 0, found -1'],
      [
        () => sgd({ learningRates: new Map([['a', NaN]]) }),
        "learningRates of sgd(), 'a': expected a finite number ≥ 0",
      ],
      [() => adam({ betas: [0.9, 1] }), 'betas of adam(): expected two numbers in [0, 1), found [0.9, 1]'],
      [() => adam({ eps: -1e-8 }), 'eps of adam(): expected a finite number ≥ 0'],
      [() => sgd({ momentum: Infinity }), 'momentum of sgd(): expected a finite number ≥ 0'],
      [() => adam({ beta: 1 } as never), "adam() got an unexpected keyword argument 'beta'"],
    ];
    for (const [make, message] of refusals) {
      expect(make).toThrow(ArgumentError);
      expect(make).toThrow(message);
    }
    const layer = new nn.Linear(2, 2);
    layer
      .forward(randn([1, 2]))
      .sum()
      .backward();
    const step = adam({ learningRates: new Map([['weight', 1]]) });
    expect(() => step(layer.namedParameters())).toThrow(
      "expected a rate for 'bias', found rates for 1 other parameters",
    );
  });
});
