import { describe, expect, it } from '@jest/globals';
import { ArgumentError, PolicyError } from '../src/errors.js';
import { readArguments, refuseSurplus } from '../src/readArguments.js';

interface PoolOptions {
  stride?: number | readonly number[] | null | undefined;
  padding?: number | undefined;
  ceilMode?: boolean | undefined;
}

interface LinearOptions {
  bias?: boolean | undefined;
  dtype?: string | undefined;
}

const pool = (...args: unknown[]) =>
  readArguments<PoolOptions>('nn.MaxPool2d', args, {
    required: ['kernelSize'],
    byPosition: ['stride'],
    defaults: { stride: null, padding: 0, ceilMode: false },
  });

const linear = (...args: unknown[]) =>
  readArguments<LinearOptions>('nn.Linear', args, {
    required: ['inFeatures', 'outFeatures'],
    defaults: { bias: true, dtype: undefined },
  });

const conv = (...args: unknown[]) =>
  readArguments<Record<'stride' | 'padding' | 'groups', number>>('nn.Conv2d', args, {
    required: ['inChannels', 'outChannels', 'kernelSize'],
    defaults: { stride: 1, padding: 0, groups: 1 },
  });

describe('readArguments', () => {
  const defaults = { stride: null, padding: 0, ceilMode: false };

  it.each<[string, unknown[], object]>([
    ['only required arguments', [3], defaults],
    ['an option by position', [3, 2], { ...defaults, stride: 2 }],
    ['the same option by name', [3, { stride: 2 }], { ...defaults, stride: 2 }],
    ['options by position and by name', [3, [2, 1], { padding: 1 }], { ...defaults, stride: [2, 1], padding: 1 }],
    ['null by position', [3, null], defaults],
    ['undefined in place of an option', [3, undefined, { ceilMode: true }], { ...defaults, ceilMode: true }],
    [
      'undefined in place of an option by name',
      [3, 2, undefined, { padding: 1 }],
      { ...defaults, stride: 2, padding: 1 },
    ],
    ['undefined by name', [3, { stride: undefined, padding: undefined }], defaults],
    ['undefined at the end', [3, 2, undefined, undefined], { ...defaults, stride: 2 }],
    ['options of null prototype', [3, Object.assign(Object.create(null), { padding: 1 })], { ...defaults, padding: 1 }],
  ])('reads %s', (_, args, expected) => {
    expect(pool(...args)).toEqual(expected);
  });

  it('never changes the defaults', () => {
    pool(3, { padding: 7 });
    expect(pool(3)).toEqual(defaults);
  });

  it.each<[string, () => unknown, string]>([
    [
      'an option by position',
      () => linear(4, 2, false),
      'nn.Linear() takes bias by name; write new nn.Linear(4, 2, { bias: false })',
    ],
    [
      'options in the order of PyTorch',
      () => conv(3, 8, [7, 7], 2, 3),
      'nn.Conv2d() takes stride and padding by name; write new nn.Conv2d(3, 8, [7, 7], { stride: 2, padding: 3 })',
    ],
    [
      'an option by position before options by name',
      () => conv(3, 8, 7, 2, { groups: 1 }),
      'nn.Conv2d() takes stride by name; write new nn.Conv2d(3, 8, 7, { stride: 2, groups: 1 })',
    ],
    [
      'an option after those that may stand by position',
      () => pool(3, 2, 1),
      'nn.MaxPool2d() takes padding by name; write new nn.MaxPool2d(3, 2, { padding: 1 })',
    ],
    [
      'required arguments by name',
      () => linear({ inFeatures: 4, outFeatures: 2 }),
      'nn.Linear() takes inFeatures and outFeatures by position; write new nn.Linear(4, 2)',
    ],
    [
      'some required arguments by name',
      () => conv(3, 8, { kernelSize: 3, stride: 2 }),
      'nn.Conv2d() takes inChannels, outChannels and kernelSize by position; write new nn.Conv2d(3, 8, 3, { stride: 2 })',
    ],
    [
      "required arguments by name in Python's spelling",
      () => conv(3, 8, { kernel_size: 3, stride: 2 }),
      'takes inChannels, outChannels and kernelSize by position; write new nn.Conv2d(3, 8, 3, { stride: 2 })',
    ],
    [
      'a required argument by name before others',
      () => pool({ kernel_size: 3 }, 2, { padding: 1 }),
      'nn.MaxPool2d() takes kernelSize by position; write new nn.MaxPool2d(3, 2, { padding: 1 })',
    ],
    [
      'a value that is neither true nor false in place of a switch',
      () => linear(4, 2, null),
      'nn.Linear() takes its options as one object, { bias, dtype }; found null',
    ],
    [
      'the numbers of an array one by one',
      () => readArguments('nn.Unflatten', [1, 2, 3], { required: ['dim', 'sizes'], defaults: {}, endsInArray: true }),
      'nn.Unflatten() takes sizes as one array; write new nn.Unflatten(1, [2, 3])',
    ],
    [
      'an argument too many after an array',
      () => readArguments('nn.Pad', [1, 'x'], { required: ['padding'], defaults: {}, endsInArray: true }),
      "nn.Pad() takes only padding, found 'x' too; write new nn.Pad(1)",
    ],
    [
      'undefined in place of an option by name',
      () => conv(3, 8, 3, undefined, 1),
      'write new nn.Conv2d(3, 8, 3, { padding: 1 })',
    ],
    [
      "required arguments by Python's names",
      () => linear({ in_features: 4, out_features: 2, bias: false }),
      'nn.Linear() takes inFeatures and outFeatures by position; write new nn.Linear(4, 2, { bias: false })',
    ],
    [
      "options by Python's names in place of a required argument",
      () => pool({ ceil_mode: true }),
      'nn.MaxPool2d() needs kernelSize; write new nn.MaxPool2d(kernelSize, { stride, padding, ceilMode })',
    ],
    [
      'a missing argument',
      () => linear(4),
      'nn.Linear() needs outFeatures; write new nn.Linear(4, outFeatures, { bias, dtype })',
    ],
    [
      'options in place of a required argument',
      () => conv(3, 8, { stride: 2 }),
      'nn.Conv2d() needs kernelSize; write new nn.Conv2d(3, 8, kernelSize, { stride, padding, groups })',
    ],
    ['an option given twice', () => pool(3, 2, { stride: 2 }), 'nn.MaxPool2d() got stride twice'],
    ['options before other arguments', () => pool(3, { padding: 1 }, 2), 'found { padding } before others'],
    [
      'more arguments than there are options',
      () => linear(4, 2, true, 'float32', 5),
      'takes its options as one object',
    ],
    ['an object that is no options', () => linear(4, 2, new Map()), 'found a Map'],
    [
      'an option by position that a message cannot write',
      () => linear(4, 2, new Map()),
      'nn.Linear() takes bias by name, found a Map; write new nn.Linear(4, 2, { bias })',
    ],
    ['an argument after the options', () => linear(4, 2, { bias: true }, 4), 'found { bias } before others'],
    [
      'a text in the place of an option that takes none',
      () =>
        readArguments<{ weight?: object | null; ignoreIndex?: number; reduction?: string }>('nn.NLLLoss', ['sum'], {
          defaults: { weight: null, ignoreIndex: -100, reduction: 'mean' },
        }),
      "nn.NLLLoss() takes reduction by name; write new nn.NLLLoss({ reduction: 'sum' })",
    ],
    [
      'an argument after all that may stand by position',
      () =>
        readArguments<{ dim?: number }>('F.glu', ['x', 1, 2], {
          required: ['input'],
          byPosition: ['dim'],
          defaults: { dim: -1 },
        }),
      "F.glu() takes only input and dim, found 2 too; write F.glu('x', 1)",
    ],
    ['a misspelt option', () => conv(3, 8, 3, { pading: 1 }), "'pading'; did you mean 'padding'?"],
    ["an option in Python's spelling", () => conv(3, 8, 3, { kernel_size: 1 }), "did you mean 'kernelSize'?"],
    [
      'a switch that is neither true nor false',
      () => pool(3, { ceilMode: 'no' }),
      'expects true or false for ceilMode',
    ],
    [
      'a switch by position that is neither true nor false',
      () => readArguments<{ mode?: boolean }>('train', [1], { byPosition: ['mode'], defaults: { mode: true } }),
      'train() expects true or false for mode, found 1',
    ],
    ['null for a switch', () => linear(3, 3, { bias: null }), 'expects true or false for bias, found null'],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(message);
  });

  it('names a function without new', () => {
    const softmax = (...args: unknown[]) =>
      readArguments<{ dim?: number | null }>('F.softmax', args, { required: ['input'], defaults: { dim: null } });
    expect(() => softmax({}, -1)).toThrow('write F.softmax(input, { dim: -1 })');
  });

  it('takes only the element of a call of Array.prototype.map', () => {
    expect([3, 2].map(pool)).toEqual([defaults, defaults]);
    expect(() => [3].map(linear)).toThrow('nn.Linear() takes bias by name');
  });

  describe('with an option that only PyTorch has', () => {
    const dropout = (...args: unknown[]) =>
      readArguments<{ p?: number; training?: boolean }>('F.dropout', args, {
        required: ['input'],
        byPosition: ['p'],
        defaults: { p: 0.5, training: true },
        lacks: { inplace: 'the input is never overwritten' },
      });
    const tensor = new Map();

    it.each([
      ['by name', [tensor, { inplace: true }], 'F.dropout(input)'],
      [
        'by name, beside others',
        [tensor, 0.1, { training: false, inplace: true }],
        'F.dropout(input, 0.1, { training: false })',
      ],
      ['by position', [tensor, 0.1, false, true], 'F.dropout(input, 0.1, { training: false })'],
    ])('says why it is refused %s', (_, args, call) => {
      expect(() => dropout(...args)).toThrow(
        `F.dropout() has no option inplace: the input is never overwritten; write ${call}`,
      );
    });
  });

  it('throws errors of the class that the signature names', () => {
    const read = (...args: unknown[]) =>
      readArguments<{ order?: string }>('rule', args, { defaults: { order: 'modules' }, Kind: PolicyError });
    expect(() => read('apply')).toThrow(PolicyError);
    expect(() => read({ ordr: 'apply' })).toThrow(PolicyError);
    expect(() => read({ order: 'apply' }, 7)).toThrow(ArgumentError);
  });
});

