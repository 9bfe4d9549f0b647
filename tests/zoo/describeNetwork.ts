import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { arange, defaultGenerator, Generator, manualSeed, nn, noGrad, randint, randn, safetensors } from 'initree';
import { bytesOf, type Numbers, readGolden, sha256, stateHash } from '../golden/readGolden.js';
import { isFullRun } from '../isFullRun.js';
import { expectNumbers } from '../nn/numbers.js';

/** One network of `models.json`: shape and the first 16 digits of the SHA-256 of every tensor. */
interface ModelCase {
  readonly model: string;
  readonly state: Readonly<Record<string, readonly [shape: number[], sha256: string]>>;
}

/** One network of `zoo.json`, as `makeZoo.py` says. */
interface ZooCase {
  /** PyTorch's construction. */
  readonly network: string;
  readonly seed: number;
  readonly state: string;
  readonly rng: string;
  /** How many classes the network's inputs are indices of; absent for standard normals. */
  readonly classes?: number;
  readonly outputs: readonly { readonly shape: number[]; readonly every: number; readonly output: Numbers }[];
  readonly costs: { readonly shape: number[]; readonly parameters: number; readonly multiplyAdds: number };
}

/** Only the full run computes the outputs for images of this size or larger. */
const FULL_SIZE = 224;
/**
 * Only the full run has networks of this number of parameters or more. GPT-2's and the vision transformers' files have
 * small networks of the same classes, and VGG's counts the parameters of all its networks.
 */
const FULL_PARAMETERS = 70e6;
/** Only the full run saves and loads the states of networks of this number of parameters or more. */
const SAVED_PARAMETERS = 10e6;

const modelCases = readGolden<ModelCase>('models.json');
const zooCases = readGolden<ZooCase>('zoo.json');

/**
 * Compares a network with PyTorch's: the bits of its state and of the generator after construction, parameters and
 * multiply-adds, and its outputs in eval mode to 1e-4. A small network's are computed by a second instance that got the state
 * as a safetensors file.
 * @param network PyTorch's construction, as the golden file writes it
 * @param build the same construction in our words
 * @param when `'full'` for a network that only the full run builds, as a smaller one has the same parts; default: `'always'`
 */
export function describeNetwork(network: string, build: () => nn.Module, when: 'always' | 'full' = 'always'): void {
  const golden = zooCases.find((known) => known.network === network);
  if (golden === undefined) throw new Error(`zoo.json has no network '${network}'`);
  if ((when === 'full' || golden.costs.parameters >= FULL_PARAMETERS) && !isFullRun) return;

  describe(network, () => {
    let model: nn.Module;
    let rng: string;
    beforeAll(() => {
      manualSeed(golden.seed);
      model = build();
      rng = stateHash(defaultGenerator);
    });
    afterAll(() => {
      // Jest holds on to closures, which would add up the networks of a file.
      model = new nn.Identity();
    });

    it('is built with PyTorch’s bits', () => {
      const known = modelCases.find(({ model }) => `${model}()` === `torchvision.models.${network}`);
      if (known) expect(stateOf(model)).toEqual(Object.entries(known.state));
      else expect(digestOf(model)).toBe(golden.state);
      expect(rng).toBe(golden.rng);
    });

    it('has PyTorch’s numbers of parameters and multiply-adds', () => {
      const { shape, parameters, multiplyAdds } = golden.costs;
      const options = golden.classes === undefined ? {} : { dtype: 'int64' as const };
      expect(model.summary(shape, options).totals).toMatchObject({ parameters, multiplyAdds });
    });

    const outputs = golden.outputs.filter(({ shape }) => isFullRun || Math.max(...shape) < FULL_SIZE);
    const isSaved = isFullRun || golden.costs.parameters < SAVED_PARAMETERS;
    it(`gives PyTorch’s outputs${isSaved ? ', its state saved and loaded' : ''}`, () => {
      trainALittle(model, new Generator(7));
      const evaluated = (isSaved ? savedAndLoaded(model, build) : model).eval();
      for (const { shape, every, output } of outputs) {
        const options = { generator: new Generator(8) };
        const { classes } = golden;
        const input = classes === undefined ? randn(shape, options) : randint(0, classes, shape, options);
        const [first] = [noGrad(() => evaluated.forward(input))].flat();
        const found = first.view(-1);
        expectNumbers(found.indexSelect(0, arange(0, found.numel, every)), output, 1e-4);
      }
    });
  });
}

/** A second instance, which got the state of the first one as the bytes of a safetensors file. */
function savedAndLoaded(model: nn.Module, build: () => nn.Module): nn.Module {
  const loaded = nn.skipInit(build);
  loaded.loadStateDict(safetensors.parse(safetensors.serialize(model.stateDict())).tensors);
  return loaded;
}

function stateOf(model: nn.Module): [key: string, [shape: number[], sha256: string]][] {
  return [...model.stateDict()].map(([key, tensor]) => [
    key,
    [[...tensor.shape], sha256(bytesOf(tensor)).slice(0, 16)],
  ]);
}

function digestOf(model: nn.Module): string {
  const hash = createHash('sha256');
  for (const [key, tensor] of model.stateDict()) hash.update(key).update(bytesOf(tensor));
  return hash.digest('hex');
}

/**
 * Draws running statistics, layer scales and zero weights as if the network had been trained; fresh ones would make batch
 * normalisation, scaled branches and zero classifiers do next to nothing.
 */
function trainALittle(model: nn.Module, generator: Generator): void {
  for (const module of model.modules()) {
    if (!(module instanceof nn.BatchNorm2d)) continue;
    module.runningMean?.normal_(0, 0.1, { generator });
    module.runningVar?.uniform_(0.5, 1.5, { generator });
  }
  for (const [path, parameter] of model.namedParameters()) {
    if (path.endsWith('layer_scale')) parameter.uniform_(5, 15, { generator });
    else if (parameter.ndim > 1 && parameter.norm().item() === 0) parameter.normal_(0, 0.1, { generator });
  }
}
