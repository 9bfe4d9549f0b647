// Which seed did these weights come from? A float32 weight that PyTorch's default drew shows 24 bits of every word of the random
// stream. So 1,247 of its elements give the state of the generator, the state gives the seed, and the seed gives
// everything else: what was drawn, in which order, and what was changed afterwards.
import { identify, manualSeed, randn, type Tensor } from 'initree';
import { LeNet5 } from './networks/LeNet5.js';

const SECRET = 20_260_817;

manualSeed(SECRET);
randn([100]); // Data are often drawn before the model.
const weights = new LeNet5().stateDict();
(weights.get('fc2.bias') as Tensor).zero_();
(weights.get('fc3.weight') as Tensor<'float32'>).data[17] = 0.5;

console.log('The weights alone, without the model:\n');
const found = identify(weights);
console.log(String(found));
const [first] = found.tensors;
console.log(
  `\nThe seed is ${found.seed}. Before ${first.name}, ${first.fromWord} words were drawn for something else.`,
);

console.log('\nThe weights and the model:\n');
console.log(String(identify(weights, { model: () => new LeNet5() })));
