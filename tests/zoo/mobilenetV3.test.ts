import { mobilenetV3Large, mobilenetV3Small } from '../../examples/zoo/mobilenetV3.js';
import { describeNetwork } from './describeNetwork.js';

describeNetwork('mobilenet_v3_small()', mobilenetV3Small);
describeNetwork('mobilenet_v3_large()', mobilenetV3Large);
