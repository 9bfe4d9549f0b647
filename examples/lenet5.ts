// This example takes LeNet-5 from construction to a trained and saved network. A policy and a loop by hand give the same bits,
// and those are the bits that PyTorch gives for the same seed. Then the example trains the network from five different starts.
import { SingleBar } from 'cli-progress';
import Table from 'cli-table3';
import { definePolicy, init, initializeWeights, manualSeed, nn, type Policy, randn, rule } from 'initree';
import { saveFile } from 'initree/node';
import { loadDigits } from './data/digits.js';
import { initializeByHand, LeNet5, lenetPolicy } from './networks/LeNet5.js';
import { evaluate, type Training, train } from './training/train.js';

const SEED = 0;
const OUTPUT = 'lenet5.safetensors';
const TRAINING: Training = { steps: 240, batch: 16, learningRate: 0.015, momentum: 0.9, seed: 1 };

/** All weights by one initialiser, all biases 0. */
const everywhere = (name: string, weight: init.Initializer): Policy =>
  definePolicy(name, [
    rule(nn.Conv2d, { weight, bias: init.zeros() }),
    rule(nn.Linear, { weight, bias: init.zeros() }),
  ]);

const STARTS: readonly [title: string, policy: Policy][] = [
  ['zeros', everywhere('zeros', init.zeros())],
  ['N(0, 1)', everywhere('normal', init.normal(0, 1))],
  ["the tutorial's policy", lenetPolicy],
  ['Xavier normal', everywhere('xavier', init.xavierNormal())],
  ['Kaiming normal', everywhere('kaiming', init.kaimingNormal({ nonlinearity: 'relu' }))],
];

console.log('1. The network, as PyTorch prints it\n');
manualSeed(SEED);
const net = new LeNet5();
console.log(String(net));

console.log("\n2. The tutorial's policy, and what it did\n");
const report = initializeWeights(net, lenetPolicy);
console.log(String(report));

console.log('\n3. The same by hand: a loop over modules() with instanceof\n');
manualSeed(SEED);
const byHand = new LeNet5();
initializeByHand(byHand);
console.log(`equal bits: ${haveEqualBits(net, byHand)}`);

console.log('\n4. A forward pass\n');
const logits = net.forward(randn([4, 3, 32, 32]));
console.log(String(logits.detach()));

const { steps, batch } = TRAINING;
console.log(`\n5. Five starts, each trained for ${steps} steps on ${batch} handwritten digits a step\n`);
const digits = { train: loadDigits('train'), test: loadDigits('test') };
const table = new Table({
  head: ['start', 'loss before', 'loss after', 'accuracy before', 'accuracy after'],
  colAligns: ['left', 'right', 'right', 'right', 'right'],
  style: { head: [], border: [] },
});
const bar = new SingleBar({ format: '{bar} {value}/{total} steps  {title}  loss {loss}', clearOnComplete: true });
bar.start(STARTS.length * steps, 0);
for (const [title, policy] of STARTS) {
  manualSeed(SEED);
  const network = new LeNet5();
  const start = initializeWeights(network, policy).metadata();
  const before = evaluate(network, digits.test);
  train(network, digits.train, TRAINING, (loss) => bar.increment({ title, loss: formatLoss(loss) }));
  const after = evaluate(network, digits.test);
  table.push([
    title,
    formatLoss(before.loss),
    formatLoss(after.loss),
    percent(before.accuracy),
    percent(after.accuracy),
  ]);
  if (policy === lenetPolicy)
    await saveFile(network, OUTPUT, { metadata: { ...start, trained: `${steps} steps of ${batch} digits` } });
}
bar.stop();
console.log(table.toString());
console.log(`\nsaved the network that the tutorial's policy started as ${OUTPUT}`);

function haveEqualBits(a: nn.Module, b: nn.Module): boolean {
  const other = b.stateDict();
  return [...a.stateDict()].every(([key, tensor]) => {
    const twin = other.get(key);
    return twin !== undefined && Buffer.from(tensor.data.buffer).equals(Buffer.from(twin.data.buffer));
  });
}

function formatLoss(loss: number): string {
  return loss >= 1e4 ? loss.toExponential(2) : loss.toFixed(3);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
