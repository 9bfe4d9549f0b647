import { extend } from '../errors.js';
import { dryRun, multiplyAddsSkipped } from '../kernels/dryRun.js';
import { bytesOf as bytesPerElement, type DType } from '../numerics/DType.js';
import type { ReadArguments, Signature } from '../readArguments.js';
import { zeros } from '../tensor/creation.js';
import { formatShape, type Shape } from '../tensor/Shape.js';
import { noGrad } from '../tensor/Tape.js';
import { Tensor } from '../tensor/Tensor.js';
import { parameterEntries } from './entries.js';
import { addHook } from './hooks.js';
import type { ModuleNode } from './ModuleNode.js';
import { outsideTree } from './outsideTree.js';
import { Summary, type SummaryRow } from './Summary.js';
import { saveState } from './saveState.js';
import { walk } from './walk.js';

/** Options of `Module.summary`. */
export interface SummaryOptions {
  /** Element type of the inputs, or one for each input. Default: the dtype of the model's first parameter. */
  dtype?: DType | readonly (DType | undefined)[] | undefined;
}

interface SummaryArguments extends SummaryOptions {
  inputShape?: Shape | readonly Shape[] | undefined;
}

/** How `summary` reads its arguments. */
export const SUMMARY: Signature<SummaryArguments, 'inputShape'> = {
  byPosition: ['inputShape'],
  defaults: { inputShape: undefined, dtype: undefined },
};

interface Runnable extends ModuleNode {
  training: boolean;
  forward(...inputs: unknown[]): unknown;
}

/** The observations of one module. */
interface Observed {
  readonly path: string;
  readonly module: Runnable;
  calls: number;
  readonly outputShapes: Map<string, readonly Shape[]>;
  multiplyAdds: number;
}

/** A module whose `forward` is running. */
interface Frame {
  readonly observed: Observed;
  /** Multiply-adds that the dry run had counted when it began. */
  readonly start: number;
  /** Multiply-adds of its submodules. */
  below: number;
  /** Whether it has called no module so far. */
  isLeaf: boolean;
}

/** Runs a model on the shapes of its inputs, if there are any, without computing values; see `Module.summary`. */
export function summarize(
  model: Runnable,
  { inputShape, dtype }: ReadArguments<SummaryArguments, 'inputShape'>,
): Summary {
  const shapes =
    inputShape === undefined
      ? []
      : ((Array.isArray(inputShape) && Array.isArray(inputShape[0]) ? inputShape : [inputShape]) as readonly Shape[]);
  const observed = [...walk(model)].map(([path, module]) => observe(path, module as Runnable));
  const [first] = observed.flatMap(({ module }) => parameterEntries(module));
  const dtypes = shapes.map((_, i) => (Array.isArray(dtype) ? dtype[i] : dtype) ?? first?.[1].dtype);
  const inputs = shapes.map((shape, i) => zeros(shape, { dtype: dtypes[i] }));
  const forwardBytes = inputShape === undefined ? 0 : run(model, inputs, observed);
  const rows = rowsOf(observed);
  const sum = (count: (row: SummaryRow) => number) => rows.reduce((total, row) => total + count(row), 0);
  const totals = {
    parameters: sum((row) => row.parameters),
    trainable: sum((row) => row.trainable),
    multiplyAdds: sum((row) => row.multiplyAdds),
    inputBytes: bytesOf(inputs),
    forwardBytes,
    parameterBytes: bytesOf(new Set(observed.flatMap(({ module }) => parametersOf(module)))),
  };
  return new Summary(rows, totals, outsideTree(model));
}

function observe(path: string, module: Runnable): Observed {
  return { path, module, calls: 0, outputShapes: new Map(), multiplyAdds: 0 };
}

/** Runs the model and records the calls of its modules in `observed`. Restores the model; returns the bytes of the outputs. */
function run(model: Runnable, inputs: readonly Tensor[], observed: readonly Observed[]): number {
  const running: Frame[] = [];
  let before = `given the input ${formatShapes(inputs)}`;
  let forwardBytes = 0;
  const begin = (known: Observed) => {
    const caller = running.at(-1);
    if (caller) caller.isLeaf = false;
    running.push({ observed: known, start: multiplyAddsSkipped(), below: 0, isLeaf: true });
  };
  const end = (known: Observed, output: unknown) => {
    let frame = running.pop();
    // The module that should end now may have caught the error of a module that it called, whose frame is left.
    while (frame && frame.observed !== known) {
      const { below } = frame;
      frame = running.pop();
      if (frame) frame.below += below;
    }
    if (frame === undefined) return;
    const tensors = tensorsOf(output);
    const spared = multiplyAddsSkipped() - frame.start;
    const caller = running.at(-1);
    if (caller) caller.below += spared;
    known.calls++;
    known.multiplyAdds += spared - frame.below;
    known.outputShapes.set(
      formatShapes(tensors),
      tensors.map(({ shape }) => shape),
    );
    if (frame.isLeaf) forwardBytes += bytesOf(tensors);
    before = `after ${known.path} → ${formatShapes(tensors)}`;
  };
  const restore = saveState(observed.map(({ module }) => module));
  const handles = observed.flatMap((known) => [
    addHook(known.module, { before: () => begin(known) }),
    addHook(known.module, { after: (_module: never, _inputs: never, output: unknown) => end(known, output) }),
  ]);
  try {
    for (const { module } of observed) module.training = false;
    noGrad(() => dryRun(() => model.forward(...inputs)));
  } catch (error) {
    throw extend(error, ` (${before})`);
  } finally {
    for (const handle of handles) handle.remove();
    restore();
  }
  return forwardBytes;
}

function rowsOf(observed: readonly Observed[]): SummaryRow[] {
  const counted = new Set<Tensor>();
  return observed.map(({ path, module, calls, outputShapes, multiplyAdds }) => {
    const own = parametersOf(module);
    const fresh = own.filter((parameter) => !counted.has(parameter));
    for (const parameter of fresh) counted.add(parameter);
    const parameters = elementsOf(fresh);
    return {
      path,
      kind: module.constructor.name,
      calls,
      outputShapes: [...outputShapes.values()],
      parameters,
      trainable: elementsOf(fresh.filter(({ requiresGrad }) => requiresGrad)),
      tied: elementsOf(own) - parameters,
      multiplyAdds,
    };
  });
}

/** A module's own parameters, each once. */
function parametersOf(module: ModuleNode): Tensor[] {
  return [...new Set(parameterEntries(module).map(([, parameter]) => parameter))];
}

/** The tensors of an output, in order. The output may be a tensor, or nested arrays and plain objects of tensors. */
function tensorsOf(output: unknown): Tensor[] {
  if (output instanceof Tensor) return [output];
  if (Array.isArray(output)) return output.flatMap(tensorsOf);
  const isPlain = typeof output === 'object' && output !== null && Object.getPrototypeOf(output) === Object.prototype;
  return isPlain ? Object.values(output).flatMap(tensorsOf) : [];
}

function formatShapes(tensors: readonly Tensor[]): string {
  return tensors.map(({ shape }) => formatShape(shape)).join(', ');
}

function elementsOf(tensors: readonly Tensor[]): number {
  return tensors.reduce((total, { numel }) => total + numel, 0);
}

function bytesOf(tensors: Iterable<Tensor>): number {
  let bytes = 0;
  for (const { numel, dtype } of tensors) bytes += numel * bytesPerElement(dtype);
  return bytes;
}
