import { afterAll, beforeAll, describe } from '@jest/globals';
import { type KernelPath, setKernels } from '../../src/kernels/wasm/kernelPath.js';

/** The kernels that run on this machine, the plain ones first. */
export const KERNEL_PATHS: readonly KernelPath[] = (['typescript', 'simd', 'relaxed'] as const).filter((path) => {
  try {
    return setKernels(path).path === path;
  } catch {
    return false;
  } finally {
    setKernels('auto');
  }
});

/** Describes what holds whatever the kernels, once for each of those that run here. */
export function describeOnEveryPath(title: string, body: (path: KernelPath) => void): void {
  describe.each(KERNEL_PATHS)(`${title}, with %s kernels`, (path) => {
    beforeAll(() => void setKernels(path));
    afterAll(() => void setKernels('auto'));
    body(path);
  });
}
