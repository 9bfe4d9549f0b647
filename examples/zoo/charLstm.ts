// A character-level language model: the LSTM of PyTorch's word_language_model (github.com/pytorch/examples), which reads a
// text token by token and predicts the next token at each position. After `manualSeed(seed)` its bits are those of
// `RNNModel('LSTM', tokens, 200, 200, 2, 0.2)` after `torch.manual_seed(seed)`.
import { init, nn, type Tensor } from 'initree';
import * as F from 'initree/functional';

/** The state after the text so far: hidden and cell states, each [layers, batch, hiddenSize]. */
export type States = readonly [hidden: Tensor, cell: Tensor];

export interface CharLSTMOptions {
  /** Size of a character's vector. Default: 200. */
  embeddingSize?: number;
  /** Size of the hidden states. Default: 200. */
  hiddenSize?: number;
  /** LSTM layers. Default: 2. */
  layers?: number;
  /** Share of the vectors between the layers that is dropped in training. Default: 0.2. */
  dropout?: number;
  /** Whether the decoder's weight is the embedding itself (Press & Wolf 2016); the two sizes must be equal. Default: false. */
  tieWeights?: boolean;
}

export class CharLSTM extends nn.Module {
  drop: nn.Dropout;
  encoder: nn.Embedding;
  rnn: nn.LSTM;
  decoder: nn.Linear;

  /** @param tokens number of different characters */
  constructor(tokens: number, options: CharLSTMOptions = {}) {
    super();
    const { embeddingSize = 200, hiddenSize = 200, layers = 2, dropout = 0.2, tieWeights = false } = options;
    if (tieWeights && hiddenSize !== embeddingSize) throw new RangeError('tied weights need equal sizes');
    this.drop = new nn.Dropout(dropout);
    this.encoder = new nn.Embedding(tokens, embeddingSize);
    this.rnn = new nn.LSTM(embeddingSize, hiddenSize, { numLayers: layers, dropout });
    this.decoder = new nn.Linear(hiddenSize, tokens);
    if (tieWeights) this.decoder.weight = this.encoder.weight;

    init.uniform_(this.encoder.weight, -0.1, 0.1);
    this.decoder.bias?.zero_();
    init.uniform_(this.decoder.weight, -0.1, 0.1);
  }

  /**
   * @param text indices of characters, [steps, batch]
   * @param states the states that the previous call returned. Default: zeros, for the start of a text
   * @returns logarithms of the probabilities of each next character, [steps · batch, tokens], and the states for the next call
   */
  override forward(text: Tensor, states?: States): [logProbabilities: Tensor, states: States] {
    const vectors = this.drop.forward(this.encoder.forward(text));
    const [hidden, end] = this.rnn.forward(vectors, states);
    const logits = this.decoder.forward(this.drop.forward(hidden));
    return [F.logSoftmax(logits.flatten(0, 1), 1), end];
  }
}
