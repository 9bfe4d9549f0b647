// Checked by the type check of `npm test`: each @ts-expect-error is a program that must not compile.
import { type Tensor, zeros } from 'initree';
import * as F from 'initree/functional';

const x = zeros([1, 4, 4, 4]);
const weight = zeros([4, 4, 1, 1]);

// Customary options by position, and all options by name.
F.softmax(x, 1);
F.softmax(x, { dim: 1, dtype: 'float64' });
F.softmax(x, 1, { dtype: 'float64' });
F.leakyRelu(x, 0.1);
F.leakyRelu(x, { negativeSlope: 0.1 });
F.hardtanh(x, -1, { maxVal: 1 });
F.dropout(x, { p: 0.1, training: false });
F.conv2d(x, weight, { padding: 1 });
F.conv2d(x, weight, null, { padding: 1 });
F.linear(x, weight, { bias: null });
F.flatten(x, { startDim: 1 });
F.oneHot(x, { numClasses: 3 });
F.maxPool2d(x, 2, null) satisfies Tensor;
F.maxPool2d(x, 2, { stride: 1, ceilMode: true }) satisfies Tensor;
F.maxPool2d(x, 2, { returnIndices: true }) satisfies [Tensor, Tensor<'int64'>];
F.maxPool2d(x, 2, 2, { returnIndices: true }) satisfies [Tensor, Tensor<'int64'>];

// @ts-expect-error no dimension
F.softmax(x);
// @ts-expect-error no dimension
F.softmax(x, { dtype: 'float64' });
// @ts-expect-error a dtype that is not floating
F.softmax(x, 1, { dtype: 'int64' });
// @ts-expect-error a switch by position
F.dropout(x, 0.5, true);
// @ts-expect-error PyTorch's inplace
F.relu(x, { inplace: true });
// @ts-expect-error PyTorch's inplace by position
F.relu(x, true);
// @ts-expect-error PyTorch's inplace beside an option
F.leakyRelu(x, { negativeSlope: 0.1, inplace: true });
// @ts-expect-error an option by position
F.gelu(x, 'tanh');
// @ts-expect-error stride by position
F.conv2d(x, weight, null, 1);
// @ts-expect-error padding by position
F.maxPool2d(x, 2, 2, 1);
// @ts-expect-error a misspelt option
F.maxPool2d(x, 2, { strides: 1 });
// @ts-expect-error an option that only two and three dimensions have
F.avgPool1d(x, 2, { divisorOverride: 1 });
// @ts-expect-error no size and no factor
F.interpolate(x);
// @ts-expect-error a size by position
F.interpolate(x, 2);
// @ts-expect-error one size for all sides
F.pad(x, 1);
// @ts-expect-error a mode by position
F.pad(x, [1, 1], 'reflect');
// @ts-expect-error a number in place of a shape
F.layerNorm(x, 3);
// @ts-expect-error an argument too many
F.sigmoid(x, 1);
// @ts-expect-error a reduction by position
F.mseLoss(x, x, 'sum');
