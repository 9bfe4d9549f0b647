import { describe, expect, it } from '@jest/globals';
import * as init from '../../src/init.js';
import * as nn from '../../src/nn.js';
import { definePolicy } from '../../src/policy/definePolicy.js';
import { initializeWeights } from '../../src/policy/initializeWeights.js';
import { parameter } from '../../src/policy/rule.js';
import { ENGINE_NAMES } from '../../src/random/createEngine.js';
import { Generator } from '../../src/random/Generator.js';
import { zeros } from '../../src/tensor/creation.js';
import { bytesOf, sha256 } from '../golden/readGolden.js';

/** Every initialiser that draws, and a shape for it that is large enough for a verdict on the sample. */
const DRAWING: readonly (readonly [init.Initializer, readonly number[]])[] = [
  [init.uniform(-2, 3), [100, 100]],
  [init.normal(0.1, 0.7), [100, 100]],
  [init.normal(0.1, 0.7), [7]],
  [init.xavierUniform(1.5), [100, 100]],
  [init.xavierNormal(1.5), [100, 100]],
  [init.kaimingUniform({ a: 0.2 }), [100, 100]],
  [init.kaimingNormal({ mode: 'fan_out', nonlinearity: 'relu' }), [100, 100]],
  [init.lecunUniform(), [100, 100]],
  [init.lecunNormal(), [100, 100]],
  [init.varianceScaling({ scale: 2, mode: 'fan_avg', distribution: 'uniform' }), [100, 100]],
  [init.truncNormal({ std: 0.5, a: -1, b: 0.75 }), [100, 100]],
  [init.truncNormal({ a: 1.5, b: 3 }), [100, 100]],
  [init.truncNormal({ method: 'inverse' }), [100, 100]],
  [init.orthogonal(2), [40, 40]],
  [init.deltaOrthogonal(2), [40, 40, 3]],
  [init.sparse(0.4, 0.1), [100, 100]],
];

class Holder extends nn.Module {
  weight: nn.Parameter;
  constructor(shape: readonly number[]) {
    super();
    this.weight = new nn.Parameter(zeros(shape));
  }
  override forward(): never {
    throw new Error('It only holds a parameter.');
  }
}

describe.each(ENGINE_NAMES)('the engine %s', (engine) => {
  it.each(DRAWING.map(([initializer, shape]) => [String(initializer), initializer, shape] as const))(
    'drives %s',
    (_, initializer, shape) => {
      const run = (seed: number, build: <T>(body: () => T) => T) => {
        const model = build(() => new Holder(shape));
        const generator = new Generator(seed, { engine });
        const policy = definePolicy('p', [parameter('weight', initializer)]);
        const report = initializeWeights(model, policy, { generator });
        return { report, generator, hash: sha256(bytesOf(model.weight)) };
      };
      const { report, generator, hash } = run(1, (body) => body());
      expect(report.suspicious).toEqual([]);
      expect(generator.wordsDrawn).toBe(report.entries[0].words);
      expect(run(1, nn.deferInit).hash).toBe(hash);
      expect(run(2, (body) => body()).hash).not.toBe(hash);
    },
  );

  it('draws a deferred fill as an immediate one', () => {
    const build = () => {
      const generator = new Generator(4, { engine });
      return new nn.Sequential(...[1, 2].map(() => new nn.Linear(30, 30, { bias: false }))).apply((module) => {
        if (module instanceof nn.Linear) init.normal_(module.weight, 0, 1, { generator });
      });
    };
    expect(nn.deferInit(build).stateDict()).toEqual(build().stateDict());
  });
});
