// How much memory does a process have at most that builds GPT-2 and initialises it, beyond 1.15 times its parameters?
import { initializeWeights, nn, presets } from 'initree';
import { gpt2 } from '../../examples/zoo/gpt2.js';

const network = nn.deferInit(() => gpt2());
initializeWeights(network, presets.gpt2());
let bytes = 0;
for (const { numel } of network.parameters()) bytes += numel * 4;
process.send?.((process.resourceUsage().maxRSS * 1024 - 1.15 * bytes) / 1e6);
process.disconnect();
