import type { FileDType } from '../checkpoint/safetensorsDtypes.js';
import type { TensorForm } from '../checkpoint/TensorSource.js';
import { numelOf } from '../tensor/Shape.js';
import type { Tensor } from '../tensor/Tensor.js';
import type { DrawnModel } from './drawnModel.js';
import type { IdentifiedTensor } from './Identification.js';
import type { StreamSearch } from './searchStream.js';

/** The dtypes of tensors that are searched for constants. float32 is searched for draws, too. */
const SUPPORTED: readonly FileDType[] = ['float32', 'int64', 'int32', 'uint8', 'bool'];

/** What the search says about one of the tensors. */
export function describeTensor(
  name: string,
  { dtype, shape }: TensorForm,
  read: (name: string) => Tensor,
  { draws, solved }: StreamSearch,
): IdentifiedTensor {
  const none = { name, shape, dtype, law: null, fromWord: null };
  const draw = draws.get(name);
  if (draw !== undefined) {
    const { law, fromWord, use, different } = draw;
    const place = { ...none, law, fromWord };
    if (different === 0) return { ...place, verdict: 'drawn', detail: use };
    const detail = `${use}; ${different.toLocaleString('en')} of ${numelOf(shape).toLocaleString('en')} elements differ from the stream`;
    return { ...place, verdict: 'changed', detail };
  }
  if (!SUPPORTED.includes(dtype)) {
    return { ...none, verdict: 'unknown', detail: `${dtype} is not supported` };
  }
  const constant = constantOf(read(name));
  if (constant !== undefined) return { ...none, verdict: 'constant', detail: constant };
  const detail = solved?.result.kind === 'seed' ? 'not found in the stream' : '';
  return { ...none, verdict: 'unknown', detail };
}

/** `'zeros'` or `'ones'` if all elements are 0 or all are 1. */
function constantOf({ data, numel }: Tensor): 'zeros' | 'ones' | undefined {
  if (numel === 0) return undefined;
  const [first] = data;
  const isConstant = (data as ArrayLike<unknown> & { every(test: (x: unknown) => boolean): boolean }).every((x) =>
    Object.is(x, first),
  );
  if (!isConstant) return undefined;
  return Object.is(Number(first), 0) ? 'zeros' : Number(first) === 1 ? 'ones' : undefined;
}

/** The findings of the search, and what the model says in addition. */
export function addModel(
  found: readonly IdentifiedTensor[],
  { expected, differences }: DrawnModel,
): IdentifiedTensor[] {
  const byName = new Map(differences.map((difference) => [difference.name, difference]));
  const judged = found.map((tensor): IdentifiedTensor => {
    const difference = byName.get(tensor.name);
    if (difference === undefined) {
      const isPlain = tensor.verdict === 'drawn' || tensor.verdict === 'constant';
      return isPlain ? tensor : { ...tensor, verdict: 'predicted', detail: 'the model gives every bit' };
    }
    const { kind, detail } = difference;
    if (kind === 'extra') return { ...tensor, verdict: 'extra', detail: join(tensor.detail, 'not in the model') };
    const differs = `differs from the model: ${detail}`;
    if (kind !== 'bits') return { ...tensor, verdict: 'unknown', detail: differs };
    const isElsewhere = tensor.verdict === 'drawn';
    return { ...tensor, verdict: 'changed', detail: isElsewhere ? join(tensor.detail, differs) : differs };
  });
  for (const [name, { kind, detail }] of byName) {
    const tensor = expected.get(name);
    if (kind !== 'missing' || tensor === undefined) continue;
    const { shape, dtype } = tensor;
    judged.push({ name, shape, dtype, verdict: 'missing', law: null, fromWord: null, detail });
  }
  return judged;
}

function join(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('; ');
}
