import { ArgumentError, describeValue, StateError } from '../../errors.js';
import { refuseSurplus } from '../../readArguments.js';
import type { DrawExports } from './DrawExports.js';
import { instantiate, type WasmInstance } from './instantiate.js';
import { RELAXED_MODULE, SIMD_MODULE } from './simdModules.js';

/**
 * The way in which the expensive loops run: plain TypeScript, WebAssembly with 128-bit SIMD, or WebAssembly with relaxed
 * SIMD, in which a multiply-add is one instruction. All three give the same bits.
 */
export type KernelPath = 'typescript' | 'simd' | 'relaxed';

/** The kernels in use. */
export interface KernelsInUse {
  readonly path: KernelPath;
  /** Why this path is in use: it was chosen, or the reasons why the faster ones cannot run here. */
  readonly reason: string;
}

export type DrawInstance = WasmInstance<DrawExports>;

interface Loaded extends KernelsInUse {
  readonly instance: DrawInstance | undefined;
}

/** The fastest path comes first. */
const MODULES = { relaxed: RELAXED_MODULE, simd: SIMD_MODULE };
const CHOICES = ['typescript', 'simd', 'relaxed', 'auto'];

/** The least number of elements for which a call of WebAssembly is faster than TypeScript. */
const WORTHWHILE = 256;
/** The number of elements from which on compiling pays: it takes as long as drawing some tens of thousands in TypeScript. */
const WORTH_COMPILING = 16_384;

let choice: KernelPath | 'auto' = 'auto';
let loaded: Loaded | undefined;
const compiled = new Map<'simd' | 'relaxed', DrawInstance | string>();

/**
 * Returns the kernel path in use, and the reason for it. The first call compiles the kernels, which takes some milliseconds.
 * @example
 * ```ts
 * import { kernels, setKernels } from 'initree';
 * setKernels('typescript');
 * console.log(kernels()); // { path: 'typescript', reason: 'chosen by setKernels' }
 * ```
 */
export function kernels(): KernelsInUse {
  refuseSurplus('kernels', arguments, []);
  const { path, reason } = load();
  return { path, reason };
}

/**
 * Chooses the kernel path for the whole process. The choice changes the speed, and never the numbers.
 * @param path `'auto'` chooses the fastest path that runs here, and is in effect until the first call
 * @returns the path now in use, and the reason for it
 * @throws ArgumentError if `path` is not one of these names
 * @throws StateError if those kernels cannot run here; the message gives the reason
 * @example
 * ```ts
 * import { setKernels } from 'initree';
 * console.log(setKernels('typescript').path); // typescript
 * ```
 */
export function setKernels(path: KernelPath | 'auto'): KernelsInUse {
  refuseSurplus('setKernels', arguments, ['path']);
  if (!CHOICES.includes(path)) {
    const names = CHOICES.map((name) => `'${name}'`).join(', ');
    throw new ArgumentError(`setKernels expects one of ${names}, found ${describeValue(path)}`);
  }
  if (path === 'simd' || path === 'relaxed') {
    const instance = compile(path);
    if (typeof instance === 'string') {
      throw new StateError(
        `The ${path} kernels cannot run here: ${instance}. Use setKernels('auto') for the fastest kernels that can`,
      );
    }
  }
  choice = path;
  loaded = undefined;
  return kernels();
}

/** Returns the drawing module for a number of elements; `undefined` if they are too few, or if SIMD is not in use. */
export function drawInstance(elements: number): DrawInstance | undefined {
  if (elements < WORTHWHILE) return undefined;
  if (loaded === undefined && elements < WORTH_COMPILING) return undefined;
  return load().instance;
}

/** Whether one of the two SIMD paths is in use. */
export function usesSimd(): boolean {
  return load().instance !== undefined;
}

function load(): Loaded {
  loaded ??= choice === 'auto' ? loadFastest() : loadChosen(choice);
  return loaded;
}

function loadChosen(path: KernelPath): Loaded {
  const instance = path === 'typescript' ? undefined : compile(path);
  return {
    path,
    reason: 'chosen by setKernels',
    instance: typeof instance === 'string' ? undefined : instance,
  };
}

function loadFastest(): Loaded {
  const obstacles: string[] = [];
  for (const path of ['relaxed', 'simd'] as const) {
    const instance = compile(path);
    if (typeof instance !== 'string') {
      return { path, reason: ['the fastest that runs here', ...obstacles].join('; '), instance };
    }
    obstacles.push(`not ${path}: ${instance}`);
  }
  return { path: 'typescript', reason: obstacles.join('; '), instance: undefined };
}

function compile(path: 'simd' | 'relaxed'): DrawInstance | string {
  let instance = compiled.get(path);
  if (instance === undefined) {
    instance = instantiate<DrawExports>(MODULES[path]);
    compiled.set(path, instance);
  }
  return instance;
}
