import gptPython from './networks/gpt.py?raw';
import gpt from './networks/gpt.ts?raw';
import lenet5Python from './networks/lenet5.py?raw';
import lenet5 from './networks/lenet5.ts?raw';
import mlpPython from './networks/mlp.py?raw';
import mlp from './networks/mlp.ts?raw';
import resnetPython from './networks/resnet.py?raw';
import resnet from './networks/resnet.ts?raw';
import type { Sources } from './writePrograms.js';

/** The text of the files that define the networks. */
export const SOURCES: Sources = {
  mlp: { typescript: mlp, pytorch: mlpPython },
  lenet5: { typescript: lenet5, pytorch: lenet5Python },
  resnet: { typescript: resnet, pytorch: resnetPython },
  gpt: { typescript: gpt, pytorch: gptPython },
};
