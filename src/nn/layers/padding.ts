import type { Tensor } from '../../tensor/Tensor.js';
import { checkDims } from '../checkDims.js';
import { Pad, type Padding } from './Pad.js';

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
