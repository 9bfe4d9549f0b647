import { describe, expect, it } from '@jest/globals';
import { InitreeError } from '../../src/errors.js';
import * as F from '../../src/functional.js';
import { cat, eye, linspace, ones, tensor, where, zeros } from '../../src/index.js';
import type { DType } from '../../src/numerics/DType.js';
import type { Tensor } from '../../src/tensor/Tensor.js';
import { readGolden } from '../golden/readGolden.js';
import { type Outcome, plain, recorded } from './goldenTensor.js';

type Argument = number | string | boolean | null | readonly number[] | Readonly<Record<string, unknown>>;

/** A case of `makeMath.py`. */
interface Case {
  readonly op: string;
  readonly args: readonly Argument[];
  readonly inputs: readonly Outcome[];
  readonly outs?: readonly Outcome[];
  readonly out?: boolean;
  readonly grads?: readonly (Outcome | null)[];
  readonly name?: string;
  readonly error?: string;
}

type Operation = (inputs: readonly Tensor[], args: readonly Argument[]) => Tensor | readonly Tensor[] | boolean;

/** The largest difference in units of the last place where PyTorch and the platform compute by different methods. */
const UNITS: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    'exp log sqrt tanh sin cos expm1 log1p erf sigmoid pow softmax log_softmax'.split(' ').map((op) => [op, 2]),
  ),
  rsqrt: 2,
  erfinv: 2,
};
const PRECISION: Readonly<Partial<Record<DType, number>>> = {
  float32: 2 ** -23,
  float64: 2 ** -52,
  float16: 2 ** -10,
  bfloat16: 2 ** -7,
};

const number = (argument: Argument): number =>
  typeof argument === 'string' ? Number(argument.replace('inf', 'Infinity')) : (argument as number);
const camelCase = (name: string): string => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
const optional = (argument: Argument): number | undefined => (argument === null ? undefined : number(argument));
const renamed = (options: Argument): object =>
  Object.fromEntries(Object.entries(options as object).map(([name, value]) => [camelCase(name), value]));

type Methods = Readonly<Record<string, (...args: unknown[]) => Tensor>>;
const method =
  (name: string): Operation =>
  ([x, ...others], args) =>
    (x as unknown as Methods)[name](
      ...others,
      ...args.map((argument) => (typeof argument === 'string' ? number(argument) : argument)),
    );
const reduction =
  (name: string): Operation =>
  ([x], [dim, keepdim]) => {
    const result = (x as unknown as Methods)[name]({ dim, keepdim }) as Tensor | { values: Tensor; indices: Tensor };
    return 'values' in result ? [result.values, result.indices] : result;
  };
const activation =
  (name: string): Operation =>
  ([x]) =>
    (F as unknown as Record<string, (x: Tensor) => Tensor>)[name](x);
const normalization =
  (normalize: (x: Tensor, eps: number) => Tensor): Operation =>
  ([x], args) =>
    normalize(x, number(args[args.length - 1]));

const OPERATIONS: Readonly<Record<string, Operation>> = {
  ...Object.fromEntries(
    (
      'abs neg exp log sqrt tanh sin cos expm1 log1p rsqrt reciprocal square erf erfinv sigmoid relu sign floor ceil round trunc ' +
      'isnan isinf isfinite logical_not logical_and logical_or logical_xor pow add sub mul eq ne lt le gt ge maximum minimum ' +
      'sum mean var std norm max min argmax argmin all any equal masked_fill tril triu unbind t softmax log_softmax repeat'
    )
      .split(' ')
      .map((name) => [name, method(camelCase(name))]),
  ),
  ...Object.fromEntries(
    'sum mean var std norm max min argmax argmin all any'.split(' ').map((name) => [`${name} dim`, reduction(name)]),
  ),
  ...Object.fromEntries(
    'elu celu selu gelu silu mish logsigmoid hardtanh hardswish hardsigmoid relu6 softplus softsign tanhshrink softshrink hardshrink leaky_relu'
      .split(' ')
      .map((name) => [`F.${name}`, activation(camelCase(name))]),
  ),
  ...Object.fromEntries(['pow', 'rsqrt', 'reciprocal'].map((name) => [`${name} exactly`, method(name)])),
  clamp: ([x], [min, max]) => x.clamp({ min: optional(min), max: optional(max) }),
  allclose: ([a, b], [options]) => a.allclose(b, renamed(options)),
  'where numbers': ([condition], [a, b]) => where(condition, a as number, b as number),
  where: ([condition, x], [b]) => where(condition, x, b as number),
  gather: ([x, index], [dim]) => x.gather(number(dim), index),
  index_select: ([x, index], [dim]) => x.indexSelect(number(dim), index),
  cat: (tensors, [dim]) => cat(tensors, number(dim)),
  linspace: (_, [start, end, steps, dtype]) =>
    linspace(number(start), number(end), number(steps), { dtype: dtype as DType }),
  eye: (_, [n, m]) => eye(number(n), number(m)),
  'F.linear': ([x, weight, bias]) => F.linear(x, weight, bias ?? null),
  'F.conv2d': ([x, weight], [options]) => F.conv2d(x, weight, null, renamed(options)),
  'F.conv_transpose2d': ([x, weight], [options]) => F.convTranspose2d(x, weight, null, renamed(options)),
  'F.max_pool2d': ([x], [options]) => pool(F.maxPool2d, x, options),
  'F.avg_pool2d': ([x], [options]) => pool(F.avgPool2d, x, options),
  ...Object.fromEntries(
    (
      [
        ['l1_loss', F.l1Loss],
        ['mse_loss', F.mseLoss],
        ['smooth_l1_loss', F.smoothL1Loss],
        ['huber_loss', F.huberLoss],
        ['kl_div', F.klDiv],
      ] as const
    ).map(([name, loss]): [string, Operation] => [
      `F.${name}`,
      ([a, b], [options]) => loss(a, b, { reduction: 'none', ...renamed(options) }),
    ]),
  ),
  'F.pairwise_distance': ([a, b], [p]) => F.pairwiseDistance(a, b, { p: number(p) }),
  'F.batch_norm training': normalization((x, eps) => F.batchNorm(x, null, null, { training: true, eps })),
  'F.batch_norm': normalization((x, eps) => F.batchNorm(x, zeros([2]), ones([2]), { eps })),
  'F.instance_norm': normalization((x, eps) => F.instanceNorm(x, { eps })),
  'F.group_norm': normalization((x, eps) => F.groupNorm(x, 1, { eps })),
  'F.layer_norm': normalization((x, eps) => F.layerNorm(x, x.shape.slice(-1), { eps })),
  'F.rms_norm': normalization((x, eps) => F.rmsNorm(x, x.shape.slice(-1), { eps })),
};

