import { gpt2 } from '../../examples/zoo/gpt2.js';
import { describeNetwork } from './describeNetwork.js';

describeNetwork('GPT2LMHeadModel(GPT2Config())', gpt2);
describeNetwork('GPT2LMHeadModel(GPT2Config(vocab_size=97, n_positions=32, n_embd=24, n_layer=3, n_head=4))', () =>
  gpt2({ vocabSize: 97, nPositions: 32, nEmbd: 24, nLayer: 3, nHead: 4 }),
);
