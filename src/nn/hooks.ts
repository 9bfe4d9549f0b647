import { checkFunction } from '../errors.js';
import { HiddenState } from '../HiddenState.js';
import { selfOf } from './entries.js';
import type { ModuleNode } from './ModuleNode.js';

/** The result of registering a hook. */
export interface HookHandle {
  /** Removes the hook. A second call does nothing. */
  remove(): void;
}

type Forward = (...inputs: unknown[]) => unknown;
type PreHook = (module: never, args: never) => unknown;
type PostHook = (module: never, args: never, output: never) => unknown;
/** Runs a module's `forward` with its hooks, which is `run`, and returns its output. */
type AroundHook = (run: () => unknown) => unknown;

interface Hooks {
  readonly before: Set<PreHook>;
  readonly after: Set<PostHook>;
  readonly around: Set<AroundHook>;
  /** The instance's own `forward` field without hooks, if it has one. */
  own: PropertyDescriptor | undefined;
}

const hooksOf = new HiddenState<Hooks>('hooks');

/** Adds a hook that runs before or after the `forward` of one instance. It wraps `forward` in a property of the instance. */
export function addHook(module: ModuleNode, hook: { before: PreHook } | { after: PostHook }): HookHandle {
  if ('before' in hook) checkFunction('registerForwardPreHook()', hook.before);
  else checkFunction('registerForwardHook()', hook.after);
  const hooks = hooksOf.get(module) ?? wrapForward(module);
  // A new function for each registration: a hook that is registered twice runs twice, and each handle removes one of them.
  if ('before' in hook) {
    const before: PreHook = (...args) => hook.before(...args);
    hooks.before.add(before);
    return { remove: () => hooks.before.delete(before) && unwrapIfUnused(module, hooks) };
  }
  const after: PostHook = (...args) => hook.after(...args);
  hooks.after.add(after);
  return { remove: () => hooks.after.delete(after) && unwrapIfUnused(module, hooks) };
}

/** An instance's own `forward` field without hooks, if it has one. */
export function ownForward(module: ModuleNode): PropertyDescriptor | undefined {
  const hooks = hooksOf.get(module);
  return hooks ? hooks.own : Object.getOwnPropertyDescriptor(module, 'forward');
}

/** Lets `around` run the `forward` of one instance, the hooks of users included. */
export function wrapCalls(module: ModuleNode, around: AroundHook): HookHandle {
  const hooks = hooksOf.get(module) ?? wrapForward(module);
  hooks.around.add(around);
  return { remove: () => hooks.around.delete(around) && unwrapIfUnused(module, hooks) };
}

/** Saves the hooks and the own `forward` of a module; returns a function that puts them back. */
export function saveHooks(module: ModuleNode): () => void {
  const saved = hooksOf.get(module);
  const own = ownForward(module);
  const [before, after, around] = saved ? [[...saved.before], [...saved.after], [...saved.around]] : [];
  return () => {
    const found = hooksOf.get(module);
    if (found !== saved) {
      if (found) unwrap(module, found);
      // The same object, because the handles of the hooks refer to it.
      if (saved) wrapForward(module, saved);
    }
    if (!saved) return putForward(module, own);
    refill(saved.before, before);
    refill(saved.after, after);
    refill(saved.around, around);
    saved.own = own;
  };
}

function refill<T>(set: Set<T>, items: readonly T[] = []): void {
  set.clear();
  for (const item of items) set.add(item);
}

function newHooks(module: ModuleNode): Hooks {
  const own = Object.getOwnPropertyDescriptor(module, 'forward');
  return { before: new Set(), after: new Set(), around: new Set(), own };
}

function wrapForward(module: ModuleNode, hooks = newHooks(module)): Hooks {
  const run: Forward = (...inputs) => {
    let args = inputs;
    // Copies, because hooks may add and remove hooks, which takes effect at the next call.
    for (const hook of [...hooks.before]) {
      const replaced = hook(module as never, args as never);
      if (replaced !== undefined && replaced !== null) args = Array.isArray(replaced) ? replaced : [replaced];
    }
    const inner = hooks.own?.value ?? (Object.getPrototypeOf(module) as { forward: Forward }).forward;
    let output = (inner as Forward).apply(module, args);
    for (const hook of [...hooks.after]) output = hook(module as never, args as never, output as never) ?? output;
    return output;
  };
  const forward: Forward = (...inputs) => {
    let call = () => run(...inputs);
    for (const around of hooks.around) {
      const inner = call;
      call = () => around(inner);
    }
    return call();
  };
  // The module itself, because a proxy such as that of Vue's readonly() would refuse to give the property up again.
  Object.defineProperty(selfOf(module), 'forward', {
    get: () => forward,
    // A forward that is assigned while there are hooks replaces the one that they wrap.
    set: (value: unknown) => {
      hooks.own = { value, configurable: true, writable: true, enumerable: true };
    },
    configurable: true,
    enumerable: false,
  });
  hooksOf.set(selfOf(module), hooks);
  return hooks;
}

function unwrapIfUnused(module: ModuleNode, hooks: Hooks): void {
  if (hooks.before.size === 0 && hooks.after.size === 0 && hooks.around.size === 0) unwrap(module, hooks);
}

function unwrap(module: ModuleNode, { own }: Hooks): void {
  hooksOf.delete(selfOf(module));
  putForward(module, own);
}

/** Gives an instance its own `forward` field, or takes it away. */
function putForward(module: ModuleNode, own: PropertyDescriptor | undefined): void {
  if (own) Object.defineProperty(selfOf(module), 'forward', own);
  else Reflect.deleteProperty(selfOf(module), 'forward');
}
