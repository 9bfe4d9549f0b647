import { normal } from '../../init/normal.js';
import { zeroRow } from '../../init/zeroRow.js';
import { Embedding } from '../../nn/layers/embedding.js';
import { type Derived, derive } from '../derive.js';

/** Embeddings as transformers (Hugging Face) begins them: N(0, std²), the padding row 0. */
export function normalEmbedding(std: number): Derived {
  const law = normal(0, std);
  return derive(Embedding, ({ paddingIdx }) => (paddingIdx === null ? law : zeroRow(paddingIdx, law)));
}
