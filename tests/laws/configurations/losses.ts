import {
  type Configurations,
  type Drawn,
  fixed,
  type Given,
  indices,
  normal,
  type Picker,
  unit,
} from '../Configuration.js';

/** Losses of elements and targets of the same shape. */
function elementLoss(options: (pick: Picker) => Record<string, Given>, kind = normal): Drawn {
  return (pick) => {
    const shape = pick.ints(pick.int(1, 3), 1, 4);
    const given = pick.options({ reduction: pick.of('mean', 'sum', 'none'), ...options(pick) });
    return {
      args: [given],
      inputs: [kind(...shape), kind(...shape)],
      outputs: [given.reduction === 'none' ? shape : []],
    };
  };
}

function classLoss(options: (pick: Picker) => Record<string, Given>): Drawn {
  return (pick) => {
    const classes = pick.int(2, 5);
    const [batch, rest] = pick.flag() ? [[], []] : [[pick.int(1, 4)], pick.ints(pick.int(0, 2), 1, 3)];
    const given = pick.options({
      reduction: pick.of('mean', 'sum', 'none'),
      weight: fixed(unit(classes)),
      ignoreIndex: pick.of(-100, 1),
      ...options(pick),
    });
    const target = [...batch, ...rest];
    return {
      args: [given],
      inputs: [normal(...batch, classes, ...rest), indices(classes, ...target)],
      outputs: [given.reduction === 'none' ? target : []],
    };
  };
}

const cosineSimilarity: Drawn = (pick) => {
  const shape = pick.ints(pick.int(2, 3), 1, 4);
  const options = pick.options({ dim: pick.int(-shape.length, shape.length - 1), eps: 1e-4 });
  return {
    args: [options],
    inputs: [normal(...shape), normal(...shape)],
    outputs: [shape.filter((_, d) => d !== ((options.dim ?? 1) + shape.length) % shape.length)],
  };
};

const pairwiseDistance: Drawn = (pick) => {
  const shape = [...pick.batch(), pick.int(1, 4)];
  const options = pick.options({ p: pick.of(1, 2, 3, 1.5), eps: 1e-4, keepdim: pick.flag() });
  return {
    args: [options],
    inputs: [normal(...shape), normal(...shape)],
    outputs: [options.keepdim ? shape.with(-1, 1) : shape.slice(0, -1)],
  };
};

/** Losses and distances. */
export const LOSSES: Configurations = {
  CrossEntropyLoss: classLoss((pick) => ({ labelSmoothing: pick.of(0.1, 0.5) })),
  NLLLoss: classLoss(() => ({})),
  MSELoss: elementLoss(() => ({})),
  L1Loss: elementLoss(() => ({})),
  SmoothL1Loss: elementLoss((pick) => ({ beta: pick.of(0.5, 2) })),
  HuberLoss: elementLoss((pick) => ({ delta: pick.of(0.5, 2) })),
  BCELoss: elementLoss(() => ({}), unit),
  BCEWithLogitsLoss: elementLoss(() => ({ posWeight: fixed(unit(1)) }), unit),
  KLDivLoss: elementLoss((pick) => ({ logTarget: pick.flag() }), unit),
  CosineSimilarity: cosineSimilarity,
  PairwiseDistance: pairwiseDistance,
};
