import type { FileDType } from '../checkpoint/safetensorsDtypes.js';
import { formatNumber, formatRange, formatWhole, type Table, type TableFormat } from '../formatTable.js';
import type { NormalLaw, UniformLaw } from '../laws/Law.js';
import { printable } from '../printable.js';
import { TORCH_X86 } from '../random/references/torchX86.js';
import { formatShape, type Shape } from '../tensor/Shape.js';

/** What {@link identify} found out about one tensor. */
export interface IdentifiedTensor {
  /** The name of the tensor. */
  readonly name: string;
  readonly shape: Shape;
  /** The dtype; one that no tensor here has by the format's name, `'F8_E4M3'`. */
  readonly dtype: FileDType;
  /**
   * - `'drawn'`: every element is a draw of PyTorch's stream, from a uniform or a normal law
   * - `'constant'`: every element is 0, or every element is 1, as in PyTorch's defaults
   * - `'predicted'`: the model gives every bit, by a law that the search without a model does not know
   * - `'changed'`: some elements are draws of the stream, or the model gives other elements
   * - `'extra'`, `'missing'`: the file has the tensor, and the model does not; or the reverse
   * - `'unknown'`: none of these; nothing is said about where the elements come from
   */
  readonly verdict: 'drawn' | 'constant' | 'predicted' | 'changed' | 'extra' | 'missing' | 'unknown';
  /** The law, U[−b, b) or N(0, std²), if the tensor was found in the stream; otherwise `null`. */
  readonly law: UniformLaw | NormalLaw | null;
  /** The number of words of the stream before the first element if the tensor was found in the stream; otherwise `null`. */
  readonly fromWord: number | null;
  /** A sentence for the reader: where PyTorch uses the law, how many elements differ, or why nothing is known. */
  readonly detail: string;
}

/** What {@link identify} found out about a file: frozen data that prints as a table. */
export interface Identification {
  /** Whether there is a seed from whose stream the tensors were drawn and, if a model was given, the model draws them. */
  readonly isIdentified: boolean;
  /** The seed, in [0, 2³²); PyTorch's stream depends on the lower 32 bits of a seed only. `null` if none was found. */
  readonly seed: number | null;
  /**
   * The reference whose numbers the tensors have, such as `'torch-x86-2.15'`; `null` if several give the same numbers, as where
   * all laws are uniform, or if the tensors do not have a common one.
   */
  readonly reference: string | null;
  /** The name of the tensor from which the state of the generator was computed; `null` if there is none. */
  readonly source: string | null;
  /** Words of the stream before the construction of the model; `null` without a model. */
  readonly modelFromWord: number | null;
  /** The name of the policy that gives the tensors; `null` without a policy. */
  readonly policy: string | null;
  /** Why {@link isIdentified} is false; `null` if it is true. */
  readonly reason: string | null;
  /** The tensors, in the order in which they were given; those that only the model has come last. */
  readonly tensors: readonly IdentifiedTensor[];
  /** The names of the tensors that were found in the stream, in the order in which they were drawn. */
  readonly order: readonly string[];
  /** The finding as a sentence and a table. */
  toString(): string;
}

/** The data of an identification with its printed form. */
export function createIdentification(
  data: Omit<Identification, 'isIdentified' | 'order' | 'toString'>,
): Identification {
  const tensors = Object.freeze(
    data.tensors.map((tensor) => Object.freeze({ ...tensor, law: Object.freeze(tensor.law) })),
  );
  const found = tensors.filter(({ fromWord }) => fromWord !== null);
  const order = found.toSorted((a, b) => Number(a.fromWord) - Number(b.fromWord)).map(({ name }) => name);
  const isIdentified = data.reason === null;
  const identification = { isIdentified, ...data, tensors, order: Object.freeze(order) };
  // The method is not enumerable, so that only the data is printed as JSON and compared.
  Object.defineProperty(identification, 'toString', { value: () => formatIdentification(identification, formatWhole) });
  return Object.freeze(identification);
}

/** An identification as text, with a table that is written in some form. */
export function formatIdentification(found: Omit<Identification, 'toString'>, format: TableFormat): string {
  return `${headline(found)}\n${format(tableOf(found.tensors))}`;
}

function tableOf(tensors: readonly IdentifiedTensor[]): Table<IdentifiedTensor> {
  const place = ({ fromWord }: IdentifiedTensor) => fromWord ?? Number.NaN;
  return {
    rows: tensors,
    title: 'tensor',
    nameOf: ({ name }) => name,
    keyOf: ({ shape, verdict, law, detail }) => JSON.stringify([shape, verdict, law && formatLaw(law), detail]),
    columns: [
      { title: 'shape', alignment: 'left', cell: ([{ shape }]) => formatShape(shape) },
      { title: 'verdict', alignment: 'left', cell: ([{ verdict }]) => verdict },
      { title: 'law', alignment: 'left', cell: ([{ law }]) => (law === null ? '–' : formatLaw(law)) },
      { title: 'from word', alignment: 'right', cell: (rows) => formatRange(rows.map(place), formatWord) },
      { title: 'detail', alignment: 'left', cell: ([{ detail }]) => detail },
    ],
    narrowings: [{ leaveOut: 'from word' }, { leaveOut: 'shape' }, { leaveOut: 'law' }],
  };
}

function formatWord(word: number): string {
  return Number.isNaN(word) ? '–' : word.toLocaleString('en');
}

function formatLaw(law: UniformLaw | NormalLaw): string {
  return law.kind === 'uniform' ? `uniform(±${formatNumber(law.to)})` : `normal(std=${formatNumber(law.std)})`;
}

function headline({
  seed,
  reference,
  policy,
  reason,
  modelFromWord,
  tensors,
}: Omit<Identification, 'toString'>): string {
  if (reason !== null) return printable(`not identified${seed === null ? '' : ` (seed ${seed})`}: ${reason}`);
  const equal = tensors.filter(({ verdict }) => ['drawn', 'constant', 'predicted'].includes(verdict)).length;
  const how = [
    ...(reference === null || reference === TORCH_X86.name ? [] : [reference]),
    ...(policy === null ? [] : [`policy ${policy}`]),
    ...(modelFromWord ? [`the model begins after ${modelFromWord.toLocaleString('en')} words`] : []),
  ];
  const brackets = how.length === 0 ? '' : ` (${how.join(', ')})`;
  const what = modelFromWord === null ? "untouched draws of PyTorch's stream or constants" : 'what the model draws';
  return printable(`seed ${seed}${brackets}: ${equal} of ${tensors.length} tensors are ${what}`);
}
