import type { StateSource as Source, StateForm } from '../nn/StateSource.js';
import type { FileDType } from './safetensorsDtypes.js';

/** The dtype and the shape of a tensor, which need not be in memory. */
export interface TensorForm extends StateForm {
  readonly dtype: FileDType;
}

/** Tensors by name, in memory or in a safetensors file. */
export type StateSource = Source<TensorForm>;
