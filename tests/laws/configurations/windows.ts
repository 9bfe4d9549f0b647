import { type Configurations, type Drawn, type Given, normal, type Picker, perDimension } from '../Configuration.js';

/** How many elements a kernel reaches over. */
function reachOf(kernel: number[], dilation: number[]): number[] {
  return kernel.map((size, d) => dilation[d] * (size - 1) + 1);
}

/** How many windows fit. */
function countOf(size: number, reach: number, stride: number, padding: number): number {
  return Math.floor((size + 2 * padding - reach) / stride) + 1;
}

function convolution(dims: number): Drawn {
  return (pick) => {
    const groups = pick.int(1, 3);
    const [inputs, outputs] = pick.ints(2, 1, 2).map((count) => count * groups);
    const given = pick.options({
      stride: pick.sizes(dims, 1, 3),
      padding: pick.of<Given>('valid', 'same', pick.sizes(dims, 0, 2)),
      dilation: pick.sizes(dims, 1, 2),
      bias: pick.flag(),
      paddingMode: pick.of('zeros', 'reflect', 'replicate', 'circular'),
    });
    if (given.padding === 'same') given.stride = 1;
    const kernelSize = pick.sizes(dims, 1, 3);
    const kernel = perDimension(kernelSize, dims, 1);
    const reach = reachOf(kernel, perDimension(given.dilation, dims, 1));
    const stride = perDimension(given.stride, dims, 1);
    const isWord = typeof given.padding === 'string';
    const padding = isWord ? kernel.map(() => 0) : perDimension(given.padding, dims, 0);
    const spatial = reach.map((size, d) => Math.max(size, padding[d] + 1) + pick.int(0, 2));
    const output =
      given.padding === 'same' ? spatial : spatial.map((size, d) => countOf(size, reach[d], stride[d], padding[d]));
    const batch = pick.batch();
    return {
      args: [inputs, outputs, kernelSize, { ...given, groups }],
      inputs: [normal(...batch, inputs, ...spatial)],
      outputs: [[...batch, outputs, ...output]],
    };
  };
}

function transposedConvolution(dims: number): Drawn {
  return (pick) => {
    const groups = pick.int(1, 3);
    const [inputs, outputs] = pick.ints(2, 1, 2).map((count) => count * groups);
    const stride = pick.ints(dims, 1, 3);
    const given = pick.options({
      padding: pick.sizes(dims, 0, 1),
      outputPadding: stride.map((size) => pick.int(0, size - 1)),
      dilation: pick.sizes(dims, 1, 2),
      bias: pick.flag(),
    });
    const kernelSize = pick.sizes(dims, 2, 3);
    const reach = reachOf(perDimension(kernelSize, dims, 1), perDimension(given.dilation, dims, 1));
    const padding = perDimension(given.padding, dims, 0);
    const extra = perDimension(given.outputPadding, dims, 0);
    const spatial = pick.ints(dims, 2, 3);
    const output = spatial.map((size, d) => (size - 1) * stride[d] - 2 * padding[d] + reach[d] + extra[d]);
    const batch = pick.batch();
    return {
      args: [inputs, outputs, kernelSize, { ...given, stride, groups }],
      inputs: [normal(...batch, inputs, ...spatial)],
      outputs: [[...batch, outputs, ...output]],
    };
  };
}

/** What pooling windows of a size can be given; the number of windows counts one more for `ceilMode` where it starts inside. */
function slidingPool(
  dims: number,
  optionsOf: (pick: Picker) => Record<string, Given>,
  leading: (pick: Picker) => Given[] = () => [],
  withIndices = false,
): Drawn {
  return (pick) => {
    const kernelSize = pick.sizes(dims, 1, 3);
    const kernel = perDimension(kernelSize, dims, 1);
    const stride = pick.of<Given>(null, pick.sizes(dims, 1, 3));
    const options = pick.options({ ...optionsOf(pick), ceilMode: pick.flag() });
    if ('padding' in options) options.padding = kernel.map((size) => pick.int(0, Math.floor(size / 2)));
    const padding = perDimension(options.padding, dims, 0);
    const steps = stride === null ? kernel : perDimension(stride, dims, 1);
    const reach = reachOf(kernel, perDimension(options.dilation, dims, 1));
    const spatial = reach.map((size) => size + pick.int(0, 3));
    const output = spatial.map((size, d) => {
      const [before, step] = [padding[d], steps[d]];
      if (!options.ceilMode) return countOf(size, reach[d], step, before);
      const count = Math.ceil((size + 2 * before - reach[d]) / step) + 1;
      return (count - 1) * step >= size + before ? count - 1 : count;
    });
    const shape = [...pick.batch(), pick.int(1, 2)];
    return {
      args: [...leading(pick), kernelSize, stride, options],
      inputs: [normal(...shape, ...spatial)],
      outputs: new Array(withIndices && options.returnIndices ? 2 : 1).fill([...shape, ...output]),
    };
  };
}

