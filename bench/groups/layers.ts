import { manualSeed, nn, noGrad, randn, type Tensor, tensor } from 'initree';
import * as F from 'initree/functional';
import { LeNet5 } from '../../examples/networks/LeNet5.js';
import { resnet18 } from '../../examples/zoo/resnet.js';
import type { Bench } from '../Bench.js';

type Target = readonly [simd: number, relaxed: number];

/** Measures layers and networks, forward alone and with backward. */
export async function measure(bench: Bench): Promise<void> {
  manualSeed(0);
  const [a, b] = [randn([512, 512]), randn([512, 512])];
  await bench.compare('matrix product 512³', {
    initree: () => a.matmul(b),
    PyTorch: bench.torch?.contender('a @ b', 'a = torch.randn(512, 512); b = torch.randn(512, 512)'),
    ...bench.tensorFlow?.contenders((tf) => {
      const [c, d] = [tf.randomNormal([512, 512], 0, 1), tf.randomNormal([512, 512], 0, 1)];
      return () => tf.matMul(c, d);
    }),
  });

  /** Compares the forward pass of a network without gradients, and its forward and backward pass from `loss`. */
  const compare = async (
    work: string,
    network: nn.Module,
    input: Tensor,
    loss: (output: Tensor) => Tensor,
    setup: string,
    targets: readonly (Target | undefined)[] = [],
  ) => {
    const python = `${setup}; x = torch.randn(${input.shape.join(', ')})
def first(output):
  return output[0] if isinstance(output, tuple) else output
def forward():
  with torch.no_grad(): net(x)
def backward():
  net.zero_grad(); loss(first(net(x))).backward()
`;
    const first = (output: Tensor | [Tensor, ...unknown[]]) => (Array.isArray(output) ? output[0] : output);
    const forward = () => noGrad(() => network.forward(input));
    const backward = () => {
      network.zeroGrad();
      loss(first(network.forward(input))).backward();
    };
    for (const [title, ours, code, target] of [
      ['forward', forward, 'forward()', targets[0]],
      ['forward and backward', backward, 'backward()', targets[1]],
    ] as const) {
      const contenders = { initree: ours, PyTorch: bench.torch?.contender(code, python) };
      await bench.compare(`${work}, ${title}`, contenders, target === undefined ? {} : { torch: target });
    }
  };
  const sum = (output: Tensor) => output.sum();
  const summed = 'loss = torch.sum';

  const labels = tensor(
    Array.from({ length: 64 }, (_, i) => i % 10),
    { dtype: 'int32' },
  );
  await compare(
    'LeNet-5, batch 64',
    new LeNet5(),
    randn([64, 3, 32, 32]),
    (output) => F.crossEntropy(output, labels),
    `net = nn.Sequential(nn.Conv2d(3, 6, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
  nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))
y = torch.arange(64) % 10; loss = lambda output: F.cross_entropy(output, y)`,
    [
      [0.4, 0.5],
      [0.3, 0.4],
    ],
  );
  await compare(
    'ResNet-18, batch 1, 224²',
    resnet18().eval(),
    randn([1, 3, 224, 224]),
    sum,
    `import torchvision; net = torchvision.models.resnet18().eval(); ${summed}`,
    [[0.25, 0.3]],
  );
  await compare(
    'Linear(1024, 1024), batch 1',
    new nn.Linear(1024, 1024),
    randn([1, 1024]),
    sum,
    `net = nn.Linear(1024, 1024); ${summed}`,
  );
  for (const batch of [1, 16]) {
    await compare(
      `LSTM(128, 256), 64 steps, batch ${batch}`,
      new nn.LSTM(128, 256),
      randn([64, batch, 128]),
      sum,
      `net = nn.LSTM(128, 256); ${summed}`,
    );
  }
  await compare(
    'TransformerEncoderLayer(256, 4), [8, 64, 256]',
    new nn.TransformerEncoderLayer(256, 4, { dimFeedforward: 1024, dropout: 0, batchFirst: true }),
    randn([8, 64, 256]),
    sum,
    `net = nn.TransformerEncoderLayer(256, 4, 1024, dropout=0, batch_first=True); ${summed}`,
  );
}
