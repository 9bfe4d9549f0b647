import { type Configurations, type Drawn, type Given, normal, type Picker } from '../Configuration.js';

/** Normalisation of channels; a batch for batch normalisation. */
function channelNorm(spatialDims: readonly number[], isBatched: boolean): Drawn {
  return (pick) => {
    const channels = pick.int(1, 3);
    const batch = isBatched ? [pick.int(2, 3)] : pick.batch();
    const shape = [...batch, channels, ...pick.ints(pick.of(...spatialDims), 2, 3)];
    const options = pick.options({
      eps: 1e-3,
      momentum: pick.of(null, 0.3),
      affine: pick.flag(),
      trackRunningStats: pick.flag(),
    });
    // PyTorch refuses the plain average for instance normalisation.
    if (!isBatched && options.momentum === null) options.momentum = 0.5;
    return { args: [channels, options], inputs: [normal(...shape)], outputs: [shape] };
  };
}

const groupNorm: Drawn = (pick) => {
  const groups = pick.int(1, 3);
  const channels = groups * pick.int(1, 2);
  // A single sample of one value in each group is refused.
  const samples = pick.int(channels === groups ? 2 : 1, 3);
  const shape = [samples, channels, ...pick.ints(pick.int(0, 3), 1, 3)];
  return {
    args: [groups, channels, pick.options({ eps: 1e-3, affine: pick.flag() })],
    inputs: [normal(...shape)],
    outputs: [shape],
  };
};

function lastDimensionsNorm(options: (pick: Picker) => Record<string, Given>): Drawn {
  return (pick) => {
    const sizes = pick.ints(pick.int(1, 2), 1, 4);
    const shape = [...pick.ints(pick.int(0, 2), 1, 3), ...sizes];
    const normalizedShape = sizes.length === 1 && pick.flag() ? sizes[0] : sizes;
    return {
      args: [normalizedShape, pick.options({ eps: 1e-3, elementwiseAffine: pick.flag(), ...options(pick) })],
      inputs: [normal(...shape)],
      outputs: [shape],
    };
  };
}

const localResponseNorm: Drawn = (pick) => {
  const shape = [pick.int(1, 2), pick.int(1, 5), ...pick.ints(pick.int(1, 3), 1, 3)];
  const options = pick.options({ alpha: 0.1, beta: 0.5, k: pick.of(1, 2, 0.5) });
  return { args: [pick.int(1, 4), options], inputs: [normal(...shape)], outputs: [shape] };
};

/** Layers that normalise. */
export const NORMALIZATION: Configurations = {
  ...Object.fromEntries(
    [1, 2, 3].flatMap((dims) => [
      [`BatchNorm${dims}d`, channelNorm(dims === 1 ? [0, 1] : [dims], true)],
      [`InstanceNorm${dims}d`, channelNorm([dims], false)],
    ]),
  ),
  GroupNorm: groupNorm,
  LayerNorm: lastDimensionsNorm((pick) => ({ bias: pick.flag() })),
  RMSNorm: lastDimensionsNorm(() => ({})),
  LocalResponseNorm: localResponseNorm,
};
