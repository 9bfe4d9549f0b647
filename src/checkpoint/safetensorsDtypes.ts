import { FormatError, formatValue } from '../errors.js';
import { bytesOf, type DType, isDType } from '../numerics/DType.js';

/** The format's names of the dtypes that this package has. */
const NAMES: { readonly [D in DType]: string } = {
  float32: 'F32',
  float64: 'F64',
  float16: 'F16',
  bfloat16: 'BF16',
  int64: 'I64',
  int32: 'I32',
  uint8: 'U8',
  bool: 'BOOL',
};

/**
 * The order of the tensors in a file: the format's list of dtypes from the last to the first. The widest alignment comes
 * first, so that every tensor is aligned.
 */
const LAYOUT: readonly DType[] = ['int64', 'float64', 'float32', 'int32', 'bfloat16', 'float16', 'uint8', 'bool'];

/** The bits of an element of the dtypes of the format that no tensor of this package has. */
const FOREIGN_BITS = {
  C64: 64,
  U64: 64,
  U32: 32,
  U16: 16,
  I16: 16,
  I8: 8,
  F8_E4M3: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2: 8,
  F8_E5M2FNUZ: 8,
  F8_E8M0: 8,
  F6_E2M3: 6,
  F6_E3M2: 6,
  F4: 4,
} as const;

/** A dtype of the format that no tensor of this package has, by the name that the format gives it. */
export type ForeignDType = keyof typeof FOREIGN_BITS;

/** A dtype that a file can have: one of this package, or the format's name of another one, such as `'F8_E4M3'`. */
export type FileDType = DType | ForeignDType;

/** The names of the dtypes that can be read, for messages. */
export const READABLE_NAMES = LAYOUT.map((dtype) => NAMES[dtype]).join(', ');

const BY_NAME: ReadonlyMap<string, FileDType> = new Map<string, FileDType>([
  ...LAYOUT.map((dtype) => [NAMES[dtype], dtype] as const),
  ...Object.keys(FOREIGN_BITS).map((name) => [name, name as ForeignDType] as const),
]);

export function nameOfDtype(dtype: FileDType): string {
  return isDType(dtype) ? NAMES[dtype] : dtype;
}

export function layoutRank(dtype: DType): number {
  return LAYOUT.indexOf(dtype);
}

/** The number of bits of an element; below 8, several elements share a byte. */
export function bitsOf(dtype: FileDType): number {
  return isDType(dtype) ? 8 * bytesOf(dtype) : FOREIGN_BITS[dtype];
}

/**
 * The dtype of a name of the format.
 * @param tensor the tensor that has the dtype, for the message
 * @throws FormatError if the format has no such name
 */
export function dtypeOfName(name: string, tensor: string): FileDType {
  const dtype = BY_NAME.get(name);
  if (dtype !== undefined) return dtype;
  throw new FormatError(
    `unknown dtype "${formatValue(name)}"; expected one of ${[...BY_NAME.keys()].join(', ')}`,
    tensor,
  );
}
