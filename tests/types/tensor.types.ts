// Checked by the type check of `npm test`: the calls of tensors and initialisers that work compile, and others do not.
import {
  arange,
  cat,
  full,
  init,
  nn,
  ones,
  type RandomOptions,
  rand,
  randint,
  randn,
  type Shape,
  type Tensor,
  tensor,
  zeros,
} from '../../src/index.js';

const shape: Shape = [2, 3];
const options: RandomOptions | undefined = {};
const x = zeros(2, 3);

zeros(shape);
zeros([2, 3], { dtype: 'float64' });
zeros(2, 3, { dtype: 'float64', requiresGrad: true });
rand(2, { dtype: 'float16' });
randn(shape, options);
full([2], 3, { dtype: 'int64' });
arange(3, { step: 2 });
randint(10, [3]);
randint(0, 10, [3], { dtype: 'uint8' });
cat([x, x], { dim: 1 });
// @ts-expect-error the dtype is an option
zeros([2, 3], 'float64');
// @ts-expect-error a shape is needed
zeros();
// @ts-expect-error one form of the sizes, not both
zeros(2, [3]);
// @ts-expect-error random integers are no floating-point numbers
rand([2], { dtype: 'int64' });
// @ts-expect-error the dtype is an option
tensor([1, 2], 'float32');
// @ts-expect-error an option that does not exist
ones([2], { device: 'cpu' });

x.sum(1) satisfies Tensor;
x.sum({ dim: [0, 1], keepdim: true, dtype: 'float64' });
x.std(0, { correction: 0 });
x.norm(1, { dim: 0 });
x.max() satisfies Tensor;
x.max(x) satisfies Tensor;
x.max({ dim: 1 }).values satisfies Tensor;
x.add(1, { alpha: 2 }).div(x, { roundingMode: 'floor' });
x.flatten({ startDim: 1 });
x.clamp(null, 1);
x.to('float16', { copy: true }) satisfies Tensor<'float16'>;
x.normal_({ std: 0.02 }).uniform_(0, { to: 2 });
x.backward(null);
// @ts-expect-error keepdim is an option
x.sum(1, true);
// @ts-expect-error keepDim is spelt keepdim
x.mean(1, { keepDim: true });
// @ts-expect-error no third dimension
x.transpose(0, 1, 2);
// @ts-expect-error the modes are 'floor' and 'trunc'
x.div(x, { roundingMode: 'ceil' });
// @ts-expect-error the array cannot be replaced
x.data = new Float32Array(6);
// @ts-expect-error a typed array cannot draw
x.data.normal_(0, 0.02);

const { bias, weight } = new nn.Linear(2, 2);
init.zeros_(bias) satisfies nn.Parameter | null;
init.normal_(weight, { std: 0.02 }) satisfies nn.Parameter;
init.normal_(weight, 0, 0.02);
init.normal({ std: 0.02 });
init.xavierUniform_(weight, { gain: 2 });
init.truncNormal_(weight, 0, 0.02, { a: -1, b: 1 });
init.sparse_(weight, 0.1, { std: 1 });
init.calculateGain('leaky_relu', { param: 0.2 });
// @ts-expect-error the settings have names
init.kaimingNormal_(weight, 0, 'fan_out', 'relu');
// @ts-expect-error the mode is spelt 'fan_out'
init.kaimingNormal_(weight, { mode: 'fanOut' });
// @ts-expect-error a misspelt option
init.normal_(weight, { stdv: 1 });
// @ts-expect-error the value stands by position
init.constant_(weight, { val: 1 });
// @ts-expect-error no tensor
init.zeros_(undefined);
