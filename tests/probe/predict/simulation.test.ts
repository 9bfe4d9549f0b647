import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { atPath, definePolicy, init, manualSeed, nn, randn, rule, type Tensor } from 'initree';
import * as F from 'initree/functional';
import { type ProbedOperation, probe } from 'initree/probe';

/** The activations of the random networks. */
const ACTIVATIONS: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  relu: (x) => F.relu(x),
  tanh: (x) => x.tanh(),
  gelu: (x) => F.gelu(x),
  silu: (x) => F.silu(x),
  leaky_relu: (x) => F.leakyRelu(x, 0.2),
  softplus: (x) => F.softplus(x),
};

/** One layer of a random network. */
interface LayerForm {
  readonly width: number;
  readonly activation: string;
  readonly gain: number;
  /** Whether a normalisation stands between the weights and the activation. */
  readonly hasNorm: boolean;
  /** Whether the input is added to the value, where the widths permit it. */
  readonly hasSkip: boolean;
}

/** A layer of a network of Linear layers. */
class RandomLayer extends nn.Module {
  linear: nn.Linear;
  norm: nn.BatchNorm1d | null;
  readonly form: LayerForm;

  constructor(inputs: number, form: LayerForm) {
    super();
    this.form = form;
    this.linear = new nn.Linear(inputs, form.width);
    this.norm = form.hasNorm ? new nn.BatchNorm1d(form.width) : null;
  }

  override forward(x: Tensor): Tensor {
    const sums = this.linear.forward(x);
    const value = ACTIVATIONS[this.form.activation](this.norm?.forward(sums) ?? sums);
    return this.form.hasSkip && x.shape[1] === this.form.width ? x.add(value) : value;
  }
}

/** A layer of a network of convolutions. */
class RandomConvolution extends nn.Module {
  conv: nn.Conv2d;
  readonly activate: (x: Tensor) => Tensor;

  constructor(inputs: number, { width, activation, hasNorm, hasSkip }: LayerForm) {
    super();
    this.conv = new nn.Conv2d(inputs, width, 3, { padding: hasNorm ? 1 : 0, stride: hasSkip ? 2 : 1 });
    this.activate = ACTIVATIONS[activation];
  }

  override forward(x: Tensor): Tensor {
    return this.activate(this.conv.forward(x));
  }
}

const layerOf = (widths: readonly number[]) =>
  fc.record({
    width: fc.constantFrom(...widths),
    activation: fc.constantFrom(...Object.keys(ACTIVATIONS)),
    gain: fc.double({ min: 0.7, max: 1.8, noNaN: true }),
    hasNorm: fc.boolean(),
    hasSkip: fc.boolean(),
  });

function policyOf(forms: readonly LayerForm[]) {
  const gain = forms.reduce((sum, form) => sum + form.gain, 0) / forms.length;
  const weight = init.varianceScaling({ scale: gain ** 2, distribution: 'normal' });
  return definePolicy('random', [
    // Small logits: the gradient of the cross-entropy then hardly depends on the weights.
    rule(atPath('last'), { weight: init.normal(0, 0.01), bias: init.zeros() }),
    rule(nn.Linear, { weight, bias: init.normal(0, 0.1) }),
    rule(nn.Conv2d, { weight, bias: init.normal(0, 0.1) }),
    rule(nn.BatchNorm1d, { weight: init.ones(), bias: init.zeros() }),
  ]);
}

/** Compares every step, forwards and backwards, with what was measured. */
function expectSteps(operations: readonly ProbedOperation[], tolerance: number): void {
  for (const { label, forward, step, gradient, gradientStep } of operations) {
    if (step.std === null) throw new Error(`${label}: ${step.reason}`);
    expectNear(label, forward.std, step.std, tolerance);
    if (gradientStep.std === null || gradient === null) continue;
    expectNear(`← ${label}`, Math.sqrt(gradient.meanSquare), gradientStep.std, 2 * tolerance);
  }
}

/** Expects a ratio within 1 ± `tolerance`; the label tells where it is not. */
function expectNear(label: string, measured: number, predicted: number, tolerance: number): void {
  const ratio = measured / predicted;
  expect({ label, ratio, isNear: Math.abs(ratio - 1) < tolerance }).toEqual({ label, ratio, isNear: true });
}

describe('one step, against simulation', () => {
  it('is right within a few per cent in wide networks of Linear layers', () => {
    fc.assert(
      fc.property(fc.array(layerOf([256, 384]), { minLength: 2, maxLength: 4 }), fc.nat(1e6), (forms, seed) => {
        manualSeed(seed);
        const layers = forms.map((form, i) => new RandomLayer(i === 0 ? 256 : forms[i - 1].width, form));
        const model = new nn.Sequential({
          hidden: new nn.Sequential(...layers),
          last: new nn.Linear(forms[forms.length - 1].width, 256),
        });
        const { operations } = probe(model, { input: randn([64, 256]), policy: policyOf(forms) });
        expectSteps(operations, 0.12);
      }),
      { numRuns: 6 },
    );
  });

  it('is right within a few per cent in wide convolutions', () => {
    fc.assert(
      fc.property(fc.array(layerOf([48, 64]), { minLength: 2, maxLength: 3 }), fc.nat(1e6), (forms, seed) => {
        manualSeed(seed);
        const layers = forms.map((form, i) => new RandomConvolution(i === 0 ? 32 : forms[i - 1].width, form));
        const model = new nn.Sequential(...layers);
        const input = randn([4, 32, 18, 18]);
        const { operations } = probe(model, { input, policy: policyOf(forms), loss: 'mean-square' });
        expectSteps(operations, 0.25);
      }),
      { numRuns: 5 },
    );
  });

  it('is nearly exact for the median layer of a deep network', () => {
    manualSeed(3);
    const forms = Array.from({ length: 12 }, () => ({
      width: 256,
      activation: 'relu',
      gain: Math.SQRT2,
      hasNorm: false,
      hasSkip: false,
    }));
    const model = new nn.Sequential(...forms.map((form) => new RandomLayer(256, form)));
    const { operations } = probe(model, { input: randn([64, 256]), policy: policyOf(forms), loss: 'mean-square' });
    const ratios = operations.map(({ forward, step }) => forward.std / Number(step.std)).sort((a, b) => a - b);
    expect(ratios[ratios.length >> 1]).toBeGreaterThan(0.97);
    expect(ratios[ratios.length >> 1]).toBeLessThan(1.03);
  });
});

describe('an activation before a maximum', () => {
  // The largest element of a window is nearly always positive, so the slope there is not that of any element.
  it.each(['relu', 'gelu', 'tanh'])('%s: the gradient is that of the largest elements, within 5 %%', (name) => {
    class Pooled extends nn.Module {
      conv = new nn.Conv2d(8, 64, 5);
      pool = new nn.MaxPool2d(2);
      head = new nn.Linear(64, 10);
      override forward(x: Tensor): Tensor {
        const pooled = this.pool.forward(ACTIVATIONS[name](this.conv.forward(x)));
        return this.head.forward(pooled.mean([2, 3]));
      }
    }
    manualSeed(1);
    const found = probe(new Pooled(), { input: randn([16, 8, 20, 20]) });
    const { gradient, gradientStep } = found.operations[0];
    const measured = Math.sqrt(gradient?.meanSquare ?? Number.NaN);
    expect(Math.abs((gradientStep.std ?? Number.NaN) / measured - 1)).toBeLessThan(0.05);
  });
});
