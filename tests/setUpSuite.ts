import { expect } from '@jest/globals';

/**
 * Jest compares typed arrays key by key, which takes seconds for large tensors. Arrays of one kind and equal bytes are
 * equal. For all others this tester gives no answer, so Jest compares them itself and prints the difference.
 */
function haveEqualBytes(a: unknown, b: unknown): true | undefined {
  if (!ArrayBuffer.isView(a) || !ArrayBuffer.isView(b) || a.constructor !== b.constructor) return undefined;
  return bytesOf(a).equals(bytesOf(b)) || undefined;
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

expect.addEqualityTesters([haveEqualBytes]);
