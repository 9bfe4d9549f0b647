import { describeValue, FormatError, formatProblems, locate, ShapeError } from '../errors.js';
import { createStorage, type DType, isDType, type Storage } from '../numerics/DType.js';
import { checkShape, numelOf } from '../tensor/Shape.js';
import { Tensor } from '../tensor/Tensor.js';
import { isLittleEndian } from './byteOrder.js';
import { type FileDType, READABLE_NAMES } from './safetensorsDtypes.js';
import type { TensorForm } from './TensorSource.js';

/** What a file says about one of its tensors. */
export interface TensorInfo {
  /** The dtype, or the format's name of a dtype that no tensor here has, such as `'F8_E4M3'`. */
  readonly dtype: FileDType;
  /** The sizes. One above 2⁵³ − 1, which only a tensor without elements can have, is the nearest number. */
  readonly shape: readonly number[];
  /** The number of bytes of the elements. */
  readonly bytes: number;
}

/** A tensor of a file that was not read, because no tensor here can have its dtype or shape. */
export interface SkippedTensor extends TensorInfo {
  readonly name: string;
}

/** Options of reading a file. */
export interface ReadOptions {
  /** Whether tensors with a dtype or shape that no tensor here can have are left out. Default: false, they are an error. */
  skipUnsupported?: boolean | undefined;
}

export const READ_DEFAULTS = { skipUnsupported: false };

/** The description of a tensor with this number of bytes. */
export function infoOf({ dtype, shape }: TensorForm, bytes: number): TensorInfo {
  return Object.freeze({ dtype, shape: Object.freeze([...shape]), bytes });
}

/** What decides whether a tensor of a file can be read, and its name. */
interface NamedForm extends TensorForm {
  readonly name: string;
}

/** Why a tensor cannot be read; undefined if it can. */
function whyUnsupported({ dtype, shape }: TensorForm): string | undefined {
  if (!isDType(dtype)) return `dtype ${dtype} is not supported`;
  try {
    checkShape(shape);
    return undefined;
  } catch (error) {
    if (error instanceof ShapeError) return error.detail;
    throw error;
  }
}

/**
 * Divides the tensors of a file into those that can be read and those that cannot.
 * @throws FormatError if one cannot be read, unless `skipUnsupported` is true; the message names all of them
 */
export function chooseReadable<T extends NamedForm>(
  tensors: Iterable<T>,
  { skipUnsupported }: { readonly skipUnsupported: boolean },
): { readable: T[]; others: T[] } {
  const readable: T[] = [];
  const others: T[] = [];
  const problems: { name: string; reason: string }[] = [];
  for (const tensor of tensors) {
    const reason = whyUnsupported(tensor);
    if (reason === undefined) readable.push(tensor);
    else {
      others.push(tensor);
      problems.push({ name: tensor.name, reason });
    }
  }
  if (problems.length > 0 && !skipUnsupported) throw unsupported(problems);
  return { readable, others };
}

function unsupported(problems: readonly { name: string; reason: string }[]): FormatError {
  const advice = `expected one of ${READABLE_NAMES}; pass { skipUnsupported: true } to read the others`;
  const [{ name, reason }] = problems;
  if (problems.length === 1) return new FormatError(`${reason}; ${advice}`, name);
  const list = formatProblems(problems.map(({ name, reason }) => `${describeValue(name)} (${reason})`));
  return new FormatError(`${problems.length} tensors cannot be read: ${list}; ${advice}`);
}

/** A part of a tensor of a file, and the memory for its bytes. */
export interface Unfilled {
  /** The indices of the first element and the one after the last, in row-major order. */
  readonly range: readonly [from: number, to: number];
  /** Where the bytes of the file have to be written. */
  readonly bytes: Uint8Array;
  /** The tensor, after its bytes were written. @throws FormatError if they are no elements of its dtype */
  readonly finish: () => Tensor;
}

function createStorageFor(name: string, dtype: DType, length: number): Storage {
  try {
    return createStorage(dtype, length);
  } catch (error) {
    throw locate(error, name);
  }
}

/**
 * Allocates memory for a tensor of a file, or for a range of its elements.
 * @param range the first element and the one after the last. Default: the whole tensor, in its shape; a range is one-dimensional.
 * @param into the array of the tensor's dtype and of the length of the range that gets the elements. Default: a new one.
 * @throws FormatError if no tensor can have the dtype or shape, or on a big-endian machine. @throws ShapeError if there is not enough memory
 */
export function allocate(form: NamedForm, range?: Unfilled['range'], into?: Storage): Unfilled {
  const { name, dtype, shape } = form;
  const reason = whyUnsupported(form);
  if (reason !== undefined || !isDType(dtype)) {
    throw new FormatError(`${reason}; expected one of ${READABLE_NAMES}`, name);
  }
  if (!isLittleEndian) {
    throw new FormatError(
      'safetensors files can only be read on a little-endian machine; this one is big-endian',
      name,
    );
  }
  const [from, to] = range ?? [0, numelOf(shape)];
  const data = into ?? createStorageFor(name, dtype, to - from);
  return {
    range: [from, to],
    bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    finish: () => {
      if (dtype === 'bool' && (data as Uint8Array).some((value) => value > 1)) {
        throw new FormatError('expected 0 and 1 only in a tensor of BOOL', name);
      }
      return Tensor.fromData(data, range === undefined ? shape : [to - from], dtype);
    },
  };
}
