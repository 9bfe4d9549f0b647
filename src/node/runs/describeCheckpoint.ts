import { createHash } from 'node:crypto';
import { canonicalJson } from '../../checkpoint/canonicalJson.js';
import type { CoveredRange } from '../../checkpoint/coverage.js';
import { bytesIn, type NamedTensor } from '../../checkpoint/layOutTensors.js';
import type { FilesPlan } from '../../checkpoint/planFiles.js';
import { deferralOf } from '../../init/Deferral.js';
import { bytesOf } from '../../numerics/DType.js';
import type { Generator } from '../../random/Generator.js';
import { isDeferred, memoryOf } from '../../tensor/deferredData.js';
import { VERSION } from '../../version.js';
import type { CheckpointDescription } from '../files/folderNotes.js';
import { drawnBy, keptEntries } from './drawIntoFile.js';
import { groupByMemory, type MemoryRange } from './FileMemory.js';
import type { Drawn } from './Filling.js';
import { type FileRun, type Taken, takenBy } from './takeElements.js';

/**
 * Describes how each element of a checkpoint arises: by which law, at which place in the stream or with which key, or by a copy of what
 * the model or a checkpoint holds. Equal descriptions give equal files. Nothing in it depends on the processes that write the files.
 * @param from the SHA-256 of the checkpoint that the run starts from. Default: none.
 */
export function describeCheckpoint(run: FileRun, files: FilesPlan, from?: string): CheckpointDescription {
  const { plan, context } = run;
  const { generator, source } = context;
  const drawn = drawnBy(plan);
  const stored = files.tensors.map((tensor) => ({ ...memoryOf(tensor.tensor), tensor }));
  const byMemory = groupByMemory(drawn);
  const taken = takenBy(run);
  const takenOf = groupByMemory(taken);
  const kept = new Set(keptEntries({ entries: stored }, drawn, taken));
  const text = canonicalJson({
    version: VERSION,
    source,
    start: source.rng === 'torch' ? placeOf(generator, 0) : null,
    layout: files.layout,
    metadata: files.metadata,
    ...(from === undefined ? {} : { from }),
    // Pairs keep their order.
    index: files.index && [...files.index],
    tensors: stored.map((entry) => ({
      name: entry.tensor.name,
      dtype: entry.tensor.dtype,
      shape: entry.tensor.shape,
      draws: [
        ...(kept.has(entry) ? [describeKept(entry.tensor)] : []),
        ...copiesOf(entry, takenOf.get(entry.memory) ?? []),
        ...drawsOf(entry, byMemory.get(entry.memory) ?? []),
      ],
    })),
    files: files.files.map(({ file, layout }) => ({
      file,
      bytes: layout.size,
      header: createHash('sha256').update(layout.header).digest('hex'),
      covered: coveredBy(layout.tensors),
    })),
  });
  return { text, shardPlan: createHash('sha256').update(text).digest('hex') };
}

/** The elements that a file holds, in the order of the file. */
export function coveredBy(
  slices: readonly { readonly name: string; readonly from: number; readonly to: number }[],
): CoveredRange[] {
  return slices.map(({ name, from, to }) => [name, from, to]);
}

/**
 * The fills of a plan that write into a tensor.
 * @param sharing the fills of the tensor's memory
 */
function drawsOf(
  { from, to, tensor }: MemoryRange & { readonly tensor: NamedTensor },
  sharing: readonly Drawn[],
): object[] {
  const size = bytesOf(tensor.dtype);
  return sharing
    .filter((range) => range.from < to && range.to > from)
    .map((range) => {
      const { law, shape, place, key } = range.assignment;
      const order = key === null ? { place: place ?? range.index } : { key };
      return { law, shape, at: (range.from - from) / size, ...order };
    });
}

/**
 * The tensors of a checkpoint whose elements a tensor gets.
 * @param sharing what is taken of the tensor's memory
 */
function copiesOf(
  { from, to, tensor }: MemoryRange & { readonly tensor: NamedTensor },
  sharing: readonly Taken[],
): object[] {
  return sharing
    .filter((range) => range.from < to && range.to > from)
    .map(({ name, dtype, from: first }) => ({ taken: name, dtype, at: (first - from) / bytesOf(tensor.dtype) }));
}

/** The elements that the model holds before the plan is carried out. */
function describeKept({ tensor }: NamedTensor): object {
  const deferral = deferralOf(tensor);
  const [fill] = deferral?.fillsOf([tensor]) ?? [];
  if (fill !== undefined) return { law: fill.law, shape: fill.shape, start: placeOf(fill.start, fill.offset) };
  if (isDeferred(tensor)) return { zeros: true };
  return { sha256: createHash('sha256').update(bytesIn(tensor)).digest('hex') };
}

/** A place in a stream, as everything that determines the words after it. */
function placeOf(generator: Generator, words: number): object {
  const { engine, reference, cachedNormal = null } = generator;
  if (engine !== 'mersenne') {
    const { initialSeed, wordsDrawn } = generator;
    return { engine, seed: String(initialSeed), words: wordsDrawn + words, cachedNormal };
  }
  const state = createHash('sha256').update(generator.getState()).digest('hex');
  return { engine, reference, state, words };
}
