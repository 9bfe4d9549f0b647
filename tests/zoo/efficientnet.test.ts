import { efficientnetB0 } from '../../examples/zoo/efficientnet.js';
import { describeNetwork } from './describeNetwork.js';

describeNetwork('efficientnet_b0()', efficientnetB0);
