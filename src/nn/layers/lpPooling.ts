import { readOptions } from '../../readOptions.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { formatSettings } from '../formatPython.js';
import { checkNormType, type LPPoolOptions, lpPool1d, lpPool2d, lpPool3d } from '../functional/lpPooling.js';
import type { Size } from '../functional/windows.js';
import { Module } from '../Module.js';

/** What power-average pooling layers have in common. */
abstract class LPPool extends Module {
  readonly normType: number;
  readonly kernelSize: Size;
  /** `null` for the kernel size. */
  readonly stride: Size | null;
  readonly ceilMode: boolean;

  /**
   * @param normType the power p, not 0; ±Infinity takes the largest or the smallest size
   * @param kernelSize size of the window, one number or one for each dimension
   * @param stride step from window to window; the kernel size when absent
   * @throws ArgumentError for p = 0
   */
  constructor(normType: number, kernelSize: Size, stride: Size | null = null, options: LPPoolOptions = {}) {
    super();
    const { ceilMode } = readOptions(new.target.name, options, { ceilMode: false });
    this.normType = checkNormType(normType);
    this.kernelSize = kernelSize;
    this.stride = stride;
    this.ceilMode = ceilMode;
  }

  abstract override forward(input: Tensor): Tensor;

  override extraRepr(): string {
    const { normType, kernelSize, stride, ceilMode } = this;
    return formatSettings({ norm_type: normType, kernel_size: kernelSize, stride, ceil_mode: ceilMode });
  }
}

/** (Σ xᵖ)^(1/p) of each window of [N, C, L] or [C, L] (`torch.nn.LPPool1d`). */
export class LPPool1d extends LPPool {
  override forward(input: Tensor): Tensor {
    return lpPool1d(input, this.normType, this.kernelSize, this.stride, { ceilMode: this.ceilMode });
  }
}

/** (Σ xᵖ)^(1/p) of each window of [N, C, H, W] or [C, H, W] (`torch.nn.LPPool2d`). */
export class LPPool2d extends LPPool {
  override forward(input: Tensor): Tensor {
    return lpPool2d(input, this.normType, this.kernelSize, this.stride, { ceilMode: this.ceilMode });
  }
}

/** (Σ xᵖ)^(1/p) of each window of [N, C, D, H, W] or [C, D, H, W] (`torch.nn.LPPool3d`). */
export class LPPool3d extends LPPool {
  override forward(input: Tensor): Tensor {
    return lpPool3d(input, this.normType, this.kernelSize, this.stride, { ceilMode: this.ceilMode });
  }
}
