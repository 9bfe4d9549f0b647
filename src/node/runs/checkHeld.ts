import { storedTensors } from '../../checkpoint/layOutTensors.js';
import { formatProblems, ShapeError } from '../../errors.js';
import { deferralOf } from '../../init/Deferral.js';
import { bytesAtOnce } from '../../laws/bytesAtOnce.js';
import type { FloatDType } from '../../numerics/DType.js';
import type { Plan } from '../../policy/Plan.js';
import type { Run } from '../../policy/prepareRun.js';
import type { Generator } from '../../random/Generator.js';
import { memoryOf } from '../../tensor/deferredData.js';
import { formatShape, type Shape } from '../../tensor/Shape.js';
import { MOST_HELD } from '../threads/mostHeld.js';
import { drawnBy, keptEntries } from './drawIntoFile.js';
import type { MemoryRange } from './FileMemory.js';

/** A tensor that a run into a file holds while it draws it, because no part of it can be drawn alone. */
export interface HeldTensor {
  readonly path: string;
  readonly shape: Shape;
  /** What draws it. */
  readonly law: string;
  /** The bytes of the tensor, and of what its law needs beside it. */
  readonly bytes: number;
}

/** The tensors of a plan for which a run into a file would hold too many bytes. */
export function tooLarge({ assignments }: Plan, generator: Generator): HeldTensor[] {
  return assignments
    .map(({ path, shape, law, dtype, key }) => ({
      path,
      shape,
      law: law.kind,
      bytes: bytesAtOnce(law, shape, dtype as FloatDType, key === null ? generator : 'key'),
    }))
    .filter(isTooLarge);
}

/**
 * Checks that a run into files does not hold too many bytes at once.
 * @param taken the memory that the run takes from a checkpoint instead
 * @throws ShapeError that lists every tensor for which it would
 */
export function checkHeld({ plan, context }: Run, taken: readonly MemoryRange[]): void {
  const found = [...tooLarge(plan, context.generator), ...tooLargeFills({ plan, context }, taken)];
  if (found.length === 0) return;
  const [{ path }] = found;
  const list = found.map((held) => `${found.length > 1 ? `${held.path}: ` : ''}${describeHeld(held)}`);
  throw new ShapeError(
    `${formatProblems(list, '; ')}; expected at most ${MOST_HELD.toLocaleString('en')} bytes; choose an initialiser whose elements are ` +
      'drawn one by one, or initialise the model in memory by initializeWeights and save it by saveFile or saveFolder',
    found.length === 1 ? path : undefined,
  );
}

/** `orthogonal of shape [9, 9] is drawn as a whole, which takes 1,620 bytes` */
export function describeHeld({ law, shape, bytes }: HeldTensor): string {
  return `${law} of shape ${formatShape(shape)} is drawn as a whole, which takes ${bytes.toLocaleString('en')} bytes`;
}

/** The deferred fills of the constructor that are drawn into the file, and are too large. */
function tooLargeFills({ plan, context }: Pick<Run, 'plan' | 'context'>, taken: readonly MemoryRange[]): HeldTensor[] {
  const stored = storedTensors(context.model).tensors.map((tensor) => ({ ...memoryOf(tensor.tensor), ...tensor }));
  return keptEntries({ entries: stored }, drawnBy(plan), taken).flatMap(({ name, tensor }) =>
    (deferralOf(tensor)?.fillsOf([tensor]) ?? [])
      .map(({ law, shape, start, tensors: [{ dtype }] }) => ({
        path: name,
        shape,
        law: law.kind,
        bytes: bytesAtOnce(law, shape, dtype as FloatDType, start),
      }))
      .filter(isTooLarge),
  );
}

function isTooLarge({ bytes }: HeldTensor): boolean {
  return bytes > MOST_HELD;
}
