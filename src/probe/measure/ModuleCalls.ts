import { wrapCalls } from '../../nn/hooks.js';
import type { Module } from '../../nn/Module.js';
import { walk } from '../../nn/walk.js';

/** One call of a module's `forward`. */
export interface ModuleCall {
  readonly path: string;
  readonly module: Module;
  /** Whether the module contains no others. */
  readonly isLeaf: boolean;
  /** 1 for the first call of the module in the pass, 2 for the second. */
  readonly use: number;
  /** The operations that ran in it so far, without those of its submodules. */
  operations: number;
}

/** The calls of the modules of a model, while they run. */
export class ModuleCalls {
  private readonly running: ModuleCall[] = [];
  private readonly uses = new Map<string, number>();
  private readonly handles: { remove(): void }[];
  /** The last error that left a module, as it was thrown, and the innermost module that it left. */
  private thrown: { readonly origin: unknown; readonly path: string } | null = null;

  constructor(model: Module) {
    this.handles = [...walk(model)].map(([path, node]) => {
      const module = node as Module;
      const isLeaf = module.children().next().done === true;
      return wrapCalls(module, (run) => this.follow({ path, module, isLeaf }, run));
    });
  }

  /** The innermost call; `null` outside of the model. */
  get current(): ModuleCall | null {
    return this.running.at(-1) ?? null;
  }

  /** The path of the innermost module that threw an error; `''` is the model. */
  pathOf(error: unknown): string {
    const { thrown } = this;
    return thrown !== null && thrown.origin === originOf(error) ? thrown.path : '';
  }

  /** Leaves the modules as they were. */
  remove(): void {
    for (const handle of this.handles) handle.remove();
  }

  private follow(
    { path, module, isLeaf }: Pick<ModuleCall, 'path' | 'module' | 'isLeaf'>,
    run: () => unknown,
  ): unknown {
    const use = (this.uses.get(path) ?? 0) + 1;
    this.uses.set(path, use);
    this.running.push({ path, module, isLeaf, use, operations: 0 });
    try {
      return run();
    } catch (error) {
      const origin = originOf(error);
      if (this.thrown === null || this.thrown.origin !== origin) this.thrown = { origin, path };
      throw error;
    } finally {
      this.running.pop();
    }
  }
}

/** The error that led to an error: on its way out of the model an error is replaced by others that name its place. */
function originOf(error: unknown): unknown {
  let origin = error;
  const seen = new Set([origin]);
  while (origin instanceof Error && origin.cause !== undefined && !seen.has(origin.cause)) {
    origin = origin.cause;
    seen.add(origin);
  }
  return origin;
}
