import { describe, expect, it } from '@jest/globals';
import { explainPolicy, initializeWeights, nn, PolicyError, presets, zeros } from 'initree';

const mlp = (width = 256) =>
  new nn.Sequential(
    new nn.Linear(8, width),
    new nn.ReLU(),
    new nn.Linear(width, width),
    new nn.ReLU(),
    new nn.Linear(width, 4),
  );

/** A transformer's parts; the head may be tied. */
class Transformer extends nn.Module {
  embed: nn.Embedding;
  positions = new nn.Parameter(zeros([1, 5, 128]));
  attn = new nn.MultiheadAttention(128, 4, { addBiasKv: true });
  norm = new nn.LayerNorm(128);
  up = new nn.Linear(128, 512);
  head: nn.Linear;

  constructor(isTied = false) {
    super();
    this.embed = new nn.Embedding(20, 128);
    this.head = new nn.Linear(128, 20);
    if (isTied) this.head.weight = this.embed.weight;
  }

  override forward(): never {
    throw new Error('this tree does not compute');
  }
}

describe('presets.mup()', () => {
  it('has the learning rates of microsoft/mup', () => {
    const rates = (options: object, optimizer: 'adam' | 'sgd') => [
      ...presets
        .mup({ baseWidth: 64, ...options })
        .learningRates(mlp(), { learningRate: 0.5, optimizer })
        .values(),
    ];
    // MuAdam: matrices lr / m, all others lr. MuSGD: vectors lr · m, matrices lr · 1, the readout's bias lr. m is 4.
    expect(rates({}, 'adam')).toEqual([0.5, 0.5, 0.125, 0.5, 0.5, 0.5]);
    expect(rates({}, 'sgd')).toEqual([2, 2, 0.5, 2, 2, 0.5]);
    // Table 3, which has no multiplier.
    expect(rates({ multiplier: false }, 'adam')).toEqual([0.5, 0.5, 0.125, 0.5, 0.125, 0.5]);
    expect(rates({ multiplier: false }, 'sgd')).toEqual([2, 2, 0.5, 2, 0.125, 0.5]);
  });

  it('knows vectors and matrices of a transformer', () => {
    const { learningRates } = presets.mup({ baseWidth: 64 });
    expect(Object.fromEntries(learningRates(new Transformer()))).toEqual({
      positions: 1,
      'embed.weight': 1,
      'attn.in_proj_weight': 0.5,
      'attn.in_proj_bias': 1,
      'attn.bias_k': 1,
      'attn.bias_v': 1,
      'attn.out_proj.weight': 0.5,
      'attn.out_proj.bias': 1,
      'norm.weight': 1,
      'norm.bias': 1,
      'up.weight': 0.5,
      'up.bias': 1,
      'head.weight': 1,
      'head.bias': 1,
    });
    expect(learningRates(new Transformer(true)).get('embed.weight')).toBe(1);
  });

  it('is a policy, and its parts', () => {
    const mup = presets.mup({ baseWidth: 64 });
    const { policy, learningRates, outputMultiplier } = mup;
    expect(JSON.stringify(explainPolicy(mlp(), mup))).toBe(JSON.stringify(explainPolicy(mlp(), policy)));
    expect(initializeWeights(mlp(8), mup, { strict: true }).policy).toBe('mup');
    expect(learningRates(mlp(64)).get('2.weight')).toBe(1);
    expect([outputMultiplier(64), outputMultiplier(256)]).toEqual([1, 0.25]);
    expect(presets.mup({ multiplier: false }).outputMultiplier(256)).toBe(1);
    expect(Object.isFrozen(mup)).toBe(true);
  });

  it('is the standard parametrisation at the base width', () => {
    const std = (options: object) =>
      explainPolicy(mlp(64), presets.mup({ baseWidth: 64, ...options })).assignments.map(
        ({ expected }) => expected?.std,
      );
    expect(std({})).toEqual([1 / Math.sqrt(8), 0, 1 / 8, 0, 1 / 8, 0]);
    expect(std({ multiplier: false })).toEqual(std({}));
  });

  it('refuses what it does not know', () => {
    const { learningRates, outputMultiplier } = presets.mup();
    const convolutions = new nn.Sequential(new nn.Conv2d(1, 2, 3));
    class Matrix extends nn.Module {
      matrix = new nn.Parameter(zeros([64, 64]));
      head = new nn.Linear(64, 4);
      override forward(): never {
        throw new Error('this tree does not compute');
      }
    }
    const packed = new nn.Sequential(new nn.MultiheadAttention(8, 2), new nn.Linear(8, 4));
    const refusals: [() => unknown, string][] = [
      [() => learningRates(convolutions), 'expects a model whose readout is an nn.Linear, found no nn.Linear'],
      [() => explainPolicy(packed, presets.mup({ queryZeroInit: true })), 'the queries are packed with the keys'],
      [() => learningRates(new Matrix()), 'does not know what this parameter of Matrix does'],
      [() => learningRates(3 as never), 'presets.mup().learningRates() expects an nn.Module, found 3'],
      [() => learningRates(mlp(), { learningRate: -1 }), 'learningRate: expected a finite number ≥ 0, found -1'],
      [() => learningRates(mlp(), { optimizer: 'lion' as never }), "optimizer: expected 'adam' or 'sgd', found 'lion'"],
      [() => outputMultiplier(0), 'width of outputMultiplier(): expected a finite number > 0, found 0'],
      [
        () => presets.mup({ multiplier: false }).learningRates(new Transformer(true)),
        'the readout shares its weight with an embedding',
      ],
    ];
    for (const [make, message] of refusals) {
      expect(make).toThrow(PolicyError);
      expect(make).toThrow(message);
    }
  });
});
