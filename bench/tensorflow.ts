interface TensorFlowTensor {
  dataSync(): ArrayLike<number>;
  dispose(): void;
}

/** What the benchmarks use of TensorFlow.js. */
export interface TensorFlow {
  setBackend(name: string): Promise<boolean>;
  randomUniform(shape: number[], min: number, max: number): TensorFlowTensor;
  randomNormal(shape: number[], mean: number, std: number): TensorFlowTensor;
  matMul(a: TensorFlowTensor, b: TensorFlowTensor): TensorFlowTensor;
}

/** TensorFlow.js on its plain JavaScript backend, where it is installed: `npm install --no-save @tensorflow/tfjs@4.22`. */
export async function startTensorFlow(): Promise<TensorFlow | undefined> {
  const name = '@tensorflow/tfjs';
  try {
    const tf = (await import(name)) as TensorFlow;
    await tf.setBackend('cpu');
    return tf;
  } catch {
    console.log('TensorFlow.js is left out: npm install --no-save @tensorflow/tfjs@4.22\n');
    return undefined;
  }
}
