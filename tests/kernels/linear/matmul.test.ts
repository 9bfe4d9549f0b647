import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Matrix, rowMajor } from '../../../src/kernels/linear/Matrix.js';
import { keepRightFactor, multiplyMatrices } from '../../../src/kernels/linear/matmul.js';
import { simdProducts } from '../../../src/kernels/linear/simdProducts.js';
import type { KernelPath } from '../../../src/kernels/wasm/kernelPath.js';
import { describeOnEveryPath } from '../../laws/kernelPaths.js';

const BLOCK = 256;

/** The layouts of a matrix in its array. */
type Layout = 'rows' | 'columns' | 'rows apart' | 'columns apart' | 'all apart';

interface Product {
  m: number;
  k: number;
  n: number;
  layouts: Layout[];
  offset: number;
  accumulate: boolean;
  seed: number;
}

const layout = fc.constantFrom<Layout>('rows', 'columns', 'rows apart', 'columns apart', 'all apart');
const product = fc.record<Product>({
  m: fc.integer({ min: 0, max: 21 }),
  k: fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 250, max: 530 })),
  n: fc.integer({ min: 0, max: 21 }),
  layouts: fc.array(layout, { minLength: 3, maxLength: 3 }),
  offset: fc.integer({ min: 0, max: 9 }),
  accumulate: fc.boolean(),
  seed: fc.integer({ min: 1, max: 1e6 }),
});

const KINDS = { float32: Float32Array, float64: Float64Array };

function place(
  rows: number,
  columns: number,
  layout: Layout,
  offset: number,
  Kind: (typeof KINDS)[keyof typeof KINDS],
) {
  const apart = layout.endsWith('apart') ? 3 : 0;
  const step = layout === 'all apart' ? 2 : 1;
  const [rowStride, columnStride] = layout.startsWith('columns')
    ? [step, rows * step + apart]
    : [columns * step + apart, step];
  const data = new Kind(offset + rows * rowStride + columns * columnStride + 5);
  return { data, offset, rowStride, columnStride };
}

/** The definition of the product: each block of k is summed in order, then the blocks in order, all rounded to the dtype. */
function defineProduct(m: number, k: number, n: number, a: Matrix, b: Matrix, out: Matrix, accumulate: boolean): void {
  const round = out.data instanceof Float32Array ? Math.fround : Number;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      const to = out.offset + i * out.rowStride + j * out.columnStride;
      let total = accumulate ? out.data[to] : 0;
      for (let first = 0; first < k; first += BLOCK) {
        let sum = 0;
        for (let p = first; p < Math.min(k, first + BLOCK); p++) {
          const x = a.data[a.offset + i * a.rowStride + p * a.columnStride];
          const y = b.data[b.offset + p * b.rowStride + j * b.columnStride];
          sum = round(sum + round(x * y));
        }
        total = round(total + sum);
      }
      out.data[to] = total;
    }
  }
}

function expectDefinition(
  kind: keyof typeof KINDS,
  { m, k, n, layouts, offset, accumulate, seed }: Product,
  multiply = multiplyMatrices,
): void {
  const Kind = KINDS[kind];
  const a = place(m, k, layouts[0], offset, Kind);
  const b = place(k, n, layouts[1], offset + 1, Kind);
  const out = place(m, n, layouts[2], offset + 2, Kind);
  // All elements get numbers, also those between the matrix's own, which a product must neither read nor write.
  for (const { data } of [a, b, out]) for (let i = 0; i < data.length; i++) data[i] = Math.sin(seed + i * i);
  const expected = { ...out, data: out.data.slice() };
  defineProduct(m, k, n, a, b, expected, accumulate);
  multiply(m, k, n, a, b, out, accumulate);
  expect(out.data).toEqual(expected.data);
}

/** Returns the SIMD kernels, which small products do not use by themselves. */
function simdOf(path: KernelPath): ReturnType<typeof simdProducts> {
  const simd = simdProducts(Infinity);
  expect(simd === undefined).toBe(path === 'typescript');
  return simd;
}

