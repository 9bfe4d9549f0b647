import type { Steps } from '../random/Steps.js';

/**
 * Replaces `count` vectors of length `size` ≥ `count`, stored one after another, by the orthonormal vectors q₁, q₂, …
 * whose first k span the same space as the first k given: the Q of A = QR with R's diagonal positive.
 *
 * *Method:* Householder's reflections in doubles. Vector k is reflected onto the k-th axis, H = I − β·v·vᵀ, and so are
 * the vectors after it; then the axes are reflected back, last reflection first. Each v is kept where its vector
 * was, so Q needs one more array of the same size. Yields after each vector.
 */
export function* orthonormalize(vectors: Float64Array, count: number, size: number): Steps {
  const betas = new Float64Array(count);
  const signs = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    const start = k * size;
    let squares = 0;
    for (let i = start + k; i < start + size; i++) squares += vectors[i] * vectors[i];
    const head = vectors[start + k];
    // R's diagonal element is −sign(head)·norm: the sign that loses no digits in head − diagonal.
    const diagonal = head > 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
    vectors[start + k] = head - diagonal;
    const length = squares - head * diagonal;
    betas[k] = length === 0 ? 0 : 1 / length;
    signs[k] = Math.sign(diagonal);
    for (let j = k + 1; j < count; j++) reflect(vectors, j * size, vectors, start, k, size, betas[k]);
    yield;
  }
  const q = new Float64Array(vectors.length);
  for (let k = count - 1; k >= 0; k--) {
    q[k * size + k] = 1;
    for (let j = k; j < count; j++) reflect(q, j * size, vectors, k * size, k, size, betas[k]);
    yield;
  }
  for (let k = 0; k < count; k++) {
    for (let i = 0; i < size; i++) vectors[k * size + i] = q[k * size + i] * signs[k];
    yield;
  }
}

/** x −= β·v·(v·x) over the elements from `from` on. */
function reflect(
  target: Float64Array,
  targetStart: number,
  source: Float64Array,
  sourceStart: number,
  from: number,
  size: number,
  beta: number,
): void {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = from;
  // Four sums, because one would wait for each addition.
  for (; i + 3 < size; i += 4) {
    a += target[targetStart + i] * source[sourceStart + i];
    b += target[targetStart + i + 1] * source[sourceStart + i + 1];
    c += target[targetStart + i + 2] * source[sourceStart + i + 2];
    d += target[targetStart + i + 3] * source[sourceStart + i + 3];
  }
  for (; i < size; i++) a += target[targetStart + i] * source[sourceStart + i];
  const factor = beta * (a + b + (c + d));
  for (i = from; i < size; i++) target[targetStart + i] -= factor * source[sourceStart + i];
}
