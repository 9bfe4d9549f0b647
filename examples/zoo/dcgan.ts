// DCGAN (Radford et al. 2015, https://arxiv.org/abs/1511.06434) as PyTorch's example and tutorial build it
// (github.com/pytorch/examples, dcgan): a generator of 64×64 images and a discriminator that tells them from real ones, both
// initialised by the paper's rule through `apply`.
import { init, nn, type Tensor } from 'initree';

/** The number of random numbers that an image is generated from. */
const LATENT = 100;
/** Channels of the largest feature maps. The smaller maps have 2, 4 and 8 times as many. */
const WIDTH = 64;
const COLOURS = 3;

/** The generator's step: it doubles the image's size. */
const up = (from: number, to: number) => new nn.ConvTranspose2d(from, to, 4, { stride: 2, padding: 1, bias: false });

/** The discriminator's step: it halves the image's size. */
const down = (from: number, to: number) => new nn.Conv2d(from, to, 4, { stride: 2, padding: 1, bias: false });

const relu = () => new nn.ReLU({ inplace: true });
const leakyRelu = () => new nn.LeakyReLU(0.2, { inplace: true });

/** Generates images from random numbers. */
export class Generator extends nn.Module {
  main = new nn.Sequential(
    new nn.ConvTranspose2d(LATENT, WIDTH * 8, 4, { bias: false }),
    new nn.BatchNorm2d(WIDTH * 8),
    relu(),
    up(WIDTH * 8, WIDTH * 4),
    new nn.BatchNorm2d(WIDTH * 4),
    relu(),
    up(WIDTH * 4, WIDTH * 2),
    new nn.BatchNorm2d(WIDTH * 2),
    relu(),
    up(WIDTH * 2, WIDTH),
    new nn.BatchNorm2d(WIDTH),
    relu(),
    up(WIDTH, COLOURS),
    new nn.Tanh(),
  );

  /** @param z [N, 100, 1, 1], standard normal → images of −1 to 1, [N, 3, 64, 64] */
  override forward(z: Tensor): Tensor {
    return this.main.forward(z);
  }
}

/** Estimates the probability that an image is real. */
export class Discriminator extends nn.Module {
  main = new nn.Sequential(
    down(COLOURS, WIDTH),
    leakyRelu(),
    down(WIDTH, WIDTH * 2),
    new nn.BatchNorm2d(WIDTH * 2),
    leakyRelu(),
    down(WIDTH * 2, WIDTH * 4),
    new nn.BatchNorm2d(WIDTH * 4),
    leakyRelu(),
    down(WIDTH * 4, WIDTH * 8),
    new nn.BatchNorm2d(WIDTH * 8),
    leakyRelu(),
    new nn.Conv2d(WIDTH * 8, 1, 4, { bias: false }),
    new nn.Sigmoid(),
  );

  /** @param images [N, 3, 64, 64] → probabilities, [N] */
  override forward(images: Tensor): Tensor {
    return this.main.forward(images).view(-1);
  }
}

/** The paper's rule for one module: convolutions N(0, 0.02), batch normalisation N(1, 0.02) with an offset of 0. */
export function weightsInit(m: nn.Module): void {
  if (m instanceof nn.Conv2d || m instanceof nn.ConvTranspose2d) {
    init.normal_(m.weight, 0, 0.02);
  } else if (m instanceof nn.BatchNorm2d && m.weight) {
    init.normal_(m.weight, 1, 0.02);
    m.bias?.zero_();
  }
}

export const dcganGenerator = () => new Generator().apply(weightsInit);
export const dcganDiscriminator = () => new Discriminator().apply(weightsInit);
