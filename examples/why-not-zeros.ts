// Why should a network not start with equal weights? The neurons of a layer would compute the same output, receive the same
// gradient and make the same update. After any number of steps they would still be copies of one neuron. A small random
// start breaks the symmetry.
import Table from 'cli-table3';
import { definePolicy, init, initializeWeights, manualSeed, nn, noGrad, randn, rule, type Tensor } from 'initree';
import * as F from 'initree/functional';
import { sgd } from 'initree/probe';

const LEARNING_RATE = 0.5;
const REPORTED_STEPS = [1, 10, 100, 1000];

class SmallNetwork extends nn.Module {
  hidden = new nn.Linear(2, 4);
  output = new nn.Linear(4, 2);

  activations(x: Tensor): Tensor {
    return this.hidden.forward(x).tanh();
  }

  override forward(x: Tensor): Tensor {
    return this.output.forward(this.activations(x));
  }
}

// Points of the plane. A point has class 1 if both coordinates have the same sign. One neuron cannot learn that; four can.
manualSeed(0);
const points = randn([64, 2]);
const [x, y] = points.split(1, 1);
const classes = x.mul(y).gt(0).to('int32').view(-1);

/** The largest difference between two rows of a matrix, one row per neuron. It is 0 if all rows are equal. */
function spreadOfRows(rows: Tensor): number {
  return rows.max(0).values.sub(rows.min(0).values).max().item();
}

/** Formats a spread; the text is `0` only if the number is exactly 0. */
function formatSpread(spread: number): string {
  return spread === 0 ? '0' : spread.toPrecision(3);
}

/** Trains a network from one start and returns table rows that show how different its hidden neurons are at some steps. */
function trainFrom(title: string, weights: init.Initializer, biases: init.Initializer): string[][] {
  manualSeed(1);
  const network = new SmallNetwork();
  initializeWeights(network, definePolicy(title, [rule(nn.Linear, { weight: weights, bias: biases })]));
  const descend = sgd({ learningRates: LEARNING_RATE });
  const rows: string[][] = [];
  for (let step = 1; step <= Math.max(...REPORTED_STEPS); step++) {
    const loss = F.crossEntropy(network.forward(points), classes);
    loss.backward();
    if (REPORTED_STEPS.includes(step)) {
      const { weight } = network.hidden;
      const gradient = weight.grad ?? weight.detach().clone().zero_();
      const outputs = noGrad(() => network.activations(points).transpose(0, 1));
      const spreads = [outputs, gradient, gradient.mul(-LEARNING_RATE)].map(spreadOfRows);
      rows.push([title, String(step), loss.item().toFixed(4), ...spreads.map(formatSpread)]);
    }
    descend(network.namedParameters());
    network.zeroGrad();
  }
  return rows;
}

const table = new Table({
  head: ['start', 'step', 'loss', 'outputs apart', 'gradients apart', 'updates apart'],
  colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
  style: { head: [], border: [], compact: true },
});
console.log(
  'Four hidden neurons: the largest difference between any two of them, in their outputs on 64 points, in the',
);
console.log('gradients of their weights, and in the updates they make.\n');
table.push(
  ...trainFrom('all 0', init.zeros(), init.zeros()),
  ...trainFrom('all 0.5', init.constant(0.5), init.constant(0.5)),
  ...trainFrom('N(0, 0.1)', init.normal(0, 0.1), init.zeros()),
);
console.log(table.toString());
