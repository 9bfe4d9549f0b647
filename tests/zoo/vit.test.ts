import { VisionTransformer, vitB16, vitB32 } from '../../examples/zoo/vit.js';
import { describeNetwork } from './describeNetwork.js';

describeNetwork('vit_b_16()', vitB16);
describeNetwork('vit_b_32()', vitB32);
describeNetwork(
  'VisionTransformer(32, 8, 2, 4, 64, 128, num_classes=10, representation_size=24)',
  () => new VisionTransformer(32, 8, 2, 4, 64, 128, { numClasses: 10, representationSize: 24 }),
);
