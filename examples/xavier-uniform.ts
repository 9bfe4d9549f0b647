// This example initialises one tensor by Xavier's uniform rule with the gain for ReLU. PyTorch prints the same numbers:
//   torch.manual_seed(0); w = torch.empty(3, 5)
//   nn.init.xavier_uniform_(w, gain=nn.init.calculate_gain('relu')); print(w)
import { empty, init, manualSeed } from 'initree';

manualSeed(0);
const w = empty([3, 5]);
init.xavierUniform_(w, init.calculateGain('relu'));
console.log(String(w));
