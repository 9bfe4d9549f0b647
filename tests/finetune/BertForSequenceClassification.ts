import { nn } from '../../src/index.js';

/** Sizes of a small BERT, as in `makeFineTuning.py`. */
const SIZES = { hidden: 8, layers: 2, intermediate: 12, positions: 10 };

/** A block without a forward: only its members count here. */
class Block extends nn.Module {
  constructor(members: Record<string, nn.Module>) {
    super();
    for (const [name, member] of Object.entries(members)) this.addModule(name, member);
  }

  override forward(): never {
    throw new Error('the fixture cannot run');
  }
}

const { hidden, layers, intermediate, positions } = SIZES;

const embeddings = (vocabulary: number) =>
  new Block({
    word_embeddings: new nn.Embedding(vocabulary, hidden, { paddingIdx: 0 }),
    position_embeddings: new nn.Embedding(positions, hidden),
    token_type_embeddings: new nn.Embedding(2, hidden),
    LayerNorm: new nn.LayerNorm(hidden),
  });

const layer = () =>
  new Block({
    attention: new Block({
      self: new Block({
        query: new nn.Linear(hidden, hidden),
        key: new nn.Linear(hidden, hidden),
        value: new nn.Linear(hidden, hidden),
      }),
      output: new Block({ dense: new nn.Linear(hidden, hidden), LayerNorm: new nn.LayerNorm(hidden) }),
    }),
    intermediate: new Block({ dense: new nn.Linear(hidden, intermediate) }),
    output: new Block({ dense: new nn.Linear(intermediate, hidden), LayerNorm: new nn.LayerNorm(hidden) }),
  });

/** The parameters of `BertForSequenceClassification` of transformers, in its order. */
export class BertForSequenceClassification extends Block {
  constructor(labels = 2, vocabulary = 13) {
    super({
      bert: new Block({
        embeddings: embeddings(vocabulary),
        encoder: new Block({ layer: new nn.ModuleList(Array.from({ length: layers }, layer)) }),
        pooler: new Block({ dense: new nn.Linear(hidden, hidden) }),
      }),
      classifier: new nn.Linear(hidden, labels),
    });
  }
}
