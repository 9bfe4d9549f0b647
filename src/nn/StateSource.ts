import type { Shape } from '../tensor/Shape.js';
import type { Tensor } from '../tensor/Tensor.js';

/** The dtype and the shape of a tensor of a state dict. The tensor need not be in memory, and a file may have further dtypes. */
export interface StateForm {
  readonly dtype: string;
  readonly shape: Shape;
}

/** Tensors by name, in memory or in a file. Code that reads them one by one needs memory for one of them only. */
export interface StateSource<F extends StateForm = StateForm> {
  /** The form of each tensor by name, in order. */
  readonly forms: ReadonlyMap<string, F>;
  /** The tensor of a name of {@link forms}. */
  read(name: string): Tensor;
}

/** Tensors that are read one by one, each when it is needed. What `openFile` of `initree/node` returns is one. */
export interface StateFile<F extends StateForm = StateForm> {
  /** The names of the tensors, in order. */
  readonly names: readonly string[];
  /** The dtype and the shape of a tensor. */
  info(name: string): F;
  /** The tensor, with memory of its own. */
  readSync(name: string): Tensor;
}

/** The source of tensors that are in memory. */
export function sourceOf(tensors: ReadonlyMap<string, Tensor>): StateSource<Tensor> {
  return { forms: tensors, read: (name) => tensors.get(name) as Tensor };
}

/** The tensors of an open file as a source, which reads each of them when it is needed and keeps none. */
export function sourceOfFile<F extends StateForm>(file: StateFile<F>): StateSource<F> {
  return { forms: new Map(file.names.map((name) => [name, file.info(name)])), read: (name) => file.readSync(name) };
}

/** Whether a value has what is read of an open file. */
export function isStateFile(value: unknown): value is StateFile {
  if (typeof value !== 'object' || value === null) return false;
  const { names, info, readSync } = value as Partial<StateFile>;
  return Array.isArray(names) && typeof info === 'function' && typeof readSync === 'function';
}
