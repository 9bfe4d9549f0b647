// How long does the first use of the kernels take: compiling them, and the probe? In a process that has just started.
import { kernels } from 'initree';

const start = performance.now();
kernels();
process.send?.(performance.now() - start);
process.disconnect();
