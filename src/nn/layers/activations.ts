import type { Tensor } from '../../tensor/Tensor.js';
import { relu } from '../functional/activations.js';
import { Module } from '../Module.js';

/**
 * max(0, x), element by element (`torch.nn.ReLU`).
 * @param options `inplace`: printed as PyTorch prints it; the input is never overwritten here
 */
export class ReLU extends Module {
  readonly inplace: boolean;

  constructor({ inplace = false }: { inplace?: boolean | undefined } = {}) {
    super();
    this.inplace = inplace;
  }

  override forward(input: Tensor): Tensor {
    return relu(input);
  }

  override extraRepr(): string {
    return this.inplace ? 'inplace=True' : '';
  }
}
