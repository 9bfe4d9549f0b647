import { squeezenet1_1 } from '../../examples/zoo/squeezenet.js';
import { describeNetwork } from './describeNetwork.js';

describeNetwork('squeezenet1_1()', squeezenet1_1);
