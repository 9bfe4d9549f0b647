import { checkNumber } from '../../numerics/checkNumber.js';
import { refuseSurplus, type Signature } from '../../readArguments.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { formatSettings } from '../formatPython.js';
import { pad } from '../functional/padding.js';
import { Pad, type Padding } from './Pad.js';

/**
 * Adds zeros around the last dimension of `[*, L]` (`torch.nn.ZeroPad1d`).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * console.log(String(new nn.ZeroPad1d([2, 1]).forward(tensor([1, 2, 3])))); // tensor([0., 0., 1., 2., 3., 0.])
 * ```
 */
export class ZeroPad1d extends Pad {
  /**
   * @param padding One size for both sides, or `[left, right]`; a negative size removes elements.
   * @throws ArgumentError if a size is not an integer, or if the number of sizes is wrong.
   */
  constructor(padding: Padding) {
    super(padding, 1, 'constant', arguments);
  }
}

/**
 * Adds zeros around the last two dimensions of `[*, H, W]` (`torch.nn.ZeroPad2d`).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.ZeroPad2d([1, 1, 2, 0]).forward(zeros([1, 3, 4, 4])).shape); // [ 1, 3, 6, 6 ]
 * ```
 */
export class ZeroPad2d extends Pad {
  /**
   * @param padding One size for all sides, or `[left, right, top, bottom]`; a negative size removes elements.
   * @throws ArgumentError if a size is not an integer, or if the number of sizes is wrong.
   */
  constructor(padding: Padding) {
    super(padding, 2, 'constant', arguments);
  }
}

/**
 * Adds zeros around the last three dimensions of `[*, D, H, W]` (`torch.nn.ZeroPad3d`).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.ZeroPad3d(1).forward(zeros([1, 3, 2, 4, 4])).shape); // [ 1, 3, 4, 6, 6 ]
 * ```
 */
export class ZeroPad3d extends Pad {
  /**
   * @param padding One size for all sides, or `[left, right, top, bottom, front, back]`; a negative size removes
   *   elements.
   * @throws ArgumentError if a size is not an integer, or if the number of sizes is wrong.
   */
  constructor(padding: Padding) {
    super(padding, 3, 'constant', arguments);
  }
}

/** Padding that repeats one number. */
const CONSTANT_PAD: Signature<object> = { required: ['padding', 'value'], defaults: {} };

abstract class ConstantPad extends Pad {
  readonly value: number;

  constructor(padding: Padding, value: number, dims: number, args: ArrayLike<unknown>) {
    super(padding, dims, 'constant', args, CONSTANT_PAD);
    this.value = checkNumber('value', value);
  }

  override forward(input: Tensor): Tensor {
    if (arguments.length > 1) refuseSurplus(`nn.${this.constructor.name}.forward`, arguments, ['input']);
    return pad(input, this.padding, { value: this.value });
  }

  override extraRepr(): string {
    return formatSettings({ padding: this.padding, value: this.value });
  }
}

/**
 * Adds copies of a number around the last dimension of `[*, L]` (`torch.nn.ConstantPad1d`).
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * console.log(String(new nn.ConstantPad1d([2, 1], 9).forward(tensor([1, 2, 3])))); // tensor([9., 9., 1., 2., 3., 9.])
 * ```
 */
export class ConstantPad1d extends ConstantPad {
  /**
   * @param padding One size for both sides, or `[left, right]`; a negative size removes elements.
   * @param value The number that the padding consists of.
   * @throws ArgumentError if a size is not an integer, or if the number of sizes is wrong.
   */
  constructor(padding: Padding, value: number) {
    super(padding, value, 1, arguments);
  }
}

/**
 * Adds copies of a number around the last two dimensions of `[*, H, W]` (`torch.nn.ConstantPad2d`).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.ConstantPad2d(2, 3.5).forward(zeros([1, 3, 4, 4])).shape); // [ 1, 3, 8, 8 ]
 * ```
 */
export class ConstantPad2d extends ConstantPad {
  /**
   * @param padding One size for all sides, or `[left, right, top, bottom]`; a negative size removes elements.
   * @param value The number that the padding consists of.
   * @throws ArgumentError if a size is not an integer, or if the number of sizes is wrong.
   */
  constructor(padding: Padding, value: number) {
    super(padding, value, 2, arguments);
  }
}

/**
 * Adds copies of a number around the last three dimensions of `[*, D, H, W]` (`torch.nn.ConstantPad3d`).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.ConstantPad3d(1, -1).forward(zeros([1, 3, 2, 4, 4])).shape); // [ 1, 3, 4, 6, 6 ]
 * ```
 */
export class ConstantPad3d extends ConstantPad {
  /**
   * @param padding One size for all sides, or `[left, right, top, bottom, front, back]`; a negative size removes
   *   elements.
   * @param value The number that the padding consists of.
   * @throws ArgumentError if a size is not an integer, or if the number of sizes is wrong.
   */
  constructor(padding: Padding, value: number) {
    super(padding, value, 3, arguments);
  }
}
