import { sha256 } from '../random/sha256.js';
import { tensorsIn } from './measure/tensorsIn.js';

/** SHA-256 of the inputs and the target, hexadecimal: dtype, shape and bytes of every tensor in order. */
export function hashBatch(inputs: readonly unknown[], target: unknown): string {
  const parts = tensorsIn([...inputs, target]).flatMap(({ dtype, shape, data }) => [
    new TextEncoder().encode(`${dtype}[${shape}]`),
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  ]);
  const bytes = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return Array.from(sha256(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
