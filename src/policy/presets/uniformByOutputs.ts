import { uniform } from '../../init/uniform.js';
import { Linear } from '../../nn/layers/linear.js';
import { derive } from '../derive.js';

/** U(±1/√outFeatures): EfficientNet's rule for its classifier. */
export const uniformByOutputs = derive(Linear, ({ outFeatures }) => {
  const bound = 1 / Math.sqrt(outFeatures);
  return uniform(-bound, bound);
});
