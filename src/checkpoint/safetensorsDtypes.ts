import { FormatError } from '../errors.js';
import type { DType } from '../numerics/DType.js';

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

/** Dtypes of the format that this package does not have. */
const UNSUPPORTED = [
  'I8',
  'I16',
  'U16',
  'U32',
  'U64',
  'F8_E4M3',
  'F8_E5M2',
  'F8_E8M0',
  'F6_E2M3',
  'F6_E3M2',
  'F4',
  'C64',
];

export function nameOfDtype(dtype: DType): string {
  return NAMES[dtype];
}

export function layoutRank(dtype: DType): number {
  return LAYOUT.indexOf(dtype);
}

/**
 * The dtype of a name of the format.
 * @throws FormatError if the format has no such name, or if this package does not support its dtype
 */
export function dtypeOfName(name: string, path: string): DType {
  const dtype = LAYOUT.find((candidate) => NAMES[candidate] === name);
  if (dtype !== undefined) return dtype;
  const known = LAYOUT.map((candidate) => NAMES[candidate]).join(', ');
  const what = UNSUPPORTED.includes(name) ? `dtype ${name} is not supported` : `unknown dtype ${JSON.stringify(name)}`;
  throw new FormatError(`${what}; expected one of ${known}`, path);
}
