import { alexnet } from '../../examples/zoo/alexnet.js';
import { describeNetwork } from './describeNetwork.js';

describeNetwork('alexnet()', alexnet);
