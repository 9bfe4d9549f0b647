import { refuseSurplus } from '../../readArguments.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { checkDims } from '../checkDims.js';
import { Pad, type Padding } from './Pad.js';

/**
 * Mirrors `[N, C, L]` or `[C, L]` at both ends (`torch.nn.ReflectionPad1d`).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * console.log(String(new nn.ReflectionPad1d(1).forward(tensor([[1, 2, 3]])))); // tensor([[2., 1., 2., 3., 2.]])
 * ```
 */
export class ReflectionPad1d extends Pad {
  /**
   * @param padding One size for both sides, or `[left, right]`; a negative size removes elements. Each size must be
   *   less than L.
   * @throws ArgumentError if a size is not an integer, or if the number of sizes is wrong.
   */
  constructor(padding: Padding) {
    super(padding, 1, 'reflect', arguments);
  }
}

/**
 * Mirrors the images of `[N, C, H, W]` or `[C, H, W]` at their edges (`torch.nn.ReflectionPad2d`).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.ReflectionPad2d(2).forward(zeros([1, 3, 4, 4])).shape); // [ 1, 3, 8, 8 ]
 * ```
 */
export class ReflectionPad2d extends Pad {
  /**
   * @param padding One size for all sides, or `[left, right, top, bottom]`; a negative size removes elements. Each size
   *   must be less than the size of its dimension.
   * @throws ArgumentError if a size is not an integer, or if the number of sizes is wrong.
   */
  constructor(padding: Padding) {
    super(padding, 2, 'reflect', arguments);
  }
}

/**
 * Mirrors the volumes of `[N, C, D, H, W]` or `[C, D, H, W]` at their faces (`torch.nn.ReflectionPad3d`).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.ReflectionPad3d(1).forward(zeros([1, 3, 2, 4, 4])).shape); // [ 1, 3, 4, 6, 6 ]
 * ```
 */
export class ReflectionPad3d extends Pad {
  /**
   * @param padding One size for all sides, or `[left, right, top, bottom, front, back]`; a negative size removes
   *   elements. Each size must be less than the size of its dimension.
   * @throws ArgumentError if a size is not an integer, or if the number of sizes is wrong.
   */
  constructor(padding: Padding) {
    super(padding, 3, 'reflect', arguments);
  }
}

/**
 * Repeats the first and the last element of `[N, C, L]` or `[C, L]` (`torch.nn.ReplicationPad1d`).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * console.log(String(new nn.ReplicationPad1d(1).forward(tensor([[1, 2, 3]])))); // tensor([[1., 1., 2., 3., 3.]])
 * ```
 */
export class ReplicationPad1d extends Pad {
  /**
   * @param padding One size for both sides, or `[left, right]`; a negative size removes elements.
   * @throws ArgumentError if a size is not an integer, or if the number of sizes is wrong.
   */
  constructor(padding: Padding) {
    super(padding, 1, 'replicate', arguments);
  }
}

/**
 * Repeats the edges of the images of `[N, C, H, W]` or `[C, H, W]` (`torch.nn.ReplicationPad2d`).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.ReplicationPad2d(2).forward(zeros([1, 3, 4, 4])).shape); // [ 1, 3, 8, 8 ]
 * ```
 */
export class ReplicationPad2d extends Pad {
  /**
   * @param padding One size for all sides, or `[left, right, top, bottom]`; a negative size removes elements.
   * @throws ArgumentError if a size is not an integer, or if the number of sizes is wrong.
   */
  constructor(padding: Padding) {
    super(padding, 2, 'replicate', arguments);
  }
}

/**
 * Repeats the faces of the volumes of `[N, C, D, H, W]` or `[C, D, H, W]` (`torch.nn.ReplicationPad3d`).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.ReplicationPad3d(1).forward(zeros([1, 3, 2, 4, 4])).shape); // [ 1, 3, 4, 6, 6 ]
 * ```
 */
export class ReplicationPad3d extends Pad {
  /**
   * @param padding One size for all sides, or `[left, right, top, bottom, front, back]`; a negative size removes
   *   elements.
   * @throws ArgumentError if a size is not an integer, or if the number of sizes is wrong.
   */
  constructor(padding: Padding) {
    super(padding, 3, 'replicate', arguments);
  }
}

/** Padding that continues each end with the opposite end. */
abstract class CircularPad extends Pad {
  private readonly dims: number;

  constructor(padding: Padding, dims: number, args: ArrayLike<unknown>) {
    super(padding, dims, 'circular', args);
    this.dims = dims;
  }

  override forward(input: Tensor): Tensor {
    if (arguments.length > 1) refuseSurplus(`nn.${this.constructor.name}.forward`, arguments, ['input']);
    checkDims(input, [this.dims + 1, this.dims + 2]);
    return super.forward(input);
  }
}

/**
 * Continues `[N, C, L]` or `[C, L]` at each end with the opposite end (`torch.nn.CircularPad1d`).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * console.log(String(new nn.CircularPad1d(1).forward(tensor([[1, 2, 3]])))); // tensor([[3., 1., 2., 3., 1.]])
 * ```
 */
export class CircularPad1d extends CircularPad {
  /**
   * @param padding One size for both sides, or `[left, right]`; a negative size removes elements. Each size must be ≤
   *   L.
   * @throws ArgumentError if a size is not an integer, or if the number of sizes is wrong.
   */
  constructor(padding: Padding) {
    super(padding, 1, arguments);
  }
}

/**
 * Continues the images of `[N, C, H, W]` or `[C, H, W]` at each edge with the opposite edge (`torch.nn.CircularPad2d`).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.CircularPad2d(2).forward(zeros([1, 3, 4, 4])).shape); // [ 1, 3, 8, 8 ]
 * ```
 */
export class CircularPad2d extends CircularPad {
  /**
   * @param padding One size for all sides, or `[left, right, top, bottom]`; a negative size removes elements. Each size
   *   must be ≤ the size of its dimension.
   * @throws ArgumentError if a size is not an integer, or if the number of sizes is wrong.
   */
  constructor(padding: Padding) {
    super(padding, 2, arguments);
  }
}

/**
 * Continues the volumes of `[N, C, D, H, W]` or `[C, D, H, W]` at each face with the opposite face
 * (`torch.nn.CircularPad3d`).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.CircularPad3d(1).forward(zeros([1, 3, 2, 4, 4])).shape); // [ 1, 3, 4, 6, 6 ]
 * ```
 */
export class CircularPad3d extends CircularPad {
  /**
   * @param padding One size for all sides, or `[left, right, top, bottom, front, back]`; a negative size removes
   *   elements. Each size must be ≤ the size of its dimension.
   * @throws ArgumentError if a size is not an integer, or if the number of sizes is wrong.
   */
  constructor(padding: Padding) {
    super(padding, 3, arguments);
  }
}
