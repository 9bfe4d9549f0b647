import { type Configurations, type Drawn, type Given, normal, perDimension } from '../Configuration.js';

/** Padding by `least` or more elements, less than or up to the size of the input. */
function padding(dims: number, least: number, args: Given[] = []): Drawn {
  return (pick) => {
    const sides = pick.sizes(2 * dims, least, 2);
    const each = perDimension(sides, 2 * dims, 0);
    const spatial = pick.ints(dims, 3, 4);
    const shape = [...pick.batch(), pick.int(1, 2)];
    const output = spatial.map((size, d) => size + each[2 * (dims - 1 - d)] + each[2 * (dims - 1 - d) + 1]);
    return {
      args: [sides, ...args],
      inputs: [normal(...shape, ...spatial)],
      outputs: [[...shape, ...output]],
    };
  };
}

const upsample: Drawn = (pick) => {
  const dims = pick.int(1, 3);
  const spatial = pick.ints(dims, 1, 4);
  const smooth = pick.of(['linear', 'bilinear', 'trilinear'][dims - 1], dims === 2 ? 'bicubic' : 'nearest');
  const mode = pick.of('nearest', 'nearest-exact', 'area', smooth);
  const extent: Record<string, number | number[]> = pick.flag()
    ? { size: pick.sizes(dims, 1, 6) }
    : { scaleFactor: pick.of<number | number[]>(2, 1.5, pick.ints(dims, 1, 3)) };
  const aligned = /linear|cubic/.test(mode) ? pick.options({ alignCorners: pick.flag() }) : {};
  const factors = perDimension(extent.scaleFactor, dims, 1);
  const output =
    'size' in extent ? perDimension(extent.size, dims, 1) : spatial.map((size, d) => Math.floor(size * factors[d]));
  const shape = pick.ints(2, 1, 2);
  return {
    args: [{ ...extent, mode, ...aligned }],
    inputs: [normal(...shape, ...spatial)],
    outputs: [[...shape, ...output]],
  };
};

const upsample2d: Drawn = (pick) => {
  const shape = pick.ints(4, 1, 3);
  const [extent, height, width] = pick.of<[Record<string, Given>, number, number]>(
    [{ size: [5, 4] }, 5, 4],
    [{ scaleFactor: 3 }, 3 * shape[2], 3 * shape[3]],
  );
  return { args: [extent], inputs: [normal(...shape)], outputs: [[shape[0], shape[1], height, width]] };
};

const pixelShuffle: Drawn = (pick) => {
  const [factor, channels, height, width] = [pick.int(1, 3), ...pick.ints(3, 1, 3)];
  const before = pick.ints(pick.int(0, 2), 1, 2);
  return {
    args: [factor],
    inputs: [normal(...before, channels * factor ** 2, height, width)],
    outputs: [[...before, channels, height * factor, width * factor]],
  };
};

const pixelUnshuffle: Drawn = (pick) => {
  const { args, inputs, outputs } = pixelShuffle(pick);
  return { args, inputs: [normal(...outputs[0])], outputs: [(inputs[0] as { shape: number[] }).shape] };
};

const channelShuffle: Drawn = (pick) => {
  const groups = pick.int(1, 3);
  const shape = [pick.int(1, 2), groups * pick.int(1, 3), ...pick.ints(pick.int(1, 2), 1, 3)];
  return { args: [groups], inputs: [normal(...shape)], outputs: [shape] };
};

const flatten: Drawn = (pick) => {
  const shape = pick.ints(pick.int(1, 4), 1, 3);
  const start = pick.int(0, shape.length - 1);
  const end = pick.int(start, shape.length - 1);
  const joined = shape.slice(start, end + 1).reduce((product, size) => product * size, 1);
  return {
    args: [start, pick.of(end, end - shape.length)],
    inputs: [normal(...shape)],
    outputs: [shape.toSpliced(start, end + 1 - start, joined)],
  };
};

const unflatten: Drawn = (pick) => {
  const shape = pick.ints(pick.int(1, 3), 1, 3);
  const dim = pick.int(0, shape.length - 1);
  const sizes = pick.ints(2, 1, 3);
  const given = shape.with(dim, sizes[0] * sizes[1]);
  return {
    args: [pick.of(dim, dim - shape.length), pick.of(sizes, [-1, sizes[1]])],
    inputs: [normal(...given)],
    outputs: [shape.toSpliced(dim, 1, ...sizes)],
  };
};

/** Layers that pad, resample and rearrange images. */
export const IMAGES: Configurations = {
  ...Object.fromEntries(
    [1, 2, 3].flatMap((dims) => [
      [`ZeroPad${dims}d`, padding(dims, -1)],
      [`ConstantPad${dims}d`, padding(dims, -1, [1.5])],
      [`ReflectionPad${dims}d`, padding(dims, 0)],
      [`ReplicationPad${dims}d`, padding(dims, -1)],
      [`CircularPad${dims}d`, padding(dims, 0)],
    ]),
  ),
  Upsample: upsample,
  UpsamplingNearest2d: upsample2d,
  UpsamplingBilinear2d: upsample2d,
  Flatten: flatten,
  Unflatten: unflatten,
  PixelShuffle: pixelShuffle,
  PixelUnshuffle: pixelUnshuffle,
  ChannelShuffle: channelShuffle,
};