describeOnEveryPath('multiplyMatrices', (path) => {
  it.each(['float32', 'float64'] as const)('%s: has the bits of its definition for every size and layout', (kind) => {
    fc.assert(
      fc.property(product, (given) => expectDefinition(kind, given)),
      { numRuns: 80 },
    );
  });

  it.each(['float32', 'float64'] as const)('%s: has them for small products and kept right factors as well', (kind) => {
    const simd = simdOf(path)?.[kind];
    fc.assert(
      fc.property(product, (given) => {
        if (simd) {
          expectDefinition(kind, given, (m, k, n, a, b, out, accumulate = false) =>
            simd.multiply(m, k, n, a, b, out, accumulate),
          );
        }
        expectDefinition(kind, given, (m, k, n, a, b, out, accumulate = false) =>
          keepRightFactor(k, n, b, (multiply) => multiply(m, a, out, accumulate)),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('keeps several right factors at a time, and lets them go', () => {
    const matrices = [1, 2, 3].map((seed) =>
      rowMajor(
        Float32Array.from({ length: 128 * 128 }, (_, i) => Math.sin(seed * i)),
        128,
      ),
    );
    const [a, b, c] = matrices;
    const product = (right: Matrix) => {
      const out = rowMajor(new Float32Array(128 * 128), 128);
      multiplyMatrices(128, 128, 128, a, right, out);
      return out.data;
    };
    const found = [b, c, b].map(() => rowMajor(new Float32Array(128 * 128), 128));
    keepRightFactor(128, 128, b, (byB) => {
      keepRightFactor(128, 128, c, (byC) => byC(128, a, found[1], false));
      byB(128, a, found[0], false);
    });
    expect(() =>
      keepRightFactor(128, 128, c, () => {
        throw new Error('stopped');
      }),
    ).toThrow('stopped');
    keepRightFactor(128, 128, b, (byB) => byB(128, a, found[2], false));
    expect(found.map(({ data }) => data)).toEqual([b, c, b].map(product));
  });

  it('crosses its blocks of rows, columns and k', () => {
    const rest = { offset: 0, accumulate: true, seed: 1 };
    expectDefinition('float32', { m: 1030, k: 300, n: 9, layouts: ['rows', 'rows', 'rows'], ...rest });
    expectDefinition('float32', { m: 9, k: 20000, n: 2, layouts: ['rows', 'columns', 'columns'], ...rest });
    expectDefinition('float32', { m: 12, k: 9000, n: 130, layouts: ['columns', 'columns', 'rows'], ...rest });
    expectDefinition('float32', { m: 5, k: 1, n: 9000, layouts: ['rows', 'rows', 'rows'], ...rest });
    expectDefinition('float64', { m: 1030, k: 300, n: 9, layouts: ['columns', 'rows', 'rows'], ...rest });
    expectDefinition('float64', { m: 9, k: 17000, n: 2, layouts: ['rows', 'columns', 'columns'], ...rest });
    expectDefinition('float64', { m: 5, k: 260, n: 2100, layouts: ['rows', 'rows', 'rows'], ...rest });
  });

  it('sums a product of mixed arrays in doubles', () => {
    const matrix = (data: Float32Array | Float64Array) => ({ data, offset: 0, rowStride: 2, columnStride: 1 });
    const out = new Float64Array(4);
    const third = Float32Array.of(1 / 3, 2 / 3, 1 / 7, 3 / 7);
    multiplyMatrices(2, 2, 2, matrix(third), matrix(Float64Array.of(0.1, 0.2, 0.3, 0.4)), matrix(out));
    expect(out[0]).toBe(third[0] * 0.1 + third[1] * 0.3);
  });

  it('carries infinities and NaN', () => {
    const matrix = (data: Float32Array) => ({ data, offset: 0, rowStride: 1, columnStride: 1 });
    const out = new Float32Array(1);
    multiplyMatrices(1, 1, 1, matrix(Float32Array.of(Infinity)), matrix(Float32Array.of(0)), matrix(out));
    expect(out[0]).toBeNaN();
    multiplyMatrices(1, 1, 1, matrix(Float32Array.of(3e38)), matrix(Float32Array.of(10)), matrix(out));
    expect(out[0]).toBe(Infinity);
  });
});
