import { createStorage, type DType } from '../../src/numerics/DType.js';
import { tensor } from '../../src/tensor/creation.js';
import { Tensor } from '../../src/tensor/Tensor.js';
import { readGolden } from '../golden/readGolden.js';

/** A tensor as `makeTensor.py` recorded it, or the message of PyTorch's error. */
export interface Outcome {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly bytes: string;
  readonly error?: string;
}

/** An operation on a pair of tensors, or on a tensor and a number. */
export interface Arithmetic extends Outcome {
  readonly op: string;
  readonly left: DType;
  readonly right?: DType;
  readonly a: number | readonly number[];
  readonly b?: number | readonly number[];
  readonly number?: number;
}

/** The recorded cases of a kind. */
export function goldenTensors<Case>(kind: string): Case[] {
  return readGolden<Case & { kind: string }>('tensor.json').filter((golden) => golden.kind === kind);
}

/** A tensor of doubles that is then converted, as in `makeTensor.py`. */
export function convertedFrom(values: number | readonly number[], dtype: DType): Tensor {
  return tensor(values, { dtype: 'float64' }).to(dtype);
}

/** PyTorch's result. */
export function recorded({ dtype, shape, bytes }: Outcome): Tensor {
  const data = createStorage(
    dtype,
    shape.reduce((product, size) => product * size, 1),
  );
  new Uint8Array(data.buffer).set(Buffer.from(bytes, 'hex'));
  return Tensor.fromData(data, shape, dtype);
}

/** Dtype, shape and elements in a form that reads well in a failed comparison. */
export function plain(tensor: Tensor): unknown {
  return { dtype: tensor.dtype, shape: [...tensor.shape], elements: tensor.tolist() };
}
