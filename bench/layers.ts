// How fast are common layers, forward and with backward? INITREE_PYTHON=python npx tsx -C initree-source bench/layers.ts
import { manualSeed, nn, noGrad, randn, type Tensor } from 'initree';
import { resnet18 } from '../examples/zoo/resnet.js';
import { compare } from './compare.js';
import { startTensorFlow } from './tensorflow.js';
import { startTorch } from './torch.js';

manualSeed(0);
const torch = startTorch();
const tf = await startTensorFlow();

const left = randn([512, 512]);
const right = randn([512, 512]);
const theirs = tf?.randomNormal([512, 512], 0, 1);
await compare('matrix product 512³', {
  initree: () => left.matmul(right),
  PyTorch: torch?.contender('a @ b', 'a = torch.randn(512, 512); b = torch.randn(512, 512)'),
  'TensorFlow.js':
    tf &&
    theirs &&
    (() => {
      const product = tf.matMul(theirs, theirs);
      // Some backends compute only what is asked for.
      product.dataSync();
      product.dispose();
    }),
});

/** Compares one layer, in evaluation and in training. */
async function compareLayer(title: string, layer: nn.Module, input: Tensor, setup: string, rounds = 9): Promise<void> {
  const first = (output: Tensor | [Tensor, ...unknown[]]) => (Array.isArray(output) ? output[0] : output);
  const size = `x = torch.randn(${input.shape.join(', ')})`;
  const python = `${setup}; ${size}
def first(output):
  return output[0] if isinstance(output, tuple) else output
def forward():
  with torch.no_grad(): net(x)
def backward():
  net.zero_grad(); first(net(x)).sum().backward()
`;
  await compare(
    `${title} forward`,
    {
      initree: () => noGrad(() => layer.forward(input)),
      PyTorch: torch?.contender('forward()', `${python}net.eval()`),
    },
    { rounds },
  );
  await compare(
    `${title} forward and backward`,
    {
      initree: () => {
        layer.zeroGrad();
        first(layer.forward(input)).sum().backward();
      },
      PyTorch: torch?.contender('backward()', python),
    },
    { rounds },
  );
}

await compareLayer(
  'Linear(1024, 1024), batch 1',
  new nn.Linear(1024, 1024),
  randn([1, 1024]),
  'net = nn.Linear(1024, 1024)',
);
await compareLayer(
  'LSTM(128, 256), 64 steps, batch 1',
  new nn.LSTM(128, 256),
  randn([64, 1, 128]),
  'net = nn.LSTM(128, 256)',
);
await compareLayer(
  'LSTM(128, 256), 64 steps, batch 16',
  new nn.LSTM(128, 256),
  randn([64, 16, 128]),
  'net = nn.LSTM(128, 256)',
);
await compareLayer(
  'TransformerEncoderLayer(256, 4), [8, 64, 256]',
  new nn.TransformerEncoderLayer(256, 4, { dimFeedforward: 1024, dropout: 0, batchFirst: true }),
  randn([8, 64, 256]),
  'net = nn.TransformerEncoderLayer(256, 4, 1024, dropout=0, batch_first=True)',
);
await compareLayer(
  'ResNet-18, batch 1, 224²',
  resnet18().eval(),
  randn([1, 3, 224, 224]),
  'import torchvision; net = torchvision.models.resnet18().eval()',
);
torch?.close();
