import { describe, expect, it } from '@jest/globals';
import { InitreeError, StateError } from '../../src/errors.js';
import * as F from '../../src/functional.js';
import { cat, getRngState, init, nn, noGrad, ones, type Tensor, tensor, zeros } from '../../src/index.js';

/** Parts that PyTorch's tensors share, and ours copy. */
const COPIES: readonly [name: string, part: (x: Tensor) => Tensor][] = [
  ['transpose', (x) => x.transpose(0, 1)],
  ['permute', (x) => x.permute(1, 0)],
  ['t', (x) => x.t()],
  ['T', (x) => x.T],
  ['a column', (x) => x.select(1, 0)],
  ['columns', (x) => x.narrow(1, 1, 2)],
  ['a chunk of columns', (x) => x.chunk(2, { dim: 1 })[0]],
  ['a split of columns', (x) => x.split([1, 2], 1)[1]],
  ['an unbound column', (x) => x.unbind(1)[2]],
  ['expand', (x) => x.view(1, 2, 3).expand(4, 2, 3)],
  ['a view of a copy', (x) => x.transpose(0, 1).view(-1)],
  ['a detached copy', (x) => x.transpose(0, 1).detach()],
  ['a row of a copy', (x) => x.transpose(0, 1).select(0, 1)],
  ['a flattened, squeezed copy', (x) => x.narrow(1, 0, 1).flatten().unsqueeze(0).squeeze()],
];

/** Parts that share the elements. */
const SHARED: readonly [name: string, part: (x: Tensor) => Tensor][] = [
  ['view', (x) => x.view(3, 2)],
  ['reshape', (x) => x.reshape(-1)],
  ['flatten', (x) => x.flatten()],
  ['unsqueeze', (x) => x.unsqueeze(0)],
  ['squeeze', (x) => x.unsqueeze(1).squeeze(1)],
  ['detach', (x) => x.detach()],
  ['rows', (x) => x.narrow(0, 0, 2)],
  ['all rows of one', (x) => x.view(1, 6).narrow(1, 0, 6)],
  ['moved dimensions of size 1', (x) => x.view(1, 2, 1, 3).permute(1, 0, 3, 2)],
  ['the transpose of one row', (x) => x.view(1, 6).transpose(0, 1)],
];

const WRITES: readonly [name: string, write: (x: Tensor) => unknown][] = [
  ['fill_', (x) => x.fill_(5)],
  ['zero_', (x) => x.zero_()],
  ['copy_', (x) => x.copy_(ones([]))],
  ['add_', (x) => x.add_(1)],
  ['add_ with alpha', (x) => x.add_(1, { alpha: 2 })],
  ['sub_', (x) => x.sub_(1)],
  ['mul_', (x) => x.mul_(2)],
  ['div_', (x) => x.div_(2)],
  ['div_ rounded', (x) => x.div_(2, { roundingMode: 'floor' })],
  ['pow_', (x) => x.pow_(2)],
  ['clamp_', (x) => x.clamp_(0, 1)],
  ['maskedFill_', (x) => x.maskedFill_(x.eq(0), 1)],
  ['uniform_', (x) => x.uniform_()],
  ['normal_', (x) => x.normal_()],
  ['init.ones_', (x) => init.ones_(x)],
  ['init.normal_', (x) => init.normal_(x)],
  ['init.constant_', (x) => init.constant_(x, 5)],
  ['an initialiser', (x) => init.uniform().fill(x)],
];

