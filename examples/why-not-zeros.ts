// Why not start with equal weights? Because the neurons of a layer then compute the same output, receive the same
// gradient and make the same update: after any number of steps they are still one neuron, many times over.
import Table from 'cli-table3';
import {
  definePolicy,
  type Initializer,
  init,
  initializeWeights,
  manualSeed,
  nn,
  randn,
  rule,
  type Tensor,
} from 'initree';
import * as F from 'initree/functional';

const STEPS = 200;
const LEARNING_RATE = 0.5;

class SmallNetwork extends nn.Module {
  hidden = new nn.Linear(2, 4);
  output = new nn.Linear(4, 2);

  override forward(x: Tensor): Tensor {
    return this.output.forward(this.hiddenActivations(x));
  }

  hiddenActivations(x: Tensor): Tensor {
    return this.hidden.forward(x).tanh();
  }
}

/** The largest difference between the first row of a matrix and any other: 0 if all neurons are the same. */
function largestDifference(rows: Tensor): number {
  const [first, ...others] = rows.tolist() as number[][];
  return Math.max(...others.flatMap((row) => row.map((value, i) => Math.abs(value - first[i]))));
}

/** Points are of class 1 where their coordinates have the same sign: no single neuron can tell. */
manualSeed(0);
const points = randn([64, 2]);
const classes = F.classesOf(points);

function train(weights: Initializer): string[][] {
  manualSeed(1);
  const network = new SmallNetwork();
  initializeWeights(network, definePolicy('start', [rule(nn.Linear, { weight: weights, bias: init.zeros() })]));
  const rows: string[][] = [];
  for (let step = 0; step <= STEPS; step++) {
    network.zeroGrad();
    const before = network.hidden.weight.detach().clone();
    const outputs = network.hiddenActivations(points);
    const loss = F.crossEntropy(network.forward(points), classes);
    loss.backward();
    for (const parameter of network.parameters()) {
      if (parameter.grad) parameter.sub_(parameter.grad.mul(LEARNING_RATE));
    }
    const measured = [
      outputs.transpose(0, 1),
      network.hidden.weight.grad,
      network.hidden.weight.detach().sub(before),
    ].map((rows) => largestDifference(rows).toFixed(6));
    if ([0, 1, 10, STEPS].includes(step)) rows.push([String(step), loss.item().toFixed(4), ...measured]);
  }
  return rows;
}
