import { describe, expect, it } from '@jest/globals';
import { ArgumentError } from '../../src/errors.js';
import * as F from '../../src/functional.js';
import * as nn from '../../src/nn.js';
import { full, tensor, zeros } from '../../src/tensor/creation.js';
import { cat } from '../../src/tensor/joining.js';

/** Calls in PyTorch's order of the options, and the call that the message names. */
const CALLS: readonly [typed: string, call: () => unknown, answer: string][] = [
  [
    'EmbeddingBag(10, 3, 1.5)',
    () => Reflect.construct(nn.EmbeddingBag, [10, 3, 1.5]),
    'new nn.EmbeddingBag(10, 3, { maxNorm: 1.5 })',
  ],
  [
    "EmbeddingBag(10, 3, None, 2., False, 'sum', False)",
    () => Reflect.construct(nn.EmbeddingBag, [10, 3, null, 2, false, 'sum', null, null, true]),
    "new nn.EmbeddingBag(10, 3, { maxNorm: null, normType: 2, scaleGradByFreq: false, mode: 'sum', includeLastOffset: true })",
  ],
  [
    "CrossEntropyLoss(None, None, -100, None, 'sum')",
    () => Reflect.construct(nn.CrossEntropyLoss, [null, null, -100, null, 'sum']),
    "new nn.CrossEntropyLoss({ weight: null, ignoreIndex: -100, reduction: 'sum' })",
  ],
  [
    "MSELoss(None, None, 'sum')",
    () => Reflect.construct(nn.MSELoss, [null, null, 'sum']),
    "new nn.MSELoss({ reduction: 'sum' })",
  ],
  [
    "SmoothL1Loss(None, None, 'mean', 0.5)",
    () => Reflect.construct(nn.SmoothL1Loss, [null, null, 'mean', 0.5]),
    "new nn.SmoothL1Loss({ reduction: 'mean', beta: 0.5 })",
  ],
  [
    'Unflatten(dim=1, unflattened_size=(2, 2))',
    () => Reflect.construct(nn.Unflatten, [{ dim: 1, unflattened_size: [2, 2] }]),
    'new nn.Unflatten(1, [2, 2])',
  ],
  [
    'module.to(dtype=…)',
    () => Reflect.apply(nn.Linear.prototype.to, new nn.Linear(1, 1), [{ dtype: 'bfloat16' }]),
    "module.to('bfloat16')",
  ],
];

describe('options by position, in PyTorch’s order', () => {
  it.each(CALLS)('%s', (_, call, answer) => {
    expect(call).toThrow(ArgumentError);
    expect(call).toThrow(`write ${answer}`);
  });

  it('never names a call with an option of another type', () => {
    const call = () => Reflect.apply(F.gelu, F, [zeros([1]), true]);
    expect(call).toThrow('F.gelu() takes its options as one object, { approximate }; found true');
  });

  it('says why an option of PyTorch is missing', () => {
    const call = () => Reflect.construct(nn.L1Loss, [true]);
    expect(call).toThrow("nn.L1Loss() has no option sizeAverage: reduction: 'mean' or 'sum' replaces it");
  });
});

describe('values of another kind', () => {
  it('are described with what to write', () => {
    const x = tensor([[1, 2]]);
    expect(() => Reflect.apply(x.fill_, x, [tensor(2)])).toThrow('found a Tensor; write the number that it holds');
    expect(() => Reflect.apply(full, null, [[2], tensor(2)])).toThrow('found a Tensor; write the number that it holds');
    expect(() => Reflect.apply(x.sum, x, ['1'])).toThrow("but got '1')");
    expect(() => Reflect.apply(x.indexSelect, x, [0, [0, 1]])).toThrow('not an array; write tensor(array)');
    expect(() => Reflect.apply(cat, null, [x, x])).toThrow('found a Tensor; write cat([a, b])');
    expect(() => Reflect.apply(F.mseLoss, F, [x, 0])).toThrow("mse_loss(): argument 'target' must be Tensor, not 0");
    expect(() => Reflect.construct(nn.Sequential, [[['a', new nn.ReLU()]]])).toThrow(
      'write new nn.Sequential(new Map(pairs))',
    );
    expect(() => Reflect.construct(nn.Sequential, [[new nn.ReLU()]])).toThrow('new nn.Sequential(...modules)');
    expect(() => Reflect.construct(nn.ModuleList, [new nn.ReLU(), new nn.ReLU()])).toThrow('as one array');
  });
});

describe('methods of modules', () => {
  it.each(['stateDict', 'zeroGrad', 'eval', 'clone', 'children', 'namedChildren', 'modules'] as const)(
    '%s ignores no argument',
    (name) => {
      const net = new nn.Linear(1, 1);
      const call = () => {
        const result: unknown = Reflect.apply(net[name], net, [{ prefix: 'a.' }]);
        return name.endsWith('hildren') || name === 'modules' ? [...(result as Iterable<unknown>)] : result;
      };
      expect(call).toThrow(`module.${name}() takes no arguments, found { prefix }; write module.${name}()`);
    },
  );

  it('refuse surplus arguments', () => {
    const net = new nn.Linear(1, 1);
    const surplus: [keyof nn.Linear & string, unknown[]][] = [
      ['train', [true, 1]],
      ['requiresGrad_', [true, 1]],
      ['apply', [() => {}, 1]],
    ];
    for (const [name, args] of surplus) {
      expect(() => Reflect.apply(net[name] as () => void, net, args)).toThrow(`module.${name}() takes only`);
    }
    const load = () => Reflect.apply(net.loadStateDict, net, [net.stateDict(), {}, true]);
    expect(load).toThrow('module.loadStateDict() takes its options as the last argument');
  });
});
