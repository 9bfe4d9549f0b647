import { describeValue, FormatError } from '../errors.js';
import { isDeferred } from '../tensor/deferredData.js';
import { namesByElements } from '../tensor/namesByElements.js';
import { Tensor } from '../tensor/Tensor.js';
import { checkText, type FileLayout, layOut, type Metadata, sortTensors, writeMetadata } from './FileLayout.js';

/** Tensors by name: a Map such as `stateDict()` returns, or pairs of name and tensor. */
export type NamedTensors = Iterable<readonly [name: string, tensor: Tensor]>;

/** An object with tensors by name, such as a module. */
export interface HasStateDict {
  stateDict(): NamedTensors;
}

/** A tensor to write. */
export interface NamedTensor {
  readonly name: string;
  readonly dtype: Tensor['dtype'];
  readonly shape: Tensor['shape'];
  readonly tensor: Tensor;
}

/**
 * The layout of a file with the tensors of a module, or with tensors by name. Tied tensors of a module are in it once, and the
 * metadata have their other names.
 * @throws FormatError if the format cannot hold these names or metadata, or if a tensor has lost its array to a thread
 */
export function layOutTensors(source: HasStateDict | NamedTensors, metadata: Metadata = {}): FileLayout<NamedTensor> {
  const isModule = hasStateDict(source);
  const all = sortTensors(readPairs(isModule ? source.stateDict() : source));
  const { kept, keptNames } = isModule ? withoutTied(all) : { kept: all, keptNames: new Map<string, string>() };
  return layOut(kept, { ...Object.fromEntries(keptNames), ...writeMetadata(metadata) });
}

/** The elements of a tensor as bytes in the order of the file. The bytes are the tensor's own memory. */
export function bytesIn(tensor: Tensor): Uint8Array {
  const { buffer, byteOffset, byteLength } = tensor.data;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function hasStateDict(source: HasStateDict | NamedTensors): source is HasStateDict {
  return typeof (source as Partial<HasStateDict> | null)?.stateDict === 'function';
}

function readPairs(tensors: NamedTensors): NamedTensor[] {
  if (typeof tensors?.[Symbol.iterator] !== 'function') {
    throw new FormatError(`expected a Map of tensors, or pairs of name and tensor, found ${describeValue(tensors)}`);
  }
  return Array.from(tensors, (pair) => {
    if (!Array.isArray(pair)) {
      throw new FormatError(`expected pairs of name and tensor, found ${describeValue(pair)}`);
    }
    const [name, tensor] = pair;
    checkText('a tensor name', name);
    if (!(tensor instanceof Tensor)) throw new FormatError(`expected a Tensor, found ${describeValue(tensor)}`, name);
    if (!isDeferred(tensor) && tensor.data.length !== tensor.numel) {
      throw new FormatError(
        `expected ${tensor.numel} elements, found ${tensor.data.length}; the array of the tensor was transferred to a thread`,
        name,
      );
    }
    const { dtype, shape } = tensor;
    return { name, dtype, shape, tensor };
  });
}

/**
 * Removes the tensors that have the elements of another one. Of several names the first one stays, which is the first in sorted
 * order too, because the tensors are in the order of the file.
 */
function withoutTied(sorted: readonly NamedTensor[]): { kept: NamedTensor[]; keptNames: Map<string, string> } {
  const names = namesByElements(sorted.map(({ name, tensor }) => [name, tensor] as const));
  const firstOf = (name: string) => names.get(name)?.[0] ?? name;
  const kept = sorted.filter(({ name }) => firstOf(name) === name);
  const removed = sorted.filter(({ name }) => firstOf(name) !== name);
  return { kept, keptNames: new Map(removed.map(({ name }) => [name, firstOf(name)])) };
}
