import { checkTensor, type Tensor } from '../../tensor/Tensor.js';

/**
 * Checks that arguments are tensors.
 * @param operation Name of the operation, for the message.
 * @param needed The required arguments by their names.
 * @param optional Further arguments by their names, which may be null or undefined.
 * @throws ArgumentError in PyTorch's words.
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
