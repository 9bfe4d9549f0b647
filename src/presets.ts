/** Published policies: each a function that makes a policy, with its source in `about`. */
export { type ConvNeXtPresetOptions, convnext } from './policy/presets/convnext.js';
export type { Preset, PresetAbout } from './policy/presets/definePreset.js';
export { densenet } from './policy/presets/densenet.js';
export { efficientnet } from './policy/presets/efficientnet.js';
export { googlenet } from './policy/presets/googlenet.js';
export { inceptionV3 } from './policy/presets/inceptionV3.js';
export { lenet5 } from './policy/presets/lenet5.js';
export { mnasnet } from './policy/presets/mnasnet.js';
export { mobilenet } from './policy/presets/mobilenet.js';
export { regnet } from './policy/presets/regnet.js';
export { type ResNetPresetOptions, resnet } from './policy/presets/resnet.js';
export { squeezenet } from './policy/presets/squeezenet.js';
export { timmEfficientnet } from './policy/presets/timmEfficientnet.js';
export { vgg } from './policy/presets/vgg.js';
