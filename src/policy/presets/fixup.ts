import { ones, zeros } from '../../init/constant.js';
import { keep } from '../../init/keep.js';
import { normal } from '../../init/normal.js';
import { Conv2d } from '../../nn/layers/convolution.js';
import { Linear } from '../../nn/layers/linear.js';
import type { Module } from '../../nn/Module.js';
import { definePolicy } from '../definePolicy.js';
import { derive } from '../derive.js';
import { parameter, rule } from '../rule.js';
import { definePreset } from './definePreset.js';
import { lastName } from './modulePaths.js';
import { counted } from './presetOptions.js';

/** Options of {@link fixup}. */
export interface FixupPresetOptions {
  /** Number of residual blocks, ≥ 1. Default: null, the number of modules with children conv1 and conv2. */
  layers?: number | null | undefined;
}

/** The initialisation of residual networks without normalisation (Zhang et al. 2019). */
export const fixup = definePreset<FixupPresetOptions>(
  {
    name: 'fixup',
    source: 'github.com/hongyi-zhang/Fixup, imagenet/models/fixup_resnet_imagenet.py, FixupResNet.__init__',
    rule:
      'Conv2d of a block of two: conv1 weight N(0, s² / layers), conv2 0; of three: conv1 and conv2 N(0, s² / √layers), ' +
      'conv3 0; downsample N(0, s²), where s² = 2 / (kernel elements · outChannels). A block is a module with children ' +
      'conv1 and conv2.\n' +
      'Other Conv2d, and biases: as their constructors left them.\nLinear: 0.\n' +
      'Parameters called scale: 1; called bias1, bias1a, bias2b and so on: 0.',
    fidelity: 'rule',
    differs: 'The source cannot be installed. The comparison is with a loop that follows the same rule.',
  },
  { layers: counted('number of residual blocks (default: the number of modules with children conv1 and conv2)') },
  ({ layers }) => {
    const weight = derive(Conv2d, ({ kernelSize: [height, width], outChannels }, { path, parent, model }) => {
      const convolutions = parent ? convolutionsOf(parent) : 0;
      if (convolutions === 0) return keep;
      const name = lastName(path);
      if (name === `conv${convolutions}`) return zeros();
      const std = Math.sqrt(2 / (outChannels * height * width));
      if (name === 'downsample') return normal(0, std);
      return normal(0, std * (layers ?? countBlocks(model)) ** (-0.5 / (convolutions - 1)));
    });
    return definePolicy('fixup', [
      rule(Conv2d, { weight, bias: keep }),
      rule(Linear, { weight: zeros(), bias: zeros() }),
      parameter('**.scale', ones()),
      parameter('**.bias?*', zeros()),
    ]);
  },
);

/** The number of convolutions of a residual block: 2 or 3; 0 if the module is not a residual block. */
function convolutionsOf(module: Module): 0 | 2 | 3 {
  const names = Array.from(module.namedChildren(), ([name]) => name);
  if (!names.includes('conv1') || !names.includes('conv2')) return 0;
  return names.includes('conv3') ? 3 : 2;
}

function countBlocks(model: Module): number {
  return [...model.modules()].filter((module) => convolutionsOf(module) > 0).length;
}
