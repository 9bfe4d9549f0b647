import { swinT } from '../../examples/zoo/swin.js';
import { describeNetwork } from './describeNetwork.js';

describeNetwork('swin_t()', swinT);
