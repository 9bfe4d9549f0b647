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

/** What a checkpoint stores of a module, or of tensors by name. */
export interface StoredTensors {
  /** Each tensor once, in the order of the state dict. */
  readonly tensors: readonly NamedTensor[];
  /** The other names of tied tensors of a module, with the name under which the tensor is stored. */
  readonly keptNames: ReadonlyMap<string, string>;
}

/**
 * The layout of a file with the tensors of a module, or with tensors by name. Tied tensors of a module are in it once, and the
 * metadata have their other names.
 * @throws FormatError if the format cannot hold these names or metadata, or if a tensor has lost its array to a thread
 */
export function layOutTensors(source: HasStateDict | NamedTensors, metadata: Metadata = {}): FileLayout<NamedTensor> {
  const { tensors, keptNames } = storedTensors(source);
  tensors.forEach(checkPresent);
  return layOut(sortTensors(tensors), { ...Object.fromEntries(keptNames), ...writeMetadata(metadata) });
}

/**
 * The tensors that a checkpoint stores. Their elements are not read, so deferred fills stay deferred. Of the names of a tied
 * tensor the first one in the order of a file is kept, as by `safetensors.torch.save_model`.
 * @throws FormatError if the source has no tensors by name, or if the format cannot hold the names
 */
export function storedTensors(source: HasStateDict | NamedTensors): StoredTensors {
  const isModule = typeof (source as Partial<HasStateDict> | null)?.stateDict === 'function';
  const tensors = readPairs(isModule ? (source as HasStateDict).stateDict() : (source as NamedTensors));
  const sorted = sortTensors(tensors);
  const keptNames = new Map<string, string>();
  if (isModule) {
    const names = namesByElements(sorted.map(({ name, tensor }) => [name, tensor] as const));
    for (const [name, [first]] of names) if (name !== first) keptNames.set(name, first);
  }
  return { tensors: tensors.filter(({ name }) => !keptNames.has(name)), keptNames };
}

/** @throws FormatError if a tensor has lost its array to a thread */
export function checkPresent({ name, tensor }: NamedTensor): void {
  if (isDeferred(tensor) || tensor.data.length === tensor.numel) return;
  throw new FormatError(
    `expected ${tensor.numel} elements, found ${tensor.data.length}; the array of the tensor was transferred to a thread`,
    name,
  );
}

/** The elements of a tensor as bytes in the order of the file. The bytes are the tensor's own memory. */
export function bytesIn(tensor: Tensor): Uint8Array {
  const { buffer, byteOffset, byteLength } = tensor.data;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function readPairs(tensors: NamedTensors): NamedTensor[] {
  if (typeof tensors?.[Symbol.iterator] !== 'function') {
    throw new FormatError(
      `expected a module, a Map of tensors, or pairs of name and tensor, found ${describeValue(tensors)}`,
    );
  }
  return Array.from(tensors, (pair) => {
    if (!Array.isArray(pair)) {
      throw new FormatError(`expected pairs of name and tensor, found ${describeValue(pair)}`);
    }
    const [name, tensor] = pair;
    checkText('a tensor name', name);
    if (!(tensor instanceof Tensor)) throw new FormatError(`expected a Tensor, found ${describeValue(tensor)}`, name);
    const { dtype, shape } = tensor;
    return { name, dtype, shape, tensor };
  });
}
