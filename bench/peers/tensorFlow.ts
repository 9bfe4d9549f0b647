import type { Contender } from '../Contender.js';

interface Values {
  dataSync(): ArrayLike<number>;
  dispose(): void;
}

/** The functions of TensorFlow.js that the benchmarks use. */
interface Operations {
  randomUniform(shape: number[], min: number, max: number): Values;
  randomNormal(shape: number[], mean: number, std: number): Values;
  truncatedNormal(shape: number[], mean: number, std: number): Values;
  matMul(a: Values, b: Values): Values;
  readonly initializers: Readonly<
    Record<
      'glorotUniform' | 'glorotNormal' | 'heUniform' | 'heNormal' | 'orthogonal',
      (options: { gain?: number }) => { apply(shape: number[]): Values }
    >
  >;
}

interface Module extends Operations {
  readonly version: { readonly tfjs: string };
  setBackend(name: string): Promise<boolean>;
}

/** TensorFlow.js on two backends: plain JavaScript, and WebAssembly. */
export interface TensorFlow {
  readonly version: string;
  /** Returns a contender for each backend. `prepare` is called once per backend and returns the timed function. */
  contenders(prepare: (tf: Operations) => () => Values): Record<string, Contender>;
}

/** Loads TensorFlow.js. Returns `undefined` if it is not installed. */
export async function startTensorFlow(): Promise<TensorFlow | undefined> {
  const [core, wasm] = ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm'];
  let tf: Module;
  try {
    tf = (await import(core)) as Module;
    await import(wasm);
  } catch {
    return undefined;
  }
  const on = (backend: string, prepare: (tf: Operations) => () => Values) => {
    let compute: (() => Values) | undefined;
    return async () => {
      await tf.setBackend(backend);
      compute ??= prepare(tf);
      const start = performance.now();
      const values = compute();
      // Some backends compute only when the values are read.
      values.dataSync();
      values.dispose();
      return performance.now() - start;
    };
  };
  return {
    version: tf.version.tfjs,
    contenders: (prepare) => ({
      'TensorFlow.js cpu': on('cpu', prepare),
      'TensorFlow.js wasm': on('wasm', prepare),
    }),
  };
}
