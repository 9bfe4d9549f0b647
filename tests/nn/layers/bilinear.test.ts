import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as F from '../../../src/functional.js';
import * as nn from '../../../src/nn.js';
import { Generator } from '../../../src/random/Generator.js';
import { randn } from '../../../src/tensor/randomCreation.js';
import { describeLayers } from '../describeLayers.js';
import { expectGradients } from '../expectGradients.js';

describe('bilinear layers', () => {
  describeLayers({
    'Bilinear(5, 4, 3)': () => new nn.Bilinear(5, 4, 3),
    'Bilinear(5, 4, 3, bias=False)': () => new nn.Bilinear(5, 4, 3, { bias: false }),
  });

  it('have gradients that agree with finite differences, for any batch shape', () => {
    const dtype = 'float64';
    const size = fc.integer({ min: 1, max: 4 });
    const batches = fc.array(fc.nat(3), { maxLength: 2 });
    fc.assert(
      fc.property(batches, size, size, size, fc.nat(999), fc.boolean(), (batch, i, j, o, seed, bias) => {
        const generator = new Generator(seed);
        const inputs = [i, j].map((features) => randn([...batch, features], { dtype, generator }));
        const layer = new nn.Bilinear(i, j, o, { bias, dtype, generator });
        expect(layer.forward(inputs[0], inputs[1]).shape).toEqual([...batch, o]);
        expectGradients(layer, inputs);
      }),
      { numRuns: 10 },
    );
  });

  it('compute gradients only for the operands that require them', () => {
    const layer = new nn.Bilinear(2, 3, 2).requiresGrad_(false);
    const [x, y] = [randn([4, 2]), randn([4, 3], { requiresGrad: true })];
    layer.forward(x, y).sum().backward();
    expect([x.grad, layer.weight.grad, layer.bias?.grad]).toEqual([null, null, null]);
    expect(y.grad?.shape).toEqual([4, 3]);
  });

  it('compute float16 and bfloat16 in float32', () => {
    const layer = new nn.Bilinear(2, 3, 2, { dtype: 'bfloat16' });
    const [x, y] = [randn([4, 2]).to('bfloat16'), randn([4, 3]).to('bfloat16')];
    const wide = layer.clone().to('float32').forward(x.to('float32'), y.to('float32'));
    expect(layer.forward(x, y).data).toEqual(wide.to('bfloat16').data);
  });

  it('refuse operands that do not match', () => {
    const layer = new nn.Bilinear(4, 5, 2);
    const x = randn([3, 4]);
    expect(() => layer.forward(x, randn([2, 5]))).toThrow('batch dimensions do not match at dim 0: got 3 and 2');
    expect(() => layer.forward(randn([3, 3]), randn([3, 5]))).toThrow('input1 size does not match weight size: got 3');
    expect(() => layer.forward(x, randn([3, 6]))).toThrow('input2 size does not match weight size: got 6 but');
    expect(() => layer.forward(x, randn([5]))).toThrow('input dimensions do not match: got 2 and 1');
    expect(() => layer.forward(x, randn([3, 5], { dtype: 'float64' }))).toThrow('must have the same dtype');
    expect(() => F.bilinear(x, randn([3, 5]), layer.weight, randn([3]))).toThrow('bias size does not match');
    expect(() => F.bilinear(x, randn([3, 5]), randn([4, 5]))).toThrow('expects a weight [outputs, inputs1, inputs2]');
    expect(() => new nn.Bilinear(0, 1, 2)).toThrow('in1_features must be > 0, but got (in1_features=0)');
  });
});