describe('refuseSurplus', () => {
  it.each([[[]], [[1]], [[1, undefined]]])('accepts %p', (args) => {
    expect(() => refuseSurplus('F.relu', args, ['input'])).not.toThrow();
  });

  it('accepts what Array.prototype.map passes', () => {
    const sigmoid = (...args: unknown[]) => refuseSurplus('F.sigmoid', args, ['input']);
    expect(() => ['a', 'b'].map(sigmoid)).not.toThrow();
    expect(() => sigmoid('a', 1, ['a', 'b'])).toThrow('F.sigmoid() takes only input, found 1, an array too');
  });

  it('refuses what Array.prototype.map passes to a function of two arguments', () => {
    const linear = (...args: unknown[]) => refuseSurplus('F.linear', args, ['input', 'weight']);
    expect(() => ['a'].map(linear)).toThrow('F.linear() takes only input and weight, found an array too');
  });

  it('names what is too much', () => {
    expect(() => refuseSurplus('F.sigmoid', [1, { inplace: true }], ['input'])).toThrow('found { inplace } too');
    expect(() => refuseSurplus('nn.Tanh', [{ a: 1 }], [])).toThrow(
      'nn.Tanh() takes no arguments, found { a }; write new nn.Tanh()',
    );
    expect(() => refuseSurplus('F.linear', [1, 2, 3], ['input', 'weight'])).toThrow(
      'F.linear() takes only input and weight, found 3 too; write F.linear(1, 2)',
    );
  });

  it('names a call of a method on an object', () => {
    expect(() => refuseSurplus('nn.Linear.forward', [{}, 5], ['input'])).toThrow(
      'nn.Linear.forward() takes only input, found 5 too; write layer.forward(input)',
    );
  });
});
