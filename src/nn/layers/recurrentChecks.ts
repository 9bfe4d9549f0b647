import { ArgumentError, DTypeError, describeValue, ShapeError } from '../../errors.js';
import { checkCount } from '../../numerics/checkNumber.js';
import { equalShapes, formatShape } from '../../tensor/Shape.js';
import { checkTensor, type Tensor } from '../../tensor/Tensor.js';

/** The sizes that determine the shapes which a recurrent layer accepts. */
export interface RecurrentSizes {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly batchFirst: boolean;
  readonly bidirectional: boolean;
  readonly projSize: number;
}

/**
 * Checks the sizes and the dropout of a recurrent layer, and warns about a dropout that has no effect.
 * @throws ArgumentError in PyTorch's words.
 */
export function checkSettings(sizes: Omit<RecurrentSizes, 'batchFirst' | 'bidirectional'>, dropout: number): void {
  const { inputSize, hiddenSize, numLayers, projSize } = sizes;
  if (!(Number.isFinite(dropout) && dropout >= 0 && dropout <= 1)) {
    throw new ArgumentError(
      `dropout should be a number in range [0, 1] representing the probability of an element being zeroed, found ${describeValue(dropout)}`,
    );
  }
  if (dropout > 0 && numLayers === 1) {
    console.warn(
      'initree: dropout option adds dropout after all but last recurrent layer, so non-zero dropout expects num_layers ' +
        `greater than 1, but got dropout=${dropout} and num_layers=${numLayers}`,
    );
  }
  for (const [name, size] of Object.entries({
    input_size: inputSize,
    hidden_size: hiddenSize,
    num_layers: numLayers,
  })) {
    if (Number.isSafeInteger(size) && size > 0) continue;
    throw new ArgumentError(`${name} must be greater than zero and a whole number, found ${describeValue(size)}`);
  }
  checkCount('num_layers', numLayers);
  if (!Number.isSafeInteger(projSize) || projSize < 0) {
    throw new ArgumentError(
      `proj_size should be a positive integer or zero to disable projections, found ${describeValue(projSize)}`,
    );
  }
  if (projSize >= hiddenSize) {
    throw new ArgumentError(`proj_size has to be smaller than hidden_size, found ${projSize} and ${hiddenSize}`);
  }
}

/**
 * Checks the input of a recurrent layer.
 * @param name Name of the layer, for the message.
 * @param weight The first weight of the layer, whose dtype the input must have.
 * @throws ShapeError or DTypeError if the layer does not accept the sequence.
 */
export function checkSequence(name: string, sizes: RecurrentSizes, { dtype }: Tensor, input: Tensor): void {
  const shape = formatShape(checkTensor(name, input).shape);
  if (input.ndim !== 2 && input.ndim !== 3) {
    throw new ShapeError(`${name}: Expected input to be 2D or 3D, got ${input.ndim}D instead: ${shape}`);
  }
  if (input.dtype !== dtype) {
    throw new DTypeError(
      `RNN input dtype (${input.dtype}) does not match weight dtype (${dtype}). Convert input: input.to('${dtype}'), or ` +
        `convert model: model.to('${input.dtype}')`,
    );
  }
  const features = input.shape[input.ndim - 1];
  if (features !== sizes.inputSize) {
    throw new ShapeError(
      `input.size(-1) must be equal to input_size. Expected ${sizes.inputSize}, got ${features}: ${shape}`,
    );
  }
  if (input.shape[input.ndim === 3 && sizes.batchFirst ? 1 : 0] === 0) {
    throw new ShapeError(`Expected sequence length to be larger than 0 in RNN, found ${shape}`);
  }
}

/**
 * Checks the initial states of a recurrent layer against an input that {@link checkSequence} has accepted.
 * @param states The hidden states and, for some cells, the cell states; empty for zeros.
 * @param count Number of states of the cell, 1 or 2.
 * @throws ArgumentError, ShapeError or DTypeError if the states do not match.
 */
