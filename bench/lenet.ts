// How fast is LeNet-5, batch 64, forward and with backward? INITREE_PYTHON=python npm run bench:lenet
import { manualSeed, noGrad, randn, tensor } from 'initree';
import * as F from 'initree/functional';
import { LeNet5 } from '../examples/networks/LeNet5.js';
import { compare } from './compare.js';
import { startTorch } from './torch.js';

manualSeed(0);
const net = new LeNet5();
const images = randn([64, 3, 32, 32]);
const labels = tensor(
  Array.from({ length: 64 }, (_, i) => i % 10),
  { dtype: 'int32' },
);

const torch = startTorch();
const SETUP = `
net = nn.Sequential(nn.Conv2d(3, 6, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
  nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))
x = torch.randn(64, 3, 32, 32); y = torch.arange(64) % 10
def forward():
  with torch.no_grad(): net(x)
def backward():
  net.zero_grad(); F.cross_entropy(net(x), y).backward()
`;
await compare('LeNet-5 forward', {
  initree: () => noGrad(() => net.forward(images)),
  PyTorch: torch?.contender('forward()', SETUP),
});
await compare('LeNet-5 forward and backward', {
  initree: () => {
    net.zeroGrad();
    F.crossEntropy(net.forward(images), labels).backward();
  },
  PyTorch: torch?.contender('backward()', SETUP),
});
torch?.close();
