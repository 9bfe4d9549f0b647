import { mobilenetV2 } from '../../examples/zoo/mobilenetV2.js';
import { describeNetwork } from './describeNetwork.js';

describeNetwork('mobilenet_v2()', mobilenetV2);
