import { normal } from '../../init/normal.js';
import { zeroRow } from '../../init/zeroRow.js';
import { Embedding } from '../../nn/layers/embedding.js';
import { type Derived, derive } from '../derive.js';

/** The initialisation of embeddings in transformers (Hugging Face): N(0, std²), the padding row 0. */
export function normalEmbedding(std: number): Derived {
  const table = normal(0, std);
  return derive(Embedding, ({ paddingIdx }) => (paddingIdx === null ? table : zeroRow(paddingIdx, table)));
}
