// Checked by the type check of `npm test`: each @ts-expect-error is a program that must not compile.
import { nn, ones, type Tensor } from 'initree';

new nn.Linear(4, 2, { bias: false });
// @ts-expect-error an option that is customary by name, by position
new nn.Linear(4, 2, false);
// @ts-expect-error required arguments by name
new nn.Linear({ inFeatures: 4, outFeatures: 2 });
// @ts-expect-error a missing argument
new nn.Linear(4);
// @ts-expect-error an unknown option
new nn.Linear(4, 2, { bais: false });
// @ts-expect-error one argument too many
new nn.Linear(4, 2, { bias: false }, 4);

new nn.MaxPool2d(3, 2, { padding: 1 });
new nn.MaxPool2d(3, { stride: [2, 1], padding: 1 });
new nn.MaxPool2d(3, null);
// @ts-expect-error an option after those that may stand by position
new nn.MaxPool2d(3, 2, 1);
// @ts-expect-error no kernel size
new nn.MaxPool2d({ stride: 2 });
const [, indices]: [Tensor, Tensor] = new nn.MaxPool2d(2, { returnIndices: true }).forward(ones([1, 2, 2]));
indices.tolist();

new nn.Dropout({ p: 0.5 });
new nn.Dropout(0.5, { inplace: true });
// @ts-expect-error a boolean by position
new nn.Dropout(0.5, true);
new nn.Softplus(1, { threshold: 20 });
new nn.Hardtanh({ minVal: -2, maxVal: 2, inplace: true });
// @ts-expect-error the option's name in PyTorch
new nn.Hardtanh({ min_val: -2 });
new nn.Flatten({ startDim: 1 });
new nn.Softmax({ dim: 1 });
// @ts-expect-error a dimension is required
new nn.Softmax();
// @ts-expect-error a dimension is required
new nn.Softmax({});
// @ts-expect-error a class without arguments
new nn.Sigmoid({ inplace: true });
// @ts-expect-error a text that is an option
new nn.GELU('tanh');
// @ts-expect-error sizes one by one
new nn.ZeroPad2d(1, 1, 2, 2);
// @ts-expect-error required by position
new nn.ConstantPad2d(1, { value: 0 });
// @ts-expect-error values that are no tensor
new nn.Parameter([1, 2, 3]);
// @ts-expect-error a boolean by position
new nn.Parameter(ones([3]), false);

const [x, h] = [ones([1, 2]), ones([1, 3])];
new nn.GRUCell(2, 3).forward(x, h);
new nn.GRUCell(2, 3).forward(x, { hx: h });
new nn.LSTM(2, 3).forward(x, { hx: [h, h] });
// @ts-expect-error an LSTM has two states
new nn.LSTM(2, 3).forward(x, h);
// @ts-expect-error one input too many
new nn.Linear(2, 3).forward(x, h);
