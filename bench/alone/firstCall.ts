// Measures the first call of `kernels()` in a new process, which compiles and probes the kernels, in milliseconds.
import { kernels } from 'initree';

const start = performance.now();
kernels();
process.send?.(performance.now() - start);
process.disconnect();
