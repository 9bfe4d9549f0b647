import { checkFunction, checkSynchronous, StateError } from '../errors.js';
import { refuseSurplus } from '../readArguments.js';
import { type Dense, denseOf, numbersOf, type Pullback } from './Dense.js';
import { observer } from './observeOperations.js';
import { originalOf } from './originalOf.js';

/** A tensor as the tape sees it. */
export interface Tracked extends Dense {
  readonly requiresGrad: boolean;
  /** The recorded operation that computed this tensor; `null` for a leaf. */
  readonly entry: TapeEntry | null;
}

/** One recorded operation. Entries are numbered in the order of recording, so that descending numbers are a backward order. */
export interface TapeEntry {
  readonly name: string;
  readonly order: number;
  readonly inputs: readonly Tracked[];
  /** `null` after its use, so that the arrays it refers to can be freed. */
  pullback: Pullback | null;
}

let gradientsEnabled = true;
let entriesMade = 0;

/** Whether operations are recorded. */
export function isGradEnabled(): boolean {
  return gradientsEnabled;
}

/**
 * Runs `body` without recording its operations, as under `torch.no_grad()`.
 * @returns the result of `body`
 * @throws ArgumentError if `body` returns a promise: an `async` function would be recorded again after its first `await`
 * @example
 * ```ts
 * import { noGrad, tensor } from 'initree';
 * const x = tensor([2], { requiresGrad: true });
 * console.log(noGrad(() => x.mul(3)).requiresGrad); // false
 * ```
 */
export function noGrad<T>(body: () => T): T {
  refuseSurplus('noGrad', arguments, ['body']);
  checkFunction('noGrad()', body);
  const before = gradientsEnabled;
  gradientsEnabled = false;
  try {
    return checkSynchronous('noGrad()', body());
  } finally {
    gradientsEnabled = before;
  }
}

/** A new entry; `null` if operations are not recorded or no input requires a gradient. */
export function createEntry(name: string, inputs: readonly Tracked[], pullback: Pullback): TapeEntry | null {
  if (!gradientsEnabled || !inputs.some((input) => input.requiresGrad)) return null;
  return { name, order: entriesMade++, inputs, pullback };
}

/** The gradients of all leaves from which `root` was computed, given the gradient of `root`. */
export function leafGradients(root: Tracked, gradient: Dense): Map<Tracked, Dense> {
  const leaves = new Map<Tracked, Dense>();
  const pending = new Map<TapeEntry, Dense>();
  const receive = (input: Tracked, part: Dense): void => {
    if (!input.requiresGrad) return;
    if (input.entry === null) {
      // A gradient belongs to the tensor, through whatever proxies the operations reached it.
      const leaf = originalOf(input);
      leaves.set(leaf, sum(leaves.get(leaf), part));
    } else {
      const earlier = pending.get(input.entry);
      if (observer !== null && earlier !== undefined) observer.gradientsMeet(input.entry, earlier, part);
      pending.set(input.entry, sum(earlier, part));
    }
  };
  receive(root, gradient);
  for (const entry of entriesBehind(root)) {
    const arrived = pending.get(entry);
    if (arrived === undefined || entry.pullback === null) continue;
    pending.delete(entry);
    if (observer !== null) observer.gradient(entry, arrived);
    const parts = entry.pullback(arrived);
    entry.pullback = null;
    entry.inputs.forEach((input, i) => {
      const part = parts[i];
      if (part) receive(input, part);
    });
  }
  return leaves;
}

/** Every entry that `root` depends on, newest first. */
function entriesBehind(root: Tracked): TapeEntry[] {
  const found = new Set<TapeEntry>();
  const unvisited: Tracked[] = [root];
  for (let next = unvisited.pop(); next; next = unvisited.pop()) {
    if (next.entry === null || found.has(next.entry)) continue;
    if (next.entry.pullback === null) {
      throw new StateError(
        `Trying to backward through the graph a second time: ${next.entry.name} released the arrays for its gradient in the first backward(). Run the forward pass again`,
      );
    }
    found.add(next.entry);
    for (const input of next.entry.inputs) if (input.entry !== null) unvisited.push(input);
  }
  return [...found].sort((a, b) => b.order - a.order);
}

function sum(a: Dense | undefined, b: Dense): Dense {
  if (a === undefined) return b;
  const left = numbersOf(a);
  const right = numbersOf(b);
  const total = left.slice();
  for (let i = 0; i < total.length; i++) total[i] = left[i] + right[i];
  return denseOf(total, a.shape, a.dtype);
}