function pool(of: typeof F.maxPool2d | typeof F.avgPool2d, x: Tensor, options: Argument): Tensor {
  const { stride, ...others } = options as { stride?: number[] | null; padding?: number[] };
  return of(x, [2], stride, others) as Tensor;
}

/** The operations whose errors name the argument and its range in our own words. */
const OWN_WORDS = /^F\.(linear|.*conv|.*pool)|softmax$/;

/** The key phrase of PyTorch's message. Ours may have more words, and names our dtypes. */
function phraseOf(op: string, error: string): string {
  if (OWN_WORDS.test(op)) return '';
  return error
    .replace('torch.Size([', '[')
    .replace('Float did not match Double', ' did not match ')
    .split(/ not implemented|\. If|\. Found|\]\)|size\(\) must|uint8_t|dtype (?:F|f)loat|dtype Long|: \[/)[0]
    .replace(/, (but )?got -\d.*|\(s\)\.$|with negative dim.*/, '');
}

function run({ op, args, inputs, grads }: Case): { outs: Tensor[] | boolean; leaves: Tensor[] } {
  const leaves = inputs.map((input, i) => {
    const x = recorded(input);
    return grads?.[i] ? x.requiresGrad_() : x;
  });
  const result = OPERATIONS[op](leaves, args);
  if (typeof result === 'boolean') return { outs: result, leaves };
  return { outs: Array.isArray(result) ? [...result] : [result as Tensor], leaves };
}

/** What differs from PyTorch's tensor by more than `units` in the last place; null if nothing does. */
function difference(found: Tensor | null, outcome: Outcome | null, units: number, least = 2 ** -14): unknown {
  if (found === null || outcome === null) return found === outcome ? null : { found, outcome };
  const expected = recorded(outcome);
  const precision = PRECISION[expected.dtype] ?? 0;
  if (found.dtype !== expected.dtype || String(found.shape) !== String(expected.shape)) {
    return { found: plain(found), expected: plain(expected) };
  }
  const [mine, theirs] = [found, expected].map((x) => [x.tolist()].flat(9));
  const at = mine.findIndex((x, i) => {
    const y = theirs[i];
    if (typeof x !== 'number' || typeof y !== 'number') return x !== y;
    if (Object.is(x, y) || (units > 0 && x === y)) return false;
    return !(Math.abs(x - y) <= units * precision * Math.max(Math.abs(y), least));
  });
  return at === -1 ? null : { at, found: String(mine[at]), expected: String(theirs[at]) };
}

/** The difference between a case and what the library gives; null if there is none. */
function differenceOf(golden: Case): unknown {
  const { op, grads } = golden;
  let result: ReturnType<typeof run>;
  try {
    result = run(golden);
  } catch (error) {
    const phrase = golden.error === undefined ? null : phraseOf(op, golden.error);
    const isExpected = phrase !== null && error instanceof InitreeError && error.message.includes(phrase);
    return isExpected ? null : { error: String(error), phrase };
  }
  const { outs, leaves } = result;
  if (typeof outs === 'boolean') return outs === golden.out ? null : { outs };
  if (golden.outs === undefined || golden.outs.length !== outs.length)
    return { outs: outs.map(plain), error: golden.error };
  const units = /^F\.|^(mean|var|std|norm)/.test(op) ? 64 : (UNITS[op] ?? 0);
  for (const [i, out] of outs.entries()) {
    const differs = difference(out, golden.outs[i], units, /^F\.|softmax/.test(op) ? 1 : undefined);
    if (differs !== null) return differs;
  }
  if (grads === undefined) return null;
  if (!op.startsWith('F.') && outs[0].entry?.name !== golden.name)
    return { name: outs[0].entry?.name, expected: golden.name };
  const flat = outs.length === 1 ? outs[0].reshape(-1) : cat(outs.map((out) => out.reshape(-1)));
  flat.backward(
    tensor(
      Array.from({ length: flat.numel }, (_, i) => i + 1),
      { dtype: flat.dtype },
    ),
  );
  const differences = leaves.map(({ grad }, i) => difference(grad, grads[i], Math.max(units, 8), 1));
  return differences.some((differs) => differs !== null) ? { gradients: differences } : null;
}

describe("values, gradients and errors are PyTorch's", () => {
  const cases = readGolden<Case>('math.json');

  it.each([...new Set(cases.map(({ op }) => op))])('%s', (op) => {
    const differences = cases
      .filter((golden) => golden.op === op)
      .map((golden) => [JSON.stringify(golden.args), ...golden.inputs.map(recorded).map(plain), differenceOf(golden)])
      .filter((row) => row.at(-1) !== null);
    expect(differences).toEqual([]);
  });
});
