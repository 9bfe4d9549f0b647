import { ArgumentError, describeValue, StateError } from '../../errors.js';
import type { DrawKernels } from '../draw/DrawKernels.js';
import { plainKernels } from '../draw/plainKernels.js';
import { type SimdExports, SimdKernels } from '../draw/SimdKernels.js';
import { instantiate } from './instantiate.js';
import { RELAXED_MODULE, SIMD_MODULE } from './simdModules.js';

/**
 * A way to run the expensive loops: plain TypeScript, WebAssembly with 128-bit SIMD, or the same with relaxed SIMD, where
 * multiply-adds are single instructions. The numbers are the same bits on all.
 */
export type KernelPath = 'typescript' | 'simd' | 'relaxed';

/** The way in use. */
export interface KernelsInUse {
  readonly path: KernelPath;
  /** Why this one: chosen, or what keeps faster ones from running here. */
  readonly reason: string;
}

interface Loaded extends KernelsInUse {
  readonly simd: SimdKernels | undefined;
}

/** From the fastest on. */
const MODULES = { relaxed: RELAXED_MODULE, simd: SIMD_MODULE };
const CHOICES = ['typescript', 'simd', 'relaxed', 'auto'];

/** Elements from which on crossing over to WebAssembly pays. */
const WORTHWHILE = 256;
/** Elements from which on compiling it pays, which takes as long as drawing some tens of thousands in TypeScript. */
const WORTH_COMPILING = 16_384;

let choice: KernelPath | 'auto' = 'auto';
let loaded: Loaded | undefined;
const compiled = new Map<'simd' | 'relaxed', SimdKernels | string>();

/** Which kernels are in use, and why. */
export function kernels(): KernelsInUse {
  const { path, reason } = load();
  return { path, reason };
}

/**
 * Chooses the kernels; `'auto'`, the default, takes the fastest that runs here.
 * @throws ArgumentError for another choice · StateError, with the reason, for one that does not run here
 */
export function setKernels(path: KernelPath | 'auto'): KernelsInUse {
  if (!CHOICES.includes(path)) {
    throw new ArgumentError(`setKernels takes one of ${CHOICES.join(', ')}, found ${describeValue(path)}`);
  }
  if (path === 'simd' || path === 'relaxed') {
    const simd = compile(path);
    if (typeof simd === 'string') {
      throw new StateError(
        `The ${path} kernels do not run here: ${simd}. Use setKernels('auto') for the fastest that do`,
      );
    }
  }
  choice = path;
  loaded = undefined;
  return kernels();
}

/** The SIMD kernels for work on that many elements; undefined where there are none, or they are not worth it. */
export function simdKernels(elements: number): SimdKernels | undefined {
  if (elements < WORTHWHILE) return undefined;
  if (loaded === undefined && elements < WORTH_COMPILING) return undefined;
  return load().simd;
}

/** Whether WebAssembly is in use, of whatever kind. */
export function usesSimd(): boolean {
  return load().simd !== undefined;
}

/** The fastest kernels for work on that many elements. */
export function drawKernels(elements: number): DrawKernels {
  return simdKernels(elements) ?? plainKernels;
}

function load(): Loaded {
  loaded ??= choice === 'auto' ? loadFastest() : loadChosen(choice);
  return loaded;
}

function loadChosen(path: KernelPath): Loaded {
  const simd = path === 'typescript' ? undefined : compile(path);
  return { path, reason: 'chosen by setKernels', simd: typeof simd === 'string' ? undefined : simd };
}

function loadFastest(): Loaded {
  const obstacles: string[] = [];
  for (const path of ['relaxed', 'simd'] as const) {
    const simd = compile(path);
    if (typeof simd !== 'string') {
      return { path, reason: ['the fastest that runs here', ...obstacles].join('; '), simd };
    }
    obstacles.push(`not ${path}: ${simd}`);
  }
  return { path: 'typescript', reason: obstacles.join('; '), simd: undefined };
}

function compile(path: 'simd' | 'relaxed'): SimdKernels | string {
  let kernels = compiled.get(path);
  if (kernels === undefined) {
    const instance = instantiate<SimdExports>(MODULES[path]);
    kernels = typeof instance === 'string' ? instance : new SimdKernels(instance.run, instance.memory);
    compiled.set(path, kernels);
  }
  return kernels;
}
