import { bytesOf, type DType } from '../../numerics/DType.js';
import type { Assignment } from '../../policy/Plan.js';
import type { Steps } from '../../random/Steps.js';
import type { DrawnFill, PooledFill } from '../threads/buildTasks.js';
import { type FileEntry, FileMemory, type MemoryRange, type TensorStore } from './FileMemory.js';
import { type ElementSink, type KeptFill, keepElements } from './keepElements.js';
import { type Taken, takeElements } from './takeElements.js';

/** Bytes after which the device begins to write, while others are drawn. Otherwise it would write most of them in the flush at the end. */
const WRITE_BACK = 2 ** 26;

/** The progress of a run that writes a file. */
export interface FileProgress {
  /** State-dict key of the tensor that is being written. */
  readonly path: string;
  /** The number of bytes that are written. */
  readonly bytesDone: number;
  /** The number of bytes that the run writes. What several passes of the policy draw is counted each time. */
  readonly bytesTotal: number;
}

/** An assignment that draws or writes, with the memory of its parameter. */
export interface Drawn extends MemoryRange {
  readonly assignment: Assignment;
  /** The index of the assignment in the plan. */
  readonly index: number;
}

/**
 * What a run has to write into files, and who looks at it. {@link fill} writes it in one thread, and `fillInThreads` in several. The model
 * stays as it is, and what is deferred stays deferred.
 */
export abstract class Filling {
  readonly file: FileMemory;
  /** What the plan draws or writes, in order. */
  abstract readonly drawn: readonly Drawn[];
  /** The tensors of the files of which neither a checkpoint nor the plan gives every element. */
  abstract readonly kept: readonly FileEntry[];
  abstract readonly samples: ElementSink;
  /** The state-dict key of the tensor that is being written. */
  path = '';
  protected abstract readonly bytesTotal: number;
  private bytesDone = 0;
  private nextWriteBack = WRITE_BACK;

  /** @param taken what a checkpoint gives */
  constructor(
    private readonly store: TensorStore,
    readonly taken: readonly Taken[],
    private readonly onProgress: (progress: FileProgress) => void,
  ) {
    this.file = new FileMemory(store, (bytes) => this.advance(bytes));
  }

  /**
   * Writes everything: first the elements that the plan keeps, as the model holds them, then those that a checkpoint gives, and then those
   * that the plan draws.
   */
  *fill(): Steps {
    yield* keepElements(this.file, this.kept, this.samples, this.onTensor);
    yield* this.take();
    for (const range of this.drawn) yield* this.write(range);
  }

  /** Writes what a checkpoint gives. */
  *take(): Steps {
    yield* takeElements(this.file, this.taken, this.samples, this.onTensor);
  }

  /** Draws or writes an assignment in this thread. */
  abstract write(range: Drawn): Steps;

  /** How the threads of a pool draw an assignment, and what follows. */
  abstract useOf(range: Drawn): Pick<PooledFill, 'range' | 'measures' | 'onEnd'>;

  /** The same for a fill that the model keeps; `null` if this thread has to draw it, because others do not see its elements. */
  abstract useOfKept(kept: KeptFill):
    | (Pick<PooledFill, 'range' | 'measures'> & {
        readonly onEnd: (drawn: DrawnFill) => void;
      })
    | null;

  /** Counts elements that other threads have written. */
  countElements(path: string, count: number, dtype: DType): void {
    this.path = path;
    this.advance(count * bytesOf(dtype));
  }

  private readonly onTensor = (name: string): void => {
    this.path = name;
  };

  private advance(bytes: number): void {
    const { path, bytesTotal } = this;
    this.bytesDone = Math.min(this.bytesDone + bytes, bytesTotal);
    if (this.bytesDone >= this.nextWriteBack) {
      this.store.writeBack?.();
      this.nextWriteBack = this.bytesDone + WRITE_BACK;
    }
    this.onProgress({ path, bytesDone: this.bytesDone, bytesTotal });
  }
}
