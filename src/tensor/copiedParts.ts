const TURNED =
  'write the tensor itself; init.transposedFans(initializer).fill(tensor) exchanges the fan-in and the fan-out';
const PARTS =
  'only parts of dimension 0 share the elements; write the whole tensor, tensor.copy_(cat(parts, { dim })), or a part of dimension 0';

/** What to do instead of writing into the copy that a method made. */
const WAYS: Readonly<Record<string, string>> = {
  transpose: TURNED,
  permute: TURNED,
  t: TURNED,
  expand: 'write the tensor before expand()',
  narrow: PARTS,
  select: PARTS,
  split: PARTS,
  chunk: PARTS,
  unbind: PARTS,
};

/**
 * The message for an operation in place on a copy of elements that PyTorch would share.
 * @param operation the operation
 * @param method the method that made the copy
 */
export function describeCopiedPart(operation: string, method: string): string {
  return (
    `${operation}: the tensor is a copy that ${method}() made, so that the tensor that it came from would not change; ` +
    `${WAYS[method]}; for a copy of its own, write detach().clone()`
  );
}
