/**
 * Published policies. Each preset is a function that returns a policy. Its property `about` has the source, the rule in words,
 * the options, and the differences from the source.
 */
export type { LearningRateOptions, Parametrization } from './policy/Parametrization.js';
export { type BertPresetOptions, bert } from './policy/presets/bert.js';
export { type ConvNeXtPresetOptions, convnext } from './policy/presets/convnext.js';
export { dcgan } from './policy/presets/dcgan.js';
export { type DeepNetPresetOptions, deepnet } from './policy/presets/deepnet.js';
export type { Preset, PresetAbout } from './policy/presets/definePreset.js';
export { densenet } from './policy/presets/densenet.js';
export { type DetectorHeadOptions, detectorHead } from './policy/presets/detectorHead.js';
export { efficientnet } from './policy/presets/efficientnet.js';
export { type FixupPresetOptions, fixup } from './policy/presets/fixup.js';
export { flaxDefaults } from './policy/presets/flaxDefaults.js';
export { fpn } from './policy/presets/fpn.js';
export { googlenet } from './policy/presets/googlenet.js';
export { type GPT2PresetOptions, gpt2 } from './policy/presets/gpt2.js';
export { inceptionV3 } from './policy/presets/inceptionV3.js';
export { kerasDefaults } from './policy/presets/kerasDefaults.js';
export { lenet5 } from './policy/presets/lenet5.js';
export { type LlamaPresetOptions, llama } from './policy/presets/llama.js';
export { mnasnet } from './policy/presets/mnasnet.js';
export { mobilenet } from './policy/presets/mobilenet.js';
export { msra } from './policy/presets/msra.js';
export { type MupPresetOptions, mup } from './policy/presets/mup.js';
export { type NeoxSmallInitOptions, type NeoxWangOptions, neoxSmallInit, neoxWang } from './policy/presets/neox.js';
export { ppo } from './policy/presets/ppo.js';
export { regnet } from './policy/presets/regnet.js';
export { type ResNetPresetOptions, resnet } from './policy/presets/resnet.js';
export { type SirenPresetOptions, siren } from './policy/presets/siren.js';
export { squeezenet } from './policy/presets/squeezenet.js';
export { swin } from './policy/presets/swin.js';
export { type T5PresetOptions, t5 } from './policy/presets/t5.js';
export { timmEfficientnet } from './policy/presets/timmEfficientnet.js';
export { timmVit } from './policy/presets/timmVit.js';
export { type TimmVitJaxOptions, timmVitJax } from './policy/presets/timmVitJax.js';
export { timmVitMoco } from './policy/presets/timmVitMoco.js';
export { torchtitanLlama } from './policy/presets/torchtitanLlama.js';
export { vgg } from './policy/presets/vgg.js';
export { vit } from './policy/presets/vit.js';
