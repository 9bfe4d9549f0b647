import { ArgumentError, describeValue, isNameIn, nearestName } from '../errors.js';
import { MAX_NESTING } from '../laws/combinators.js';
import { refuseSurplus } from '../readArguments.js';
import { blocks, transposedFans } from './blocks.js';
import { constant, ones, zeros } from './constant.js';
import type { Initializer } from './Initializer.js';
import { dirac, eye } from './identity.js';
import { type KaimingSettings, kaimingNormal, kaimingUniform } from './kaiming.js';
import { keep } from './keep.js';
import { lstmForgetBias } from './lstmForgetBias.js';
import { normal } from './normal.js';
import { deltaOrthogonal, orthogonal } from './orthogonal.js';
import { overwriting } from './overwriting.js';
import { sparse } from './sparse.js';
import { type TruncNormalSettings, truncNormal, truncNormalTf } from './truncatedNormal.js';
import { uniform } from './uniform.js';
import { lecunNormal, lecunUniform, type VarianceScalingSettings, varianceScaling } from './varianceScaling.js';
import { xavierNormal, xavierUniform } from './xavier.js';
import { zeroRow } from './zeroRow.js';

/** Settings as read from JSON. Their values are checked when `law()` is called. */
interface Data {
  readonly a: number;
  readonly b: number;
  readonly count: number;
  readonly discarded: unknown;
  readonly gain: number;
  readonly groups: number;
  readonly initializer: unknown;
  readonly mean: number;
  readonly row: number;
  readonly sparsity: number;
  readonly std: number;
  readonly value: number;
}

const BUILDERS: { readonly [kind: string]: (data: Data, nested: (data: unknown) => Initializer) => Initializer } = {
  blocks: ({ count, initializer }, nested) => blocks(count, nested(initializer)),
  constant: ({ value }) => constant(value),
  deltaOrthogonal: ({ gain }) => deltaOrthogonal(gain),
  dirac: ({ groups }) => dirac(groups),
  eye: () => eye(),
  kaimingNormal: (data) => kaimingNormal(data as KaimingSettings),
  kaimingUniform: (data) => kaimingUniform(data as KaimingSettings),
  keep: () => keep,
  lecunNormal: () => lecunNormal(),
  lecunUniform: () => lecunUniform(),
  lstmForgetBias: ({ value }) => lstmForgetBias(value),
  normal: ({ mean, std }) => normal(mean, std),
  ones: () => ones(),
  orthogonal: ({ gain }) => orthogonal(gain),
  overwriting: ({ discarded, initializer }, nested) => overwriting(nested(discarded), nested(initializer)),
  sparse: ({ sparsity, std }) => sparse(sparsity, std),
  transposedFans: ({ initializer }, nested) => transposedFans(nested(initializer)),
  truncNormal: (data) => truncNormal(data as TruncNormalSettings),
  truncNormalTf: (data) => truncNormalTf(data as TruncNormalSettings),
  uniform: ({ a, b }) => uniform(a, b),
  varianceScaling: (data) => varianceScaling(data as VarianceScalingSettings),
  xavierNormal: ({ gain }) => xavierNormal(gain),
  xavierUniform: ({ gain }) => xavierUniform(gain),
  zeroRow: ({ row, initializer }, nested) => zeroRow(row, nested(initializer)),
  zeros: () => zeros(),
};

/** Settings whose values are initialisers. */
const NESTED = ['discarded', 'initializer'];

/**
 * The initialiser with the data that `JSON.parse(JSON.stringify(initializer))` gives. Missing settings have their defaults.
 * @throws ArgumentError if `data` is not the data of an initialiser, or is nested more than 32 deep; the message names the
 *   wrong kind or setting
 * @example
 * ```ts
 * import { init } from 'initree';
 * console.log(init.fromJSON({ kind: 'xavierNormal', gain: 2 })); // xavierNormal(gain=2)
 * ```
 */
export function fromJSON(data: unknown): Initializer {
  refuseSurplus('init.fromJSON', arguments, ['data']);
  return restore(data, 0);
}

function restore(data: unknown, depth: number): Initializer {
  if (depth > MAX_NESTING) {
    throw new ArgumentError(`expected initializers nested at most ${MAX_NESTING} deep, found deeper data or a cycle`);
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw new ArgumentError(
      `expected the data of an initializer, such as { kind: 'zeros' }, found ${describeValue(data)}`,
    );
  }
  const { kind, ...written } = data as { kind?: unknown };
  if (!isNameIn(BUILDERS, kind)) {
    const names = Object.keys(BUILDERS);
    throw new ArgumentError(`unknown kind of initializer ${describeValue(kind)}${nearestName(kind, names)}`);
  }
  const settings = Object.fromEntries(Object.entries(written).map(([name, value]) => [name, numberNamed(value)]));
  const initializer = BUILDERS[kind](settings as unknown as Data, (inner) => restore(inner, depth + 1));
  const known = Object.keys(initializer).filter((name) => name !== 'kind');
  for (const [name, value] of Object.entries(settings)) {
    if (!known.includes(name)) throw new ArgumentError(`${kind} has no setting '${name}'${nearestName(name, known)}`);
    if (!NESTED.includes(name) && typeof value !== 'number' && typeof value !== 'string') {
      throw new ArgumentError(`${kind}.${name}: expected a number or a string, found ${describeValue(value)}`);
    }
  }
  return initializer;
}

/** The number that a name such as `'Infinity'` represents: JSON has no infinities and no NaN. */
function numberNamed(value: unknown): unknown {
  return value === 'Infinity' || value === '-Infinity' || value === 'NaN' ? Number(value) : value;
}
