import { densenet121 } from '../../examples/zoo/densenet.js';
import { describeNetwork } from './describeNetwork.js';

describeNetwork('densenet121()', densenet121);
