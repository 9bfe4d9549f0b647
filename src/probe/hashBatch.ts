import { isPlainObject } from '../errors.js';
import { sha256 } from '../random/sha256.js';
import { Tensor } from '../tensor/Tensor.js';

/** SHA-256 of the inputs and the target, hexadecimal: dtype, shape and bytes of every tensor in order. */
export function hashBatch(inputs: readonly unknown[], target: unknown): string {
  const parts: Uint8Array[] = [];
  const add = (value: unknown): void => {
    if (value instanceof Tensor) {
      const { dtype, shape, data } = value;
      parts.push(new TextEncoder().encode(`${dtype}[${shape}]`));
      parts.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    } else if (Array.isArray(value)) value.forEach(add);
    else if (isPlainObject(value)) Object.values(value).forEach(add);
  };
  add([...inputs, target]);
  const bytes = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return Array.from(sha256(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
