import { convnextTiny } from '../../examples/zoo/convnext.js';
import { describeNetwork } from './describeNetwork.js';

describeNetwork('convnext_tiny()', convnextTiny);
