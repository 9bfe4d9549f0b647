import { type Configurations, type Drawn, type Given, indices, normal } from '../Configuration.js';

const linear: Drawn = (pick) => {
  const [inputs, outputs] = pick.ints(2, 1, 5);
  const before = pick.ints(pick.int(0, 2), 1, 3);
  return {
    args: [inputs, outputs, pick.options({ bias: pick.flag() })],
    inputs: [normal(...before, inputs)],
    outputs: [[...before, outputs]],
  };
};

const bilinear: Drawn = (pick) => {
  const [a, b, outputs] = pick.ints(3, 1, 4);
  const before = pick.ints(pick.int(0, 2), 1, 3);
  return {
    args: [a, b, outputs, pick.options({ bias: pick.flag() })],
    inputs: [normal(...before, a), normal(...before, b)],
    outputs: [[...before, outputs]],
  };
};

const embedding: Drawn = (pick) => {
  const [rows, columns] = pick.ints(2, 1, 5);
  const shape = pick.ints(pick.int(0, 2), 1, 3);
  return {
    args: [rows, columns, pick.options({ paddingIdx: pick.int(-rows, rows - 1) })],
    inputs: [indices(rows, ...shape)],
    outputs: [[...shape, columns]],
  };
};

const bag: Drawn = (pick) => {
  const [rows, columns] = pick.ints(2, 1, 5);
  const options = pick.options({ mode: pick.of('sum', 'mean', 'max'), paddingIdx: pick.int(-rows, rows - 1) });
  const [bags, size] = pick.ints(2, 1, 3);
  const offsets: Given = { shape: [bags], kind: 'offset', differentiable: false };
  const inputs = pick.flag() ? [indices(rows, bags, size)] : [indices(rows, bags + size), offsets];
  const weights = normal(...(inputs[0] as { shape: number[] }).shape);
  if (options.mode === 'sum' && pick.flag()) inputs.splice(1, 2, inputs[1] ?? null, weights);
  return { args: [rows, columns, options], inputs, outputs: [[bags, columns]] };
};

/** Layers that are a learned table or matrix. */
export const TABLES: Configurations = {
  Linear: linear,
  Bilinear: bilinear,
  Embedding: embedding,
  EmbeddingBag: bag,
};
