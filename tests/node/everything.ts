import * as init from '../../src/init.js';
import * as nn from '../../src/nn.js';
import type { FloatDType } from '../../src/numerics/DType.js';
import { definePolicy, type Policy, sequence } from '../../src/policy/definePolicy.js';
import { parameter, rule } from '../../src/policy/rule.js';
import { ones, zeros } from '../../src/tensor/creation.js';
import type { Tensor } from '../../src/tensor/Tensor.js';

/** A model with every kind of entry: parameters of many sizes, buffers, ties, and parameters that share a part of their memory. */
export class Everything extends nn.Module {
  /** @param rows 1,100 rows are more than a truncated normal that may draw again has in one piece */
  constructor(dtype: FloatDType, rows = 100) {
    super();
    const filled = (shape: number[]) => init.normal_(new nn.Parameter(zeros(shape, { dtype })), 0, 3);
    const drawn = (shape: number[]) => init.uniform_(zeros(shape), 0, 1);
    this.set({ large: filled([rows, 1000]), middle: filled([70, 1001]), small: filled([3, 5]), one: filled([]) });
    const tied = new nn.Linear(40, 50);
    this.set({ first: tied, second: tied, norm: new nn.BatchNorm2d(6), lstm: new nn.LSTM(6, 20) });
    this.set({ table: new nn.Embedding(300, 260, { paddingIdx: 2 }), none: filled([0, 3]) });
    const packed = zeros([40, 30], { dtype });
    this.set({
      packed: new nn.Parameter(packed),
      upper: new nn.Parameter(packed.narrow(0, 0, 20)),
      lower: new nn.Parameter(packed.narrow(0, 20, 20)),
    });
    this.registerBuffer('mask', ones([7], { dtype: 'int64' }));
    this.registerBuffer('drawn', drawn([90_000]));
    this.registerBuffer('zeros', zeros([80_000]));
    this.registerBuffer('passing', drawn([5]), { persistent: false });
  }

  override forward(x: Tensor): Tensor {
    return x;
  }

  private set(members: Record<string, nn.Module | nn.Parameter>): void {
    Object.assign(this, members);
  }
}

/** Policies for {@link Everything} with every kind of law, and with several passes. */
export const LAWS: Readonly<Record<string, Policy>> = {
  'uniform and normal laws': definePolicy('simple', [
    parameter('large', init.kaimingNormal()),
    parameter('middle', init.uniform(-1, 3)),
    parameter('*', init.normal(1, 2)),
  ]),
  'truncated normals that draw again': definePolicy('truncated', [
    parameter('large', init.truncNormal({ std: 1, a: -2, b: 2 })),
    parameter('middle', init.truncNormal({ std: 1, a: 1, b: 2 })),
    parameter('one', init.constant(2)),
    parameter('*', init.truncNormalTf({ mean: 1, std: 0.5 })),
  ]),
  'composed laws': definePolicy('composed', [
    parameter('large', init.overwriting(init.truncNormal(), init.blocks(4, init.truncNormal()))),
    parameter('middle', init.zeroRow(1, init.blocks(2, init.xavierUniform()))),
    parameter('small', init.overwriting(init.normal(), init.uniform())),
    parameter('table.weight', init.zeroRow(2, init.normal(0, 0.02))),
    parameter('lstm.*', init.overwriting(init.normal(), init.constant(3))),
  ]),
  'laws that are drawn as a whole': definePolicy('whole', [
    parameter('middle', init.orthogonal()),
    parameter('table.weight', init.sparse(0.3)),
    parameter('lstm.weight_hh_l0', init.orthogonal()),
    parameter('lstm.bias_hh_l0', init.lstmForgetBias(1)),
    parameter('small', init.eye()),
  ]),
  'laws that leave elements': definePolicy('leaving', [
    parameter('table.weight', init.zeroRow(5, init.keep)),
    parameter('large', init.keep),
    parameter('packed', init.zeroRow(3, init.keep)),
    parameter('first.*', init.normal()),
  ]),
  'no rule': definePolicy('none', [parameter('nothing', init.zeros())]),
  'shared memory': definePolicy('shared', [
    parameter('packed', init.normal()),
    parameter('lower', init.uniform()),
    parameter('upper', init.keep),
  ]),
  'passes over elements that others left': sequence(
    definePolicy('a', [
      parameter('packed', init.zeroRow(3, init.keep)),
      parameter('large', init.zeroRow(1, init.keep)),
      parameter('table.weight', init.normal()),
    ]),
    definePolicy('b', [
      parameter('upper', init.uniform()),
      parameter('lower', init.zeroRow(0, init.keep)),
      parameter('large', init.normal()),
      parameter('table.weight', init.zeroRow(2, init.keep)),
    ]),
  ),
  'several passes': sequence(
    definePolicy('a', [
      parameter('middle', init.keep),
      parameter('table.weight', init.keep),
      parameter('*', init.normal()),
    ]),
    definePolicy('b', [parameter('middle', init.uniform()), parameter('table.weight', init.zeroRow(1, init.keep))]),
    definePolicy('c', [rule(nn.Linear, { weight: init.orthogonal(), bias: init.zeros() })], { tied: 'each' }),
  ),
};
