// How fast are random fills of four million elements? INITREE_PYTHON=python npm run bench:fills
// INITREE_KERNELS=typescript (or simd, relaxed) chooses the kernels.
import { empty, type FloatDType, Generator, init, type KernelPath, setKernels } from 'initree';
import { compare } from './compare.js';
import { startTensorFlow } from './tensorflow.js';
import { startTorch } from './torch.js';

const ELEMENTS = 4_194_304;
const torch = startTorch();
const tf = await startTensorFlow();
const generator = new Generator(0);

const { path, reason } = setKernels((process.env.INITREE_KERNELS ?? 'auto') as KernelPath | 'auto');
console.log(`${path} kernels: ${reason}\n`);

const fill = (dtype: FloatDType, write: (tensor: ReturnType<typeof empty>) => void) => {
  const tensor = empty([ELEMENTS], { dtype });
  return () => write(tensor);
};
const inTorch = (dtype: FloatDType, call: string) =>
  torch?.contender(`t.${call}`, `t = torch.empty(${ELEMENTS}, dtype=torch.${dtype})`);

await compare(
  'uniform (−a, a)',
  {
    initree: fill('float32', (t) => init.uniform_(t, -0.1, 0.1, { generator })),
    PyTorch: inTorch('float32', 'uniform_(-0.1, 0.1)'),
    'TensorFlow.js': tf && (() => tf.randomUniform([ELEMENTS], -0.1, 0.1).dispose()),
  },
  { elements: ELEMENTS },
);
await compare(
  'uniform (0, 1)',
  { initree: fill('float32', (t) => init.uniform_(t, 0, 1, { generator })), PyTorch: inTorch('float32', 'uniform_()') },
  { elements: ELEMENTS },
);
await compare(
  'uniform (.1, .35)',
  {
    initree: fill('float32', (t) => init.uniform_(t, 0.1, 0.35, { generator })),
    PyTorch: inTorch('float32', 'uniform_(0.1, 0.35)'),
  },
  { elements: ELEMENTS },
);
for (const [from, to] of [
  [-0.1, 0.1],
  [0.1, 0.35],
]) {
  await compare(
    `uniform float64 (${from}, ${to})`,
    {
      initree: fill('float64', (t) => init.uniform_(t, from, to, { generator })),
      PyTorch: inTorch('float64', `uniform_(${from}, ${to})`),
    },
    { elements: ELEMENTS },
  );
}
await compare(
  'normal',
  {
    initree: fill('float32', (t) => init.normal_(t, 0, 0.02, { generator })),
    PyTorch: inTorch('float32', 'normal_(0, 0.02)'),
    'TensorFlow.js': tf && (() => tf.randomNormal([ELEMENTS], 0, 0.02).dispose()),
  },
  { elements: ELEMENTS },
);
for (const dtype of ['bfloat16', 'float16', 'float64'] as const) {
  await compare(
    `normal ${dtype}`,
    {
      initree: fill(dtype, (t) => init.normal_(t, 0, 0.02, { generator })),
      PyTorch: inTorch(dtype, 'normal_(0, 0.02)'),
    },
    { elements: ELEMENTS },
  );
}
for (const std of [0.02, 1]) {
  await compare(
    `truncated normal σ ${std}`,
    {
      initree: fill('float32', (t) => init.truncNormal_(t, { std, generator })),
      PyTorch: torch?.contender(`nn.init.trunc_normal_(t, std=${std})`, `t = torch.empty(${ELEMENTS})`),
    },
    { elements: ELEMENTS },
  );
}
torch?.close();
