/** Published policies: each a function that makes a policy, with its source in `about`. */
export type { Preset, PresetAbout } from './policy/presets/definePreset.js';
export { lenet5 } from './policy/presets/lenet5.js';
export { type ResNetPresetOptions, resnet } from './policy/presets/resnet.js';
