import type { NamedTensor } from '../../checkpoint/layOutTensors.js';
import { bytesOf } from '../../numerics/DType.js';
import type { Plan } from '../../policy/Plan.js';
import { memoryOf } from '../../tensor/deferredData.js';
import { drawnBy, leaves } from './drawIntoFile.js';
import { entriesOf, type FileStore, groupByMemory, type MemoryRange, type PlacedTensor } from './FileMemory.js';
import { HeldTensors } from './HeldTensors.js';

/** Tensors in the layout of a store, of which each begins at its first byte. */
export function placesOf(tensors: readonly NamedTensor[]): PlacedTensor[] {
  return tensors.map((tensor) => ({ ...tensor, start: 0, end: tensor.tensor.numel * bytesOf(tensor.dtype) }));
}

/** Receives what a run writes and keeps none of it, except the tensors that the run reads again. */
export class UnkeptTensors implements FileStore {
  /** There is no file. */
  readonly path = '';
  readonly layout: { readonly tensors: readonly PlacedTensor[] };
  readonly held: HeldTensors;

  /**
   * @param tensors the tensors that the run writes
   * @param taken the memory that the run takes from a checkpoint
   */
  constructor(tensors: readonly NamedTensor[], plan: Plan, taken: readonly MemoryRange[]) {
    this.layout = { tensors: placesOf(tensors) };
    const read = readAgain(plan, taken);
    const places = entriesOf(this).flatMap(({ memory, place }) => (read.has(memory) ? [place] : []));
    this.held = new HeldTensors(new Set(places));
  }

  write(place: PlacedTensor, from: number, bytes: Uint8Array): void {
    this.held.write(place, from, bytes);
  }

  read(place: PlacedTensor, from: number, bytes: Uint8Array): void {
    this.held.read(place, from, bytes);
  }

  /** No file has a place for the bytes. */
  locate(): null {
    return null;
  }
}

/** The memory of which a fill leaves elements as they are, and that of kept parameters which something else writes. */
function readAgain(plan: Plan, taken: readonly MemoryRange[]): ReadonlySet<object> {
  const drawn = drawnBy(plan);
  const written = groupByMemory<MemoryRange>([...taken, ...drawn]);
  const kept = plan.assignments
    .filter(({ law }) => law.kind === 'untouched')
    .map(({ parameter }) => memoryOf(parameter));
  return new Set(
    [...drawn.filter(leaves), ...kept.filter(({ memory }) => written.has(memory))].map(({ memory }) => memory),
  );
}
