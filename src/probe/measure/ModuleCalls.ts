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
  /** The last error that a module threw, and the innermost module that it came from. */
  private thrown: { readonly error: unknown; readonly path: string } | null = null;

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
    return thrown !== null && thrown.error === error ? thrown.path : '';
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
      if (this.thrown === null || this.thrown.error !== error) this.thrown = { error, path };
      throw error;
    } finally {
      this.running.pop();
    }
  }
}
