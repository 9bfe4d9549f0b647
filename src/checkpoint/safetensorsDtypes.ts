import { FormatError } from '../errors.js';
import type { DType } from '../numerics/DType.js';

/** The format's names of the dtypes that exist here. */
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
 * The order in which tensors are laid out: the format's dtypes from the last to the first, which puts the widest
 * alignment first, so that every tensor is aligned.
 */
const LAYOUT: readonly DType[] = ['int64', 'float64', 'float32', 'int32', 'bfloat16', 'float16', 'uint8', 'bool'];

/** Dtypes of the format that have no place here. */
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

/** The dtype of a format's name; throws FormatError for others, telling unknown ones from those not supported. */
export function dtypeOfName(name: string, path: string): DType {
  const dtype = LAYOUT.find((candidate) => NAMES[candidate] === name);
  if (dtype !== undefined) return dtype;
  const known = LAYOUT.map((candidate) => NAMES[candidate]).join(', ');
  const what = UNSUPPORTED.includes(name)
    ? `dtype ${name} is not supported here`
    : `unknown dtype ${JSON.stringify(name)}`;
  throw new FormatError(`${what}; expected one of ${known}`, path);
}
