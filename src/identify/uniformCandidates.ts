import { calculateFanInAndFanOut } from '../init/fan.js';
import { kaimingUniform } from '../init/kaiming.js';
import { xavierUniform } from '../init/xavier.js';
import type { Shape } from '../tensor/Shape.js';

/** A law U[−bound, bound) that a tensor may have been drawn from. */
export interface UniformCandidate {
  readonly bound: number;
  /** Where PyTorch uses the law. */
  readonly use: string;
}

/** The weights of most layers, and what programs often draw in their place. */
const OF_WEIGHTS = [
  { use: 'default', initializer: kaimingUniform({ a: Math.sqrt(5) }) },
  { use: 'xavierUniform', initializer: xavierUniform() },
  { use: 'kaimingUniform, relu', initializer: kaimingUniform({ nonlinearity: 'relu' }) },
];

/** The end of a name: the member of a layer and, for a recurrent layer, its input and its place among the layers. */
const MEMBER = /(weight|bias)(?:_(ih|hh)(\w*))?$/;

/**
 * The uniform laws from which PyTorch's layers and `torch.nn.init` would draw a tensor. The bounds of a bias and of a recurrent
 * layer do not follow from the shape of the tensor alone, but from the weight beside it.
 * @param forms the forms of all tensors by name
 */
export function uniformCandidates(
  name: string,
  shape: Shape,
  forms: ReadonlyMap<string, { readonly shape: Shape }>,
): readonly UniformCandidate[] {
  const [member = '', kind, input, place] = MEMBER.exec(name) ?? [];
  const shapeBeside = (other: string) => forms.get(name.slice(0, name.length - member.length) + other)?.shape;
  if (input !== undefined) return ofBound('default of recurrent layers', shapeBeside(`weight_hh${place}`)?.[1]);
  const weight = kind === 'bias' ? shapeBeside('weight') : shape;
  if (weight === undefined || weight.length < 2 || weight.includes(0)) return [];
  const ofBilinear = weight.length === 3 ? ofBound('default of Bilinear', weight[1]) : [];
  if (kind === 'bias') return [...ofBound('default', calculateFanInAndFanOut({ shape: weight })[0]), ...ofBilinear];
  const ofWeights = OF_WEIGHTS.flatMap(({ use, initializer }) => {
    const law = initializer.law(weight);
    return law.kind === 'uniform' ? [{ bound: law.to, use }] : [];
  });
  return [...ofWeights, ...ofBilinear];
}

/** U(−1/√size, 1/√size). */
function ofBound(use: string, size: number | undefined): readonly UniformCandidate[] {
  return size ? [{ bound: 1 / Math.sqrt(size), use }] : [];
}
