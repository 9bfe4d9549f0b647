import { resnet18, resnet34, resnet50, resnet101 } from '../../examples/zoo/resnet.js';
import { describeNetwork } from './describeNetwork.js';

describeNetwork('resnet18()', resnet18);
describeNetwork('resnet34()', resnet34, 'full');
describeNetwork('resnet50()', resnet50);
describeNetwork('resnet101()', resnet101, 'full');
describeNetwork('resnet18(zero_init_residual=True)', () => resnet18({ zeroInitResidual: true }));
describeNetwork('resnet50(zero_init_residual=True)', () => resnet50({ zeroInitResidual: true }), 'full');
