// This example shows what an initialisation does to a deep network before any training. It prints the standard deviation of
// the activations at several depths, for tanh and ReLU, beside the value that theory predicts.
import Table from 'cli-table3';
import { definePolicy, init, initializeWeights, manualSeed, nn, noGrad, randn, rule, type Tensor } from 'initree';
import * as F from 'initree/functional';

const WIDTH = 512;
const SAMPLES = 128;
const DEPTHS = [1, 5, 10, 20, 50];
const SEED = 0;

interface Start {
  readonly title: string;
  /** The initialiser of every weight. `init.keep` keeps PyTorch's default. */
  readonly weight: init.Initializer;
  /** Variance of one weight times the width. */
  readonly gain2: number;
}

/** An activation function, and how it changes the mean square of its inputs. Weights have variance gain²/width, biases are 0. */
interface Activation {
  readonly title: string;
  readonly apply: (x: Tensor) => Tensor;
  /** E[f(z)²] for z from N(0, v). */
  readonly meanSquare: (v: number) => number;
  /** Standard deviation of the activations, given their mean square. */
  readonly std: (meanSquare: number) => number;
}

const ACTIVATIONS: readonly Activation[] = [
  {
    title: 'tanh',
    apply: (x) => x.tanh(),
    meanSquare: (v) => gaussianMean((z) => Math.tanh(z) ** 2, v),
    std: Math.sqrt,
  },
  // ReLU sets half of the values to 0: E[f²] = v/2. The standard deviation subtracts the square of the mean √(v/2π).
  { title: 'ReLU', apply: F.relu, meanSquare: (v) => v / 2, std: (m) => Math.sqrt(m - (2 * m) / (2 * Math.PI)) },
];

const starts = (activation: string): Start[] => [
  { title: 'N(0, 1/n)', weight: init.normal(0, 1 / Math.sqrt(WIDTH)), gain2: 1 },
  activation === 'tanh'
    ? { title: 'Xavier, gain 5/3', weight: init.xavierNormal(init.calculateGain('tanh')), gain2: 25 / 9 }
    : { title: 'Xavier', weight: init.xavierNormal(), gain2: 1 },
  { title: 'Kaiming', weight: init.kaimingNormal({ nonlinearity: 'relu' }), gain2: 2 },
  { title: "PyTorch's default", weight: init.keep, gain2: 1 / 3 },
];

/** Measures the standard deviation of the activations at the depths of the table, on a network of Linear layers. */
function measure({ title, weight }: Start, { apply }: Activation): number[] {
  manualSeed(SEED);
  const network = new nn.ModuleList(Array.from({ length: Math.max(...DEPTHS) }, () => new nn.Linear(WIDTH, WIDTH)));
  initializeWeights(network, definePolicy(title, [rule(nn.Linear, { weight, bias: init.zeros() })]));
  return noGrad(() => {
    let x: Tensor = randn([SAMPLES, WIDTH]);
    const deviations = Array.from(network, (layer) => {
      x = apply(layer.forward(x));
      return x.std().item();
    });
    return DEPTHS.map((depth) => deviations[depth - 1]);
  });
}

/** Predicts the same standard deviations for an infinitely wide network. */
function predict({ gain2 }: Start, { meanSquare, std }: Activation): number[] {
  let square = 1;
  const deviations = Array.from({ length: Math.max(...DEPTHS) }, () => {
    square = meanSquare(gain2 * square);
    return std(square);
  });
  return DEPTHS.map((depth) => deviations[depth - 1]);
}

/** E[f(z)] for z from N(0, v), by the trapezoidal rule from −8 to 8 standard deviations. */
function gaussianMean(f: (z: number) => number, v: number): number {
  const [steps, reach] = [400, 8];
  let sum = 0;
  for (let i = -steps; i <= steps; i++) {
    const t = (i / steps) * reach;
    sum += f(t * Math.sqrt(v)) * Math.exp((-t * t) / 2);
  }
  return (sum * reach) / steps / Math.sqrt(2 * Math.PI);
}

function formatStd(std: number): string {
  return std < 0.001 ? std.toExponential(1) : std.toPrecision(2);
}

console.log(`Standard deviation of the activations by depth, width ${WIDTH}, ${SAMPLES} inputs from N(0, 1).`);
for (const activation of ACTIVATIONS) {
  const table = new Table({
    head: [activation.title, ...DEPTHS.flatMap((depth) => [`layer ${depth}`, 'theory'])],
    colAligns: ['left', ...DEPTHS.flatMap(() => ['right', 'right'] as const)],
    style: { head: [], border: [], compact: true },
  });
  for (const start of starts(activation.title)) {
    const theory = predict(start, activation);
    table.push([
      start.title,
      ...measure(start, activation).flatMap((std, i) => [formatStd(std), formatStd(theory[i])]),
    ]);
  }
  console.log(`\n${table.toString()}`);
}