const maxPool = (dims: number) =>
  slidingPool(
    dims,
    (pick) => ({ padding: 0, dilation: pick.sizes(dims, 1, 2), returnIndices: pick.flag() }),
    () => [],
    true,
  );

const averagePool = (dims: number) =>
  slidingPool(dims, (pick) => ({
    padding: 0,
    countIncludePad: pick.flag(),
    ...(dims > 1 ? { divisorOverride: pick.int(1, 3) } : {}),
  }));

const powerPool = (dims: number) =>
  slidingPool(
    dims,
    () => ({}),
    (pick) => [pick.of(1, 2, 4)],
  );

function adaptivePool(dims: number, withIndices: boolean): Drawn {
  return (pick) => {
    const spatial = pick.ints(dims, 1, 5);
    const sizes = pick.of<Given>(pick.int(1, 3), pick.ints(dims, 1, 6));
    const options = pick.options({ returnIndices: pick.flag() });
    const shape = [...pick.batch(), pick.int(1, 2)];
    return {
      args: withIndices ? [sizes, options] : [sizes],
      inputs: [normal(...shape, ...spatial)],
      outputs: new Array(withIndices && options.returnIndices ? 2 : 1).fill([
        ...shape,
        ...perDimension(sizes, dims, 1),
      ]),
    };
  };
}

/** Blocks over an image, and how many there are. */
function blocks(pick: Picker) {
  const kernelSize = pick.sizes(2, 1, 3);
  const kernel = perDimension(kernelSize, 2, 1);
  const options = pick.options({
    dilation: pick.sizes(2, 1, 2),
    padding: pick.sizes(2, 0, 1),
    stride: pick.sizes(2, 1, 2),
  });
  const reach = reachOf(kernel, perDimension(options.dilation, 2, 1));
  const spatial = reach.map((size) => size + pick.int(0, 3));
  const counts = spatial.map((size, d) =>
    countOf(size, reach[d], perDimension(options.stride, 2, 1)[d], perDimension(options.padding, 2, 0)[d]),
  );
  const channels = pick.int(1, 2);
  const image = [channels, ...spatial];
  const columns = [channels * kernel[0] * kernel[1], counts[0] * counts[1]];
  return { kernelSize, options, spatial, image, columns, batch: pick.batch() };
}

const unfold: Drawn = (pick) => {
  const { kernelSize, options, image, columns, batch } = blocks(pick);
  return { args: [kernelSize, options], inputs: [normal(...batch, ...image)], outputs: [[...batch, ...columns]] };
};

const fold: Drawn = (pick) => {
  const { kernelSize, options, spatial, image, columns, batch } = blocks(pick);
  return {
    args: [spatial, kernelSize, options],
    inputs: [normal(...batch, ...columns)],
    outputs: [[...batch, ...image]],
  };
};

/** Layers of windows that slide over images. */
export const WINDOWS: Configurations = {
  ...Object.fromEntries(
    [1, 2, 3].flatMap((dims) => [
      [`Conv${dims}d`, convolution(dims)],
      [`ConvTranspose${dims}d`, transposedConvolution(dims)],
      [`MaxPool${dims}d`, maxPool(dims)],
      [`AvgPool${dims}d`, averagePool(dims)],
      [`LPPool${dims}d`, powerPool(dims)],
      [`AdaptiveAvgPool${dims}d`, adaptivePool(dims, false)],
      [`AdaptiveMaxPool${dims}d`, adaptivePool(dims, true)],
    ]),
  ),
  Unfold: unfold,
  Fold: fold,
};
