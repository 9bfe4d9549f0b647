import { execFileSync } from 'node:child_process';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ArgumentError, StateError } from '../../../src/errors.js';
import { chooseDrawKernels, simdDrawKernels } from '../../../src/kernels/draw/chooseDrawKernels.js';
import { plainDrawKernels } from '../../../src/kernels/draw/plainDrawKernels.js';
import { instantiate } from '../../../src/kernels/wasm/instantiate.js';
import { type KernelPath, kernels, setKernels } from '../../../src/kernels/wasm/kernelPath.js';
import { RELAXED_MODULE, SIMD_MODULE } from '../../../src/kernels/wasm/simdModules.js';
import { KERNEL_PATHS } from '../../laws/kernelPaths.js';

afterEach(() => void setKernels('auto'));

describe('kernels', () => {
  it('are the fastest that run here, and say what keeps others from it', () => {
    const { path, reason } = kernels();
    expect(path).toBe(KERNEL_PATHS.at(-1));
    expect(reason).toMatch(/^the fastest that runs here/);
    expect(reason.includes('not relaxed')).toBe(path !== 'relaxed');
  });

  it.each(KERNEL_PATHS)('can be %s', (path) => {
    expect(setKernels(path)).toEqual({ path, reason: 'chosen by setKernels' });
    expect(kernels()).toEqual({ path, reason: 'chosen by setKernels' });
    expect(chooseDrawKernels(1000) === plainDrawKernels).toBe(path === 'typescript');
    expect(simdDrawKernels(1000) === undefined).toBe(path === 'typescript');
  });

  it('draw little in TypeScript', () => {
    expect(chooseDrawKernels(100)).toBe(plainDrawKernels);
  });

  it('refuse what does not run here, with the reason, and stay', () => {
    setKernels('typescript');
    const missing = (['simd', 'relaxed'] as const).filter((path) => !KERNEL_PATHS.includes(path));
    for (const path of missing) {
      expect(() => setKernels(path)).toThrow(StateError);
      expect(() => setKernels(path)).toThrow(`The ${path} kernels cannot run here: `);
    }
    expect(kernels().path).toBe('typescript');
  });

  it.each(['wasm', undefined, 'constructor'])('refuse %s', (path) => {
    expect(() => setKernels(path as KernelPath)).toThrow(ArgumentError);
    expect(() => setKernels(path as KernelPath)).toThrow(
      "setKernels expects one of 'typescript', 'simd', 'relaxed', 'auto'",
    );
  });
});

/** Replaces some members of the global WebAssembly while `body` runs. */
function withWebAssembly<T>(change: object | undefined, body: () => T): T {
  const scope = globalThis as { WebAssembly?: object | undefined };
  const before = scope.WebAssembly as object;
  scope.WebAssembly = change && { ...membersOf(before), ...change };
  try {
    return body();
  } finally {
    scope.WebAssembly = before;
  }
}

/** Copies the members of an object, which are not enumerable. */
function membersOf(from: object): object {
  return Object.fromEntries(Object.getOwnPropertyNames(from).map((name) => [name, from[name as keyof typeof from]]));
}

describe('instantiate', () => {
  it('runs the module for baseline SIMD', () => {
    expect(instantiate(SIMD_MODULE)).toMatchObject({ memory: { byteLength: 65536 } });
  });

  it('says why it does not', () => {
    expect(withWebAssembly(undefined, () => instantiate(SIMD_MODULE))).toBe('there is no WebAssembly here');
    expect(withWebAssembly({ validate: () => false }, () => instantiate(SIMD_MODULE))).toBe(
      'this engine does not know its instructions',
    );
    for (const end of ['', '.', '. ']) {
      class Module {
        constructor() {
          throw new Error(`call to WebAssembly.Module() blocked by CSP${end}`);
        }
      }
      expect(withWebAssembly({ Module }, () => instantiate(SIMD_MODULE))).toBe(
        'WebAssembly is refused: call to WebAssembly.Module() blocked by CSP',
      );
    }
    class Instance {
      readonly exports = { fuses: () => 0 };
    }
    const fake = { validate: () => true, Module: class {}, Instance };
    expect(withWebAssembly(fake, () => instantiate(RELAXED_MODULE))).toBe(
      'this processor rounds between multiplying and adding',
    );
  });

  it('has little to compile', () => {
    expect(atob(SIMD_MODULE).length).toBeLessThan(16_384);
    expect(atob(RELAXED_MODULE).length).toBeLessThan(16_384);
  });
});

describe('the embedded modules', () => {
  it('are what the sources compile to', () => {
    execFileSync(process.execPath, ['scripts/buildKernels.mjs', '--check'], { stdio: 'pipe' });
  });
});
