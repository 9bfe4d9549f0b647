import { type nn, type Policy, presets, randint, randn, type Tensor } from 'initree';
import { alexnet } from '../../examples/zoo/alexnet.js';
import { CharLSTM } from '../../examples/zoo/charLstm.js';
import { convnextTiny } from '../../examples/zoo/convnext.js';
import { dcganDiscriminator, dcganGenerator } from '../../examples/zoo/dcgan.js';
import { densenet121 } from '../../examples/zoo/densenet.js';
import { efficientnetB0 } from '../../examples/zoo/efficientnet.js';
import { googlenet } from '../../examples/zoo/googlenet.js';
import { GPT2LMHeadModel } from '../../examples/zoo/gpt2.js';
import { mobilenetV2 } from '../../examples/zoo/mobilenetV2.js';
import { mobilenetV3Small } from '../../examples/zoo/mobilenetV3.js';
import { resnet18, resnet50 } from '../../examples/zoo/resnet.js';
import { squeezenet1_1 } from '../../examples/zoo/squeezenet.js';
import { swinT } from '../../examples/zoo/swin.js';
import { vgg11, vgg11Bn } from '../../examples/zoo/vgg.js';
import { VisionTransformer } from '../../examples/zoo/vit.js';

/** A network of the zoo with its own policy, on a batch that is small enough for a test. */
export interface ZooStart {
  /** The name in the table of docs/probe.md. */
  readonly name: string;
  readonly build: () => nn.Module;
  readonly input: () => Tensor;
  /** Default: none, the constructor initialises the network. */
  readonly policy?: Policy;
  /** Whether only the full run probes it. */
  readonly isLarge?: boolean;
}

const images = (count: number) => () => randn([count, 3, 64, 64]);

export const ZOO_STARTS: readonly ZooStart[] = [
  { name: 'alexnet', build: alexnet, input: images(4), isLarge: true },
  { name: 'CharLSTM', build: () => new CharLSTM(65), input: () => randint(0, 65, [20, 8]) },
  { name: 'convnextTiny', build: convnextTiny, input: images(2), policy: presets.convnext(), isLarge: true },
  { name: 'dcganGenerator', build: dcganGenerator, input: () => randn([8, 100, 1, 1]), policy: presets.dcgan() },
  { name: 'dcganDiscriminator', build: dcganDiscriminator, input: images(8), policy: presets.dcgan(), isLarge: true },
  { name: 'densenet121', build: densenet121, input: images(4), policy: presets.densenet(), isLarge: true },
  { name: 'efficientnetB0', build: efficientnetB0, input: images(4), policy: presets.efficientnet(), isLarge: true },
  {
    name: 'GPT-2, 3 blocks',
    build: () => new GPT2LMHeadModel({ nLayer: 3, nHead: 4, nEmbd: 128, nPositions: 64, vocabSize: 500 }),
    input: () => randint(0, 500, [4, 32]),
    policy: presets.gpt2(),
  },
  { name: 'googlenet', build: googlenet, input: images(4), policy: presets.googlenet(), isLarge: true },
  { name: 'mobilenetV2', build: mobilenetV2, input: images(4), policy: presets.mobilenet(), isLarge: true },
  { name: 'mobilenetV3Small', build: mobilenetV3Small, input: images(4), policy: presets.mobilenet() },
  { name: 'resnet18', build: resnet18, input: images(4), policy: presets.resnet(), isLarge: true },
  {
    name: 'resnet18, zero-γ',
    build: resnet18,
    input: images(4),
    policy: presets.resnet({ zeroInitResidual: true }),
    isLarge: true,
  },
  { name: 'resnet50', build: resnet50, input: images(4), policy: presets.resnet(), isLarge: true },
  { name: 'squeezenet1_1', build: squeezenet1_1, input: images(4), policy: presets.squeezenet() },
  { name: 'swinT', build: swinT, input: images(1), policy: presets.swin(), isLarge: true },
  { name: 'vgg11', build: vgg11, input: images(2), policy: presets.vgg(), isLarge: true },
  { name: 'vgg11Bn', build: vgg11Bn, input: images(2), policy: presets.vgg(), isLarge: true },
  {
    name: 'ViT, 4 blocks',
    build: () => new VisionTransformer(64, 16, 4, 4, 128, 512, { numClasses: 100 }),
    input: images(4),
    policy: presets.vit(),
  },
];
