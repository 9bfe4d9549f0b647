import { isFloatDType } from '../numerics/DType.js';
import { chooseNumberFormat } from './chooseNumberFormat.js';
import { type Dense, numbersOf } from './Dense.js';
import { getDefaultDtype } from './defaultDtype.js';
import { numelOf, type Shape } from './Shape.js';

/** PyTorch's default print options (`torch.set_printoptions`). */
const THRESHOLD = 1000;
const EDGE_ITEMS = 3;
const LINE_WIDTH = 80;

const PREFIX = 'tensor(';

/** A tensor in the layout of PyTorch's `repr`. `note` is the part about gradients, such as `requires_grad=True`. */
export function formatTensor(tensor: Dense, note?: string): string {
  const { dtype, shape } = tensor;
  const numel = numelOf(shape);
  const suffixes: string[] = [];
  if (numel === 0 && shape.length !== 1) suffixes.push(`size=(${shape.join(', ')})`);
  const isDefault = dtype === getDefaultDtype() || (numel > 0 && (dtype === 'int64' || dtype === 'bool'));
  if (!isDefault) suffixes.push(`dtype=torch.${dtype}`);
  if (note) suffixes.push(note);
  return addSuffixes(PREFIX + (numel === 0 ? '[]' : formatElements(tensor)), suffixes);
}

function formatElements(tensor: Dense): string {
  const numbers = numbersOf(tensor);
  const summarize = numbers.length > THRESHOLD;
  const shown = shownIndices(tensor.shape, summarize);
  // int64 is printed from its bigints, because numbers would lose digits.
  const exact = tensor.dtype === 'int64' || tensor.dtype === 'bool' ? tensor.data : numbers;
  const values = shown.map((index) => exact[index]);
  const format = chooseNumberFormat(values, isFloatDType(tensor.dtype), tensor.dtype === 'bool');
  let next = 0;
  const take = () => format.write(values[next++]);
  return formatBlock(tensor.shape, PREFIX.length, summarize, format.width, take);
}

/** Nested brackets. Each call of `take` returns the text of the next element that is shown. */
function formatBlock(shape: Shape, indent: number, summarize: boolean, width: number, take: () => string): string {
  const [size, ...inner] = shape;
  if (size === undefined) return take();
  const elided = summarize && size > 2 * EDGE_ITEMS;
  const count = elided ? 2 * EDGE_ITEMS : size;
  const isVector = inner.length === 0;
  const parts: string[] = [];
  for (let i = 0; i < count; i++) {
    if (elided && i === EDGE_ITEMS) parts.push(isVector ? ' ...' : '...');
    parts.push(isVector ? take() : formatBlock(inner, indent + 1, summarize, width, take));
  }
  const newline = `,\n${' '.repeat(indent + 1)}`;
  if (!isVector) return `[${parts.join(`,${'\n'.repeat(inner.length)}${' '.repeat(indent + 1)}`)}]`;
  const perLine = Math.max(1, Math.floor((LINE_WIDTH - indent) / (width + 2)));
  const lines: string[] = [];
  for (let i = 0; i < parts.length; i += perLine) lines.push(parts.slice(i, i + perLine).join(', '));
  return `[${lines.join(newline)}]`;
}

/** The indices of the elements that are printed, in order: all, or three from each end of each dimension. */
function shownIndices(shape: Shape, summarize: boolean): number[] {
  let indices = [0];
  for (const size of shape) {
    const elided = summarize && size > 2 * EDGE_ITEMS;
    const own = Array.from({ length: elided ? 2 * EDGE_ITEMS : size }, (_, i) =>
      elided && i >= EDGE_ITEMS ? size - 2 * EDGE_ITEMS + i : i,
    );
    indices = indices.flatMap((index) => own.map((i) => index * size + i));
  }
  return indices;
}

function addSuffixes(text: string, suffixes: readonly string[]): string {
  let result = text;
  let lineLength = text.length - text.lastIndexOf('\n') + 1;
  for (const suffix of suffixes) {
    const fits = lineLength + suffix.length + 2 <= LINE_WIDTH;
    result += fits ? `, ${suffix}` : `,\n${' '.repeat(PREFIX.length)}${suffix}`;
    lineLength = fits ? lineLength + suffix.length + 2 : PREFIX.length + suffix.length;
  }
  return `${result})`;
}
