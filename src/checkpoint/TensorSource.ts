import type { StateForm, StateSource } from '../nn/StateSource.js';
import type { FileDType } from './safetensorsDtypes.js';

/** The dtype and the shape of a tensor, which need not be in memory. */
export interface TensorForm extends StateForm {
  readonly dtype: FileDType;
}

/** Tensors by name, in memory or in a safetensors file, whose dtypes are those of the format. */
export type TensorSource = StateSource<TensorForm>;
