import type { SampleMoments } from '../../kernels/draw/sampleMoments.js';
import { PIECE } from '../../laws/streamPieces.js';
import { bytesOf, type Storage } from '../../numerics/DType.js';
import type { Assignment } from '../../policy/Plan.js';
import { SampleBuilder } from '../../policy/SampleBuilder.js';
import type { Steps } from '../../random/Steps.js';
import { memoryOf } from '../../tensor/deferredData.js';
import { type FileMemory, groupByMemory, type MemoryRange } from './FileMemory.js';

/** A parameter that the plan keeps, and what is known of its elements. */
interface Kept extends MemoryRange {
  readonly assignment: Assignment;
  /** The sample while elements arrive. */
  sample: SampleBuilder | null;
  moments: SampleMoments | null;
}

/**
 * The samples of the parameters that a plan keeps. They are measured while they are written; from the file, if the plan draws elements of
 * theirs elsewhere.
 */
export class KeptSamples {
  private readonly kept: readonly Kept[];
  private readonly measured: ReadonlyMap<object, readonly Kept[]>;

  /** @param drawn the memory that the plan draws */
  constructor(assignments: readonly Assignment[], drawn: ReadonlyMap<object, unknown>) {
    this.kept = assignments
      .filter(({ law }) => law.kind === 'untouched')
      .map((assignment) => ({ ...memoryOf(assignment.parameter), assignment, sample: null, moments: null }));
    this.measured = groupByMemory(this.kept.filter(({ memory }) => !drawn.has(memory)));
  }

  /** Adds elements that are written from byte `at` of a memory on, in order. */
  add(memory: object, at: number, elements: Storage): void {
    const size = elements.BYTES_PER_ELEMENT;
    for (const kept of this.measured.get(memory) ?? []) {
      const first = Math.max(at, kept.from);
      const end = Math.min(at + elements.byteLength, kept.to);
      if (first < end) addElements(kept, elements.subarray((first - at) / size, (end - at) / size));
    }
  }

  /** Adds the next elements of a tensor, which are written in order. */
  addTo({ memory, from, to }: MemoryRange, elements: Storage): void {
    for (const kept of this.measured.get(memory) ?? []) {
      if (kept.from === from && kept.to === to) addElements(kept, elements);
    }
  }

  /** Notes the moments of a whole memory, whose elements another thread has written. */
  note({ memory, from, to }: MemoryRange, moments: SampleMoments): void {
    for (const kept of this.measured.get(memory) ?? []) {
      if (kept.from === from && kept.to === to) kept.moments = moments;
    }
  }

  /** The moments of every kept parameter, as it is in the file. */
  *moments(file: FileMemory): Steps<ReadonlyMap<Assignment, SampleMoments>> {
    const found = new Map<Assignment, SampleMoments>();
    for (const kept of this.kept) found.set(kept.assignment, kept.moments ?? (yield* measureInFile(kept, file)));
    return found;
  }
}

function addElements(kept: Kept, elements: Storage): void {
  const { parameter, dtype } = kept.assignment;
  kept.sample ??= new SampleBuilder(parameter.numel, dtype);
  kept.sample.add(elements);
  if (!kept.sample.isComplete) return;
  kept.moments = kept.sample.moments();
  kept.sample = null;
}

function* measureInFile({ assignment, memory, from }: Kept, file: FileMemory): Steps<SampleMoments> {
  const { dtype, parameter } = assignment;
  const sample = new SampleBuilder(parameter.numel, dtype);
  for (let start = 0; start < parameter.numel; start += PIECE) {
    const elements = file.piece(dtype, Math.min(PIECE, parameter.numel - start));
    file.read(memory, from + start * bytesOf(dtype), elements);
    sample.add(elements);
    yield;
  }
  return sample.moments();
}
