import { type MatrixInstance, matrixInstance } from '../wasm/matrixInstance.js';
import { KEPT } from '../wasm/simdMemory.js';
import { wrapOnce } from '../wasm/wrapOnce.js';
import { SimdProduct } from './SimdProduct.js';

/** The matrix product in WebAssembly, for both dtypes. */
class SimdProducts {
  readonly float32: SimdProduct;
  readonly float64: SimdProduct;

  constructor({ run, memory }: MatrixInstance) {
    const kept = { free: KEPT * Float32Array.BYTES_PER_ELEMENT };
    this.float32 = new SimdProduct(new Float32Array(memory), run, kept);
    const doubles = { pack: run.packDoubles, multiply: run.multiplyDoubles };
    this.float64 = new SimdProduct(new Float64Array(memory), doubles, kept);
  }
}

const wrap = wrapOnce(SimdProducts);

/** Returns the product of so many multiply-adds; `undefined` if they are too few, or if SIMD is not in use. */
export function simdProducts(multiplyAdds: number): SimdProducts | undefined {
  return wrap(matrixInstance(multiplyAdds));
}
