import { checkTensor, type Tensor } from '../../tensor/Tensor.js';

/**
 * Refuses arguments that are no tensors, in PyTorch's words.
 * @param needed arguments by their names
 * @param optional further ones, which may be null or undefined
 */
export function checkTensors(
  operation: string,
  needed: Readonly<Record<string, Tensor>>,
  optional: Readonly<Record<string, Tensor | null | undefined>> = {},
): void {
  for (const argument in needed) checkTensor(operation, needed[argument], argument);
  for (const argument in optional) {
    const value = optional[argument];
    if (value !== null && value !== undefined) checkTensor(operation, value, argument);
  }
}
