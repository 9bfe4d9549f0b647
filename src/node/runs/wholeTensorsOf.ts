import type { NamedTensor } from '../../checkpoint/layOutTensors.js';
import { drawsNothing } from '../../laws/advancePast.js';
import { operationsOf } from '../../laws/bindLaw.js';
import { leavesElements, partsOf } from '../../laws/partsOf.js';
import type { FloatDType } from '../../numerics/DType.js';
import type { Plan } from '../../policy/Plan.js';
import { memoryOf } from '../../tensor/deferredData.js';
import { drawnBy } from './drawIntoFile.js';

/** Tells the tensors of which no part can be drawn alone: orthogonal and sparse matrices, and those that a law leaves partly as they are. */
export function wholeTensorsOf(plan: Plan): (tensor: NamedTensor) => boolean {
  const memories = new Set<object>();
  for (const { memory, assignment } of drawnBy(plan)) {
    const { law, shape, dtype } = assignment;
    const isWhole = partsOf(law, shape).some(
      ({ law: part, shape: own, isDiscarded }) =>
        !isDiscarded && operationsOf(part).isElementwise !== true && !drawsNothing(part, own, dtype as FloatDType),
    );
    if (isWhole || leavesElements(law, shape)) memories.add(memory);
  }
  return ({ tensor }) => memories.has(memoryOf(tensor).memory);
}