export function checkStates(
  sizes: RecurrentSizes,
  { dtype }: Tensor,
  input: Tensor,
  states: readonly Tensor[],
  count: number,
): void {
  const { hiddenSize, numLayers, batchFirst, bidirectional, projSize } = sizes;
  const { ndim } = input;
  checkStateTensors('forward', states, count);
  if (states.some((state) => state.ndim !== ndim)) {
    const found = states.map((state) => `${state.ndim}-D`).join(', ');
    const [names, what] = states.length === 1 ? ['hx', `${found} tensor`] : ['hx and cx', `(${found}) tensors`];
    const kind = ndim === 3 ? 'batched' : 'unbatched';
    throw new ShapeError(`For ${kind} ${ndim}-D input, ${names} should also be ${ndim}-D but got ${what}`);
  }
  const batch = ndim === 3 ? [input.shape[batchFirst ? 0 : 1]] : [];
  states.forEach((state, i) => {
    const expected = [numLayers * (bidirectional ? 2 : 1), ...batch, (i === 0 && projSize) || hiddenSize];
    if (!equalShapes(state.shape, expected)) {
      const name = states.length === 1 ? 'hidden' : `hidden[${i}]`;
      throw new ShapeError(`Expected ${name} size (${expected.join(', ')}), got ${formatShape(state.shape)}`);
    }
    checkOperandDtype(state, dtype);
  });
}

/**
 * Checks the input and the states of one step of a cell.
 * @param name Name of the cell, for the message.
 * @param weightIh The weight of the input, whose dtype all operands must have.
 * @param count Number of states of the cell, 1 or 2.
 * @throws ArgumentError, ShapeError or DTypeError if an operand does not match.
 */
export function checkCellInputs(
  name: string,
  weightIh: Tensor,
  hidden: number,
  input: Tensor,
  states: readonly Tensor[],
  count: number,
): void {
  checkTensor(name, input);
  checkStateTensors(name, states, count);
  if (input.ndim !== 1 && input.ndim !== 2) {
    throw new ShapeError(
      `${name}: Expected input to be 1D or 2D, got ${input.ndim}D instead: ${formatShape(input.shape)}`,
    );
  }
  const features = weightIh.shape[1];
  if (input.shape[input.ndim - 1] !== features) {
    throw new ShapeError(
      `input has inconsistent input_size: got ${input.shape[input.ndim - 1]} expected ${features}: ${formatShape(input.shape)}`,
    );
  }
  checkOperandDtype(input, weightIh.dtype);
  states.forEach((state, i) => {
    const found = formatShape(state.shape);
    if (state.ndim !== input.ndim) {
      throw new ShapeError(
        `${name}: Expected hidden${i} to be ${input.ndim}D like the input, got ${state.ndim}D instead: ${found}`,
      );
    }
    if (state.shape[state.ndim - 1] !== hidden) {
      throw new ShapeError(
        `hidden${i} has inconsistent hidden_size: got ${state.shape[state.ndim - 1]}, expected ${hidden}: ${found}`,
      );
    }
    if (state.ndim === 2 && state.shape[0] !== input.shape[0]) {
      throw new ShapeError(
        `Input batch size ${input.shape[0]} doesn't match hidden${i} batch size ${state.shape[0]}: ${found}`,
      );
    }
    checkOperandDtype(state, weightIh.dtype);
  });
}

/** Checks that the states are tensors: none, or one for each state of the cell. */
function checkStateTensors(name: string, states: readonly Tensor[], count: number): void {
  if (!Array.isArray(states) || (states.length !== 0 && states.length !== count)) {
    throw new ArgumentError(
      `${name}(): hx must be an array of ${count} tensors, the hidden state and the cell state, found ${describeValue(states)}`,
    );
  }
  for (const state of states) checkTensor(name, state, 'hx');
}

function checkOperandDtype(operand: Tensor, dtype: string): void {
  if (operand.dtype === dtype) return;
  throw new DTypeError(
    `mat1 and mat2 must have the same dtype, but got ${operand.dtype} and ${dtype}, which is the dtype of the weights`,
  );
}