describe('a copy of a part', () => {
  it.each(COPIES)('%s is never written for nothing', (_, part) => {
    for (const [, write] of WRITES) {
      for (const source of [zeros([2, 3]), new nn.Parameter(zeros([2, 3])), zeros([2, 3]).requiresGrad_()]) {
        const attempt = () => noGrad(() => write(part(source)));
        expect(attempt).toThrow(StateError);
        expect(attempt).toThrow(/the tensor is a copy that \w+\(\) made/);
        expect(() => write(part(source))).toThrow(StateError);
      }
    }
  });

  it.each(COPIES)('%s can be written after what the message says', (_, part) => {
    for (const [, write] of WRITES) {
      const source = new nn.Parameter(zeros([2, 3]));
      expect(() => write(part(source).detach().clone())).not.toThrow();
      expect(() => noGrad(() => write(part(source).contiguous()))).not.toThrow();
      expect(() => noGrad(() => write(part(source).mul(2)))).not.toThrow();
      expect(source.tolist()).toEqual(zeros([2, 3]).tolist());
    }
  });

  it.each(SHARED)('%s shares the elements, and can be written', (_, part) => {
    for (const source of [zeros([2, 3]), new nn.Parameter(zeros([2, 3]))]) {
      noGrad(() => part(source).fill_(5));
      expect(source.tolist()).toEqual([
        [5, 5, 5],
        [5, 5, 5],
      ]);
      noGrad(() => init.ones_(part(source)));
      expect(source.tolist()).toEqual(ones([2, 3]).tolist());
    }
  });

  it('names ways that work', () => {
    const { weight } = new nn.Linear(3, 2);
    expect(() => init.kaimingNormal_(weight.transpose(0, 1))).toThrow('init.transposedFans(initializer).fill(tensor)');
    expect(() => init.transposedFans(init.ones()).fill(weight)).not.toThrow();
    expect(weight.tolist()).toEqual(ones([2, 3]).tolist());

    expect(() => init.zeros_(weight.narrow(1, 0, 1))).toThrow('tensor.copy_(cat(parts, { dim }))');
    weight.copy_(cat([zeros([2, 1]), ones([2, 2])], { dim: 1 }));
    expect(weight.tolist()).toEqual([
      [0, 1, 1],
      [0, 1, 1],
    ]);

    const view = () => init.zeros_(weight.view(3, 2));
    expect(view).toThrow('make the view and write it inside one noGrad(() => …)');
    noGrad(view);
    expect(weight.tolist()).toEqual(zeros([2, 3]).tolist());

    const computed = () => weight.mul(2).fill_(1);
    expect(computed).toThrow('compute the tensor inside noGrad(() => …)');
    expect(() => noGrad(computed)).not.toThrow();
    expect(() => weight.mul(2).detach().clone().fill_(1)).not.toThrow();
  });

  it('has an owner as a parameter, a gradient, a buffer that is loaded, and the result of a layer', () => {
    const copy = () => zeros([3, 2]).transpose(0, 1);
    expect(() => init.ones_(new nn.Parameter(copy()))).not.toThrow();
    expect(() => zeros([2, 3]).set_(copy()).fill_(1)).not.toThrow();
    expect(() => copy().own().fill_(1)).not.toThrow();

    const leaf = new nn.Parameter(zeros([2, 3]));
    leaf.grad = copy();
    leaf.sum().backward();
    expect(leaf.grad.zero_().tolist()).toEqual(zeros([2, 3]).tolist());

    class Masked extends nn.Module {
      constructor() {
        super();
        this.registerBuffer('mask', copy());
      }
      override forward(x: Tensor): Tensor {
        return x;
      }
    }
    const model = new Masked();
    model.loadStateDict(new Map([['mask', ones([2, 3])]]));
    expect(model.getBuffer('mask').tolist()).toEqual(ones([2, 3]).tolist());

    const [output] = noGrad(() => new nn.GRU(2, 3, { batchFirst: true }).forward(ones([2, 4, 2])));
    expect(() => output.mul_(2)).not.toThrow();
    for (const result of [
      F.pixelShuffle(ones([1, 4, 2, 2]), 2),
      F.pixelUnshuffle(ones([1, 1, 4, 4]), 2),
      F.channelShuffle(ones([1, 4, 2, 2]), 2),
    ]) {
      expect(() => result.fill_(0)).not.toThrow();
    }
  });

  it('is no table whose rows are scaled', () => {
    const table = ones([3, 2]).mul(5);
    const index = tensor([1n]);
    expect(() => F.embedding(index, table.transpose(0, 1), { maxNorm: 1 })).toThrow(StateError);
    expect(() => F.embedding(index, table.transpose(0, 1))).not.toThrow();
    expect(() => F.embedding(index, table.mul(2), { maxNorm: 1 })).not.toThrow();
  });

  it('without elements can be written, because nothing is lost', () => {
    expect(() => init.ones_(zeros([0, 3]).transpose(0, 1))).not.toThrow();
  });
});

describe('initialisers in place', () => {
  const FILLS = Object.entries(init).filter(([name]) => name.endsWith('_')) as unknown as [
    string,
    (tensor: unknown, value?: number) => unknown,
  ][];

  it.each(FILLS)('%s returns null as it is, and draws nothing', (name, fill) => {
    const value = name === 'constant_' || name === 'sparse_' ? [0.5] : [];
    const state = getRngState();
    expect(fill(null, ...value)).toBeNull();
    expect(() => fill(undefined, ...value)).toThrow(InitreeError);
    expect(getRngState()).toEqual(state);
  });

  it('run over layers with and without bias', () => {
    const net = new nn.Sequential(new nn.Linear(2, 2), new nn.Linear(2, 2, { bias: false }));
    for (const layer of net) {
      if (layer instanceof nn.Linear) {
        init.normal_(layer.weight, { std: 0.02 });
        init.zeros_(layer.bias);
      }
    }
    expect(net.getParameter('0.bias').tolist()).toEqual([0, 0]);
  });
});
