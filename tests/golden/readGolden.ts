import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Generator } from '../../src/random/Generator.js';
import type { DType } from '../../src/numerics/DType.js';
import type { Tensor } from '../../src/tensor/Tensor.js';

/** What `make.py` recorded of a tensor. */
export interface Facts {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly sha256: string;
  readonly first: readonly string[];
}

/** What `make.py` recorded of a tensor whose values are compared with a tolerance. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** The cases of a golden file beside this one. */
export function readGolden<Case>(name: string): Case[] {
  return (JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as { cases: Case[] }).cases;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The SHA-256 of `torch.get_rng_state()` for a generator. */
export function stateHash(generator: Generator): string {
  return sha256(generator.getState());
}

/** The bytes of a tensor's elements. */
export function bytesOf(tensor: Tensor): Uint8Array {
  return new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength);
}

/** A tensor in the form of {@link Facts}. */
export function factsOf(tensor: Tensor, count: number): Facts {
  const bytes = bytesOf(tensor);
  const size = tensor.data.BYTES_PER_ELEMENT;
  const first = Array.from({ length: Math.min(count, tensor.numel) }, (_, i) =>
    Buffer.from(bytes.slice(i * size, (i + 1) * size).reverse()).toString('hex'),
  );
  return { dtype: tensor.dtype, shape: [...tensor.shape], sha256: sha256(bytes), first };
}
