// Measures the peak memory of a process that builds and initialises GPT-2, less 1.15 times its parameters, in MB.
import { initializeWeights, nn, presets } from 'initree';
import { gpt2 } from '../../examples/zoo/gpt2.js';

const network = nn.deferInit(() => gpt2());
initializeWeights(network, presets.gpt2());
let bytes = 0;
for (const { numel } of network.parameters()) bytes += numel * 4;
process.send?.((process.resourceUsage().maxRSS * 1024 - 1.15 * bytes) / 1e6);
process.disconnect();
