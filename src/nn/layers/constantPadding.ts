import { checkNumber } from '../../init/checkFillable.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { formatSettings } from '../formatPython.js';
import { pad } from '../functional/padding.js';
import { Pad, type Padding } from './Pad.js';

/** Zeros around [*, L] (`torch.nn.ZeroPad1d`). */
export class ZeroPad1d extends Pad {
  /** @param padding one number for all sides, or [left, right] */
  constructor(padding: Padding) {
    super(padding, 1, 'constant');
  }
}

/** Zeros around [*, H, W] (`torch.nn.ZeroPad2d`). */
export class ZeroPad2d extends Pad {
  /** @param padding one number for all sides, or [left, right, top, bottom] */
  constructor(padding: Padding) {
    super(padding, 2, 'constant');
  }
}

/** Zeros around [*, D, H, W] (`torch.nn.ZeroPad3d`). */
export class ZeroPad3d extends Pad {
  /** @param padding one number for all sides, or [left, right, top, bottom, front, back] */
  constructor(padding: Padding) {
    super(padding, 3, 'constant');
  }
}

abstract class ConstantPad extends Pad {
  readonly value: number;

  constructor(padding: Padding, value: number, dims: number) {
    super(padding, dims, 'constant');
    this.value = checkNumber('value', value);
  }

  override forward(input: Tensor): Tensor {
    return pad(input, this.padding, { value: this.value });
  }

  override extraRepr(): string {
    return formatSettings({ padding: this.padding, value: this.value });
  }
}

/** The number `value` around [*, L] (`torch.nn.ConstantPad1d`). */
export class ConstantPad1d extends ConstantPad {
  /** @param padding one number for all sides, or [left, right] */
  constructor(padding: Padding, value: number) {
    super(padding, value, 1);
  }
}

/** The number `value` around [*, H, W] (`torch.nn.ConstantPad2d`). */
export class ConstantPad2d extends ConstantPad {
  /** @param padding one number for all sides, or [left, right, top, bottom] */
  constructor(padding: Padding, value: number) {
    super(padding, value, 2);
  }
}

/** The number `value` around [*, D, H, W] (`torch.nn.ConstantPad3d`). */
export class ConstantPad3d extends ConstantPad {
  /** @param padding one number for all sides, or [left, right, top, bottom, front, back] */
  constructor(padding: Padding, value: number) {
    super(padding, value, 3);
  }
}
