import { describe, expect, it } from '@jest/globals';
import { InitreeError } from '../../src/errors.js';
import { arange, tensor } from '../../src/tensor/creation.js';
import type { Tensor } from '../../src/tensor/Tensor.js';
import { readGolden } from '../golden/readGolden.js';
import { type Outcome, plain, recorded } from './goldenTensor.js';

interface Case {
  readonly op: 'add' | 'sub' | 'div' | 'norm';
  readonly options: {
    readonly alpha?: number;
    readonly rounding_mode?: 'floor' | 'trunc';
    readonly p?: number | string;
  };
  readonly inputs: readonly Outcome[];
  readonly out?: Outcome;
  readonly grads?: readonly (Outcome | null)[];
  readonly error?: string;
}

const CASES = readGolden<Case>('arithmetic.json').map((golden): [string, Case] => [
  `${golden.op} ${JSON.stringify(golden.options)} of ${golden.inputs.map(({ dtype, shape }) => `${dtype} [${shape}]`).join(', ')}`,
  golden,
]);

function optionsOf({ rounding_mode, p, ...others }: Case['options']): object {
  return {
    ...others,
    ...(rounding_mode === undefined ? {} : { roundingMode: rounding_mode }),
    ...(p === undefined ? {} : { p: typeof p === 'string' && p !== 'fro' ? Number(p.replace('inf', 'Infinity')) : p }),
  };
}

type Methods = Readonly<Record<string, (...args: unknown[]) => Tensor>>;

function compute({ op, options, inputs }: Case, inPlace = false): { out: Tensor; leaves: Tensor[] } {
  const leaves = inputs.map((input) => {
    const x = recorded(input);
    return x.is('int64') || x.is('int32') || x.is('uint8') || x.is('bool') || inPlace ? x : x.requiresGrad_();
  });
  const [x, ...others] = leaves;
  return { out: (x as unknown as Methods)[inPlace ? `${op}_` : op](...others, optionsOf(options)), leaves };
}

/** The digits after the point that agree where PyTorch rounds other steps in its scalar loops and norms. */
function digitsOf({ op, inputs }: Case): number | null {
  if (op === 'norm') return 4;
  return op !== 'div' && inputs[0].dtype.endsWith('float16') ? 1.5 : null;
}

/** A recorded tensor, whose elements agree to some digits; to the bit if `digits` is null. */
function close(outcome: Outcome, digits: number | null): unknown {
  const { elements, ...others } = plain(recorded(outcome)) as { elements: unknown };
  const near = (x: unknown): unknown => {
    if (Array.isArray(x)) return x.map(near);
    return typeof x !== 'number' || !Number.isFinite(x) ? x : expect.closeTo(x, digits as number);
  };
  return { ...others, elements: digits === null ? elements : near(elements) };
}

describe('sums with a factor, rounded quotients and norms', () => {
  it.each(CASES)("are PyTorch's: %s", (_, golden) => {
    if (golden.out === undefined) {
      expect(() => compute(golden)).toThrow(InitreeError);
      expect(() => compute(golden)).toThrow(golden.error?.split(/ with two| not implemented|, or/)[0]);
      return;
    }
    const { out, leaves } = compute(golden);
    expect(plain(out)).toEqual(close(golden.out, digitsOf(golden)));
    if (golden.grads === undefined) return;
    out.backward(
      arange(1, out.numel + 1)
        .to(out.dtype)
        .view(out.shape),
    );
    golden.grads.forEach((gradient, i) => {
      if (gradient) expect(plain(leaves[i].grad as Tensor)).toEqual(close(gradient, digitsOf(golden) ?? 6));
    });
  });

  it.each(CASES.filter(([, { op, out, inputs }]) => op !== 'norm' && out?.dtype === inputs[0].dtype))(
    'are the same in place: %s',
    (_, golden) => {
      expect(plain(compute(golden, true).out)).toEqual(plain(compute(golden).out.detach()));
    },
  );
});

describe('rounded quotients of halves by one number', () => {
  // The values are those of PyTorch 2.15.
  it.each([
    ['bfloat16', [-23.75, 118, -51.75], 0.7, 'trunc', [-33, 168, -73]],
    ['float16', [-32.6875, -35.59375, 84.375], 0.1, 'trunc', [-326, -355, 843]],
    ['float16', [-80.5, -49], 0.7, 'floor', [-116, -71]],
  ] as const)('%s %p by %p, %s, round once at the end', (dtype, elements, divisor, roundingMode, expected) => {
    const x = () => tensor(elements, { dtype });
    expect(x().div_(divisor, { roundingMode }).tolist()).toEqual(expected);
    expect(x().div(divisor, { roundingMode }).tolist()).toEqual(expected);
  });

  it('also for a tensor of shape []', () => {
    const seven = tensor(0.7, { dtype: 'bfloat16' });
    const quotients = tensor([-23.75, 118], { dtype: 'bfloat16' }).div(seven, { roundingMode: 'trunc' });
    expect(quotients.tolist()).toEqual([-33, 168]);
  });
});
