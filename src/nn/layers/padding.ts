import { checkNumber } from '../../numerics/checkNumber.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { checkDims } from '../checkDims.js';
import { sizePerDimension } from '../checkSize.js';
import { formatPython, formatSettings } from '../formatPython.js';
import { type PadMode, pad } from '../functional/padding.js';
import { Module } from '../Module.js';

type Padding = number | readonly number[];

/** Puts elements around the last dimensions of its input; sizes below 0 cut elements off. */
abstract class Pad extends Module {
  /** [left, right], [left, right, top, bottom] or [left, right, top, bottom, front, back] */
  readonly padding: readonly number[];
  protected readonly mode: PadMode;

  constructor(padding: Padding, dims: number, mode: PadMode) {
    super();
    this.padding = sizePerDimension('padding', padding, 2 * dims, -Infinity);
    this.mode = mode;
  }

  override forward(input: Tensor): Tensor {
    return pad(input, this.padding, { mode: this.mode });
  }

  override extraRepr(): string {
    return formatPython(this.padding);
  }
}

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

/** [N, C, L] or [C, L] mirrored at its ends; less than its size on each side (`torch.nn.ReflectionPad1d`). */
export class ReflectionPad1d extends Pad {
  /** @param padding one number for all sides, or [left, right] */
  constructor(padding: Padding) {
    super(padding, 1, 'reflect');
  }
}

/** [N, C, H, W] or [C, H, W] mirrored at its edges; less than its size on each side (`torch.nn.ReflectionPad2d`). */
export class ReflectionPad2d extends Pad {
  /** @param padding one number for all sides, or [left, right, top, bottom] */
  constructor(padding: Padding) {
    super(padding, 2, 'reflect');
  }
}

/** [N, C, D, H, W] or [C, D, H, W] mirrored at its faces; less than its size on each side (`torch.nn.ReflectionPad3d`). */
export class ReflectionPad3d extends Pad {
  /** @param padding one number for all sides, or [left, right, top, bottom, front, back] */
  constructor(padding: Padding) {
    super(padding, 3, 'reflect');
  }
}

/** The ends of [N, C, L] or [C, L] repeated (`torch.nn.ReplicationPad1d`). */
export class ReplicationPad1d extends Pad {
  /** @param padding one number for all sides, or [left, right] */
  constructor(padding: Padding) {
    super(padding, 1, 'replicate');
  }
}

/** The edges of [N, C, H, W] or [C, H, W] repeated (`torch.nn.ReplicationPad2d`). */
export class ReplicationPad2d extends Pad {
  /** @param padding one number for all sides, or [left, right, top, bottom] */
  constructor(padding: Padding) {
    super(padding, 2, 'replicate');
  }
}

/** The faces of [N, C, D, H, W] or [C, D, H, W] repeated (`torch.nn.ReplicationPad3d`). */
export class ReplicationPad3d extends Pad {
  /** @param padding one number for all sides, or [left, right, top, bottom, front, back] */
  constructor(padding: Padding) {
    super(padding, 3, 'replicate');
  }
}

abstract class CircularPad extends Pad {
  private readonly dims: number;

  constructor(padding: Padding, dims: number) {
    super(padding, dims, 'circular');
    this.dims = dims;
  }

  override forward(input: Tensor): Tensor {
    checkDims(input, [this.dims + 1, this.dims + 2]);
    return super.forward(input);
  }
}

/** [N, C, L] or [C, L] continued at each end by the other; at most its size (`torch.nn.CircularPad1d`). */
export class CircularPad1d extends CircularPad {
  /** @param padding one number for all sides, or [left, right] */
  constructor(padding: Padding) {
    super(padding, 1);
  }
}

/** [N, C, H, W] or [C, H, W] continued at each end by the other; at most its size (`torch.nn.CircularPad2d`). */
export class CircularPad2d extends CircularPad {
  /** @param padding one number for all sides, or [left, right, top, bottom] */
  constructor(padding: Padding) {
    super(padding, 2);
  }
}

/** [N, C, D, H, W] or [C, D, H, W] continued at each end by the other; at most its size (`torch.nn.CircularPad3d`). */
export class CircularPad3d extends CircularPad {
  /** @param padding one number for all sides, or [left, right, top, bottom, front, back] */
  constructor(padding: Padding) {
    super(padding, 3);
  }
}
