import { fillPieces } from '../../laws/fillPieces.js';
import type { Range } from '../../laws/LawOperations.js';
import { leavesElements } from '../../laws/partsOf.js';
import { TOGETHER } from '../../laws/streamPieces.js';
import type { DType } from '../../numerics/DType.js';
import { generatorOf } from '../../random/generatorOf.js';
import type { Steps } from '../../random/Steps.js';
import { numelOf, type Shape } from '../../tensor/Shape.js';
import type { FillStarts } from '../threads/FillStarts.js';
import type { Measures } from '../threads/FillTask.js';
import { keptEntries, overWhatIsWritten } from './drawIntoFile.js';
import type { FileEntry, MemoryRange, TensorStore } from './FileMemory.js';
import { type Drawn, type FileProgress, Filling } from './Filling.js';
import type { KeptFill } from './keepElements.js';
import type { ShardSamples } from './ShardSamples.js';
import type { Taken } from './takeElements.js';

/**
 * The part of a plan that a file holds, and what a checkpoint gives of it: whole tensors, or slices of them. Each fill begins at its own
 * place in the stream, so the bytes do not depend on which other files this process draws.
 */
export class ShardFilling extends Filling {
  readonly drawn: readonly Drawn[];
  readonly kept: readonly FileEntry[];
  protected readonly bytesTotal: number;

  /** @param drawn the assignments of the plan that are drawn, in order */
  constructor(
    drawn: readonly Drawn[],
    private readonly starts: FillStarts,
    store: TensorStore,
    readonly samples: ShardSamples,
    taken: readonly Taken[],
    onProgress: (progress: FileProgress) => void = () => {},
  ) {
    super(store, taken, onProgress);
    this.drawn = drawn.filter((range) => this.file.wanted([range], range.assignment.dtype) !== null);
    this.kept = keptEntries(this.file, this.drawn, taken);
    this.bytesTotal = store.layout.tensors.reduce((total, { start, end }) => total + end - start, 0);
  }

  *write(drawn: Drawn): Steps {
    const { assignment, index } = drawn;
    const { path, law, shape, dtype, key } = assignment;
    this.path = path;
    const range = this.partOf([drawn], shape, dtype);
    const generator = key ? generatorOf(key) : yield* this.starts.open(index);
    const before = generator.wordsDrawn;
    const pieces = leavesElements(law, shape)
      ? [overWhatIsWritten(this.file, drawn, generator)]
      : fillPieces(law, shape, dtype, key ?? generator, { together: TOGETHER, range });
    yield* this.file.draw(pieces, dtype, [drawn], (elements, start) => this.samples.addDrawn(drawn, start, elements));
    if (range === undefined && key === null) {
      this.starts.note(index, generator.wordsDrawn - before, generator.cachedNormal);
    }
  }

  useOf(drawn: Drawn): ReturnType<Filling['useOf']> {
    const { shape, dtype } = drawn.assignment;
    return {
      range: this.partOf([drawn], shape, dtype),
      measures: this.samples.measuresOf(drawn.assignment),
      onEnd: (measured) => this.samples.addMeasured(drawn, measured),
    };
  }

  useOfKept({ fill, ranges }: KeptFill): ReturnType<Filling['useOfKept']> {
    const measures: Measures | null = this.samples.notesKept(ranges);
    return (
      measures && {
        range: this.partOf(ranges, fill.shape, fill.tensors[0].dtype),
        measures,
        onEnd: (measured) => this.samples.addKept(ranges, measured),
      }
    );
  }

  /** The elements of a fill that the file has; undefined if it has all of them. */
  private partOf(ranges: readonly MemoryRange[], shape: Shape, dtype: DType): Range | undefined {
    const range = this.file.wanted(ranges, dtype) as Range;
    return range[0] === 0 && range[1] === numelOf(shape) ? undefined : range;
  }
}
