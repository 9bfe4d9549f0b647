import { empty, type FloatDType, Generator, generatorOf, init, RandomKey, type Tensor } from 'initree';
import type { Bench } from '../Bench.js';

const SIDE = 2048;
const SHAPE = [SIDE, SIDE];

/** Measures random fills of four million elements on one thread. */
export async function measure(bench: Bench): Promise<void> {
  const generator = new Generator(0);
  const fill = (dtype: FloatDType, write: (tensor: Tensor) => void, shape = SHAPE) => {
    const tensor = empty(shape, { dtype });
    return () => write(tensor);
  };
  const inTorch = (dtype: FloatDType, call: string, [side] = SHAPE) =>
    bench.torch?.contender(call, `t = torch.empty(${side}, ${side}, dtype=torch.${dtype})`);
  const uniform = { torch: 2.5, tensorFlow: [8, 10] } as const;
  const normal = { torch: [0.6, 1.25], tensorFlow: [8, 10] } as const;

  for (const [from, to] of [
    [-0.1, 0.1],
    [0, 1],
    [0.1, 0.35],
  ]) {
    await bench.compare(
      `uniform_ (${from}, ${to})`,
      {
        initree: fill('float32', (t) => init.uniform_(t, from, to, { generator })),
        PyTorch: inTorch('float32', `t.uniform_(${from}, ${to})`),
        ...bench.tensorFlow?.contenders((tf) => () => tf.randomUniform(SHAPE, from, to)),
      },
      uniform,
    );
  }
  await bench.compare(
    'normal_ (0, 0.02)',
    {
      initree: fill('float32', (t) => init.normal_(t, 0, 0.02, { generator })),
      PyTorch: inTorch('float32', 't.normal_(0, 0.02)'),
      ...bench.tensorFlow?.contenders((tf) => () => tf.randomNormal(SHAPE, 0, 0.02)),
    },
    normal,
  );
  for (const [work, write, call, theirs, targets] of [
    [
      'xavierUniform_',
      (t: Tensor) => init.xavierUniform_(t, 1, { generator }),
      'xavier_uniform_(t)',
      'glorotUniform',
      uniform,
    ],
    [
      'xavierNormal_',
      (t: Tensor) => init.xavierNormal_(t, 1, { generator }),
      'xavier_normal_(t)',
      'glorotNormal',
      normal,
    ],
    [
      'kaimingUniform_',
      (t: Tensor) => init.kaimingUniform_(t, { generator }),
      'kaiming_uniform_(t)',
      'heUniform',
      uniform,
    ],
    ['kaimingNormal_', (t: Tensor) => init.kaimingNormal_(t, { generator }), 'kaiming_normal_(t)', 'heNormal', normal],
  ] as const) {
    await bench.compare(
      work,
      {
        initree: fill('float32', write),
        PyTorch: inTorch('float32', `nn.init.${call}`),
        ...bench.tensorFlow?.contenders((tf) => () => tf.initializers[theirs]({}).apply(SHAPE)),
      },
      targets,
    );
  }
  for (const [dtype, target] of [
    ['bfloat16', [0.8, 1.5]],
    ['float16', undefined],
    ['float64', 0.5],
  ] as const) {
    await bench.compare(
      `normal_ (0, 0.02) in ${dtype}`,
      {
        initree: fill(dtype, (t) => init.normal_(t, 0, 0.02, { generator })),
        PyTorch: inTorch(dtype, 't.normal_(0, 0.02)'),
      },
      target === undefined ? {} : { torch: target },
    );
  }
  const key = new RandomKey(42);
  for (const [dtype, law, write, target] of [
    ['float32', 'normal', init.normal_, 1.5],
    ['bfloat16', 'normal', init.normal_, 1.5],
    ['float32', 'uniform', init.uniform_, 1],
    ['bfloat16', 'uniform', init.uniform_, 1],
  ] as const) {
    await bench.compare(
      `${law} of a key, in ${dtype} (PyTorch: torch.func._random)`,
      {
        initree: fill(dtype, (t) => write(t, { generator: generatorOf(key) })),
        PyTorch: bench.torch?.contender(
          `random.${law}_(key, t)`,
          `import torch.func._random as random; key = random.key(42); t = torch.empty(${SIDE}, ${SIDE}, dtype=torch.${dtype})`,
        ),
      },
      { torch: target },
    );
  }
  for (const reference of ['torch-aarch64', 'torch-scalar'] as const) {
    const other = new Generator(0, { reference });
    await bench.compare(`normal_ (0, 0.02), ${reference} (PyTorch: the numbers of this machine)`, {
      initree: fill('float32', (t) => init.normal_(t, 0, 0.02, { generator: other })),
      PyTorch: inTorch('float32', 't.normal_(0, 0.02)'),
    });
  }
  for (const [from, to] of [
    [-0.1, 0.1],
    [0.1, 0.35],
  ]) {
    await bench.compare(
      `uniform_ (${from}, ${to}) in float64`,
      {
        initree: fill('float64', (t) => init.uniform_(t, from, to, { generator })),
        PyTorch: inTorch('float64', `t.uniform_(${from}, ${to})`),
      },
      { torch: 2 },
    );
  }
  for (const [std, target] of [
    [0.02, [0.8, 1.5]],
    [1, [3, 5]],
  ] as const) {
    await bench.compare(
      `truncNormal_ σ ${std}`,
      {
        initree: fill('float32', (t) => init.truncNormal_(t, { std, generator })),
        PyTorch: inTorch('float32', `nn.init.trunc_normal_(t, std=${std})`),
        ...bench.tensorFlow?.contenders((tf) => () => tf.truncatedNormal(SHAPE, 0, std)),
      },
      { torch: target, tensorFlow: [8, 10] },
    );
  }
  await bench.compare(
    'sparse_ 1024², sparsity 0.5',
    {
      initree: fill('float32', (t) => init.sparse_(t, 0.5, 0.01, { generator }), [1024, 1024]),
      PyTorch: inTorch('float32', 'nn.init.sparse_(t, 0.5)', [1024]),
    },
    { torch: [1, 2] },
  );
  await bench.compare(
    'orthogonal_ 1024²',
    {
      initree: fill('float32', (t) => init.orthogonal_(t, 1, { generator }), [1024, 1024]),
      PyTorch: inTorch('float32', 'nn.init.orthogonal_(t)', [1024]),
    },
    { torch: [0.35, 0.5] },
  );
  await bench.compare(
    'orthogonal_ 64²',
    {
      initree: fill('float32', (t) => init.orthogonal_(t, 1, { generator }), [64, 64]),
      PyTorch: inTorch('float32', 'nn.init.orthogonal_(t)', [64]),
      ...bench.tensorFlow?.contenders((tf) => () => tf.initializers.orthogonal({ gain: 1 }).apply([64, 64])),
    },
    { tensorFlow: [8, 10] },
  );
}
