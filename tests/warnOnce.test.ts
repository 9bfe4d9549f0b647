import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import * as F from '../src/functional.js';
import * as nn from '../src/nn.js';
import { ones, tensor } from '../src/tensor/creation.js';
import { warnOnce } from '../src/warnOnce.js';

let warn: ReturnType<typeof jest.spyOn>;
beforeEach(() => {
  warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
});
afterEach(() => warn.mockRestore());

/** The warnings of two equal calls. */
function warningsOf(call: () => unknown): unknown[] {
  warn.mockClear();
  call();
  call();
  return warn.mock.calls.flat();
}

describe('warnOnce', () => {
  it('gives each message once', () => {
    expect(warningsOf(() => warnOnce('one'))).toEqual(['initree: one']);
    expect(warningsOf(() => warnOnce('one'))).toEqual([]);
    expect(warningsOf(() => warnOnce('two'))).toEqual(['initree: two']);
  });
});

describe('PyTorch warns about', () => {
  const cases: Record<string, [() => unknown, string]> = {
    'a divergence divided by all elements': [
      () => F.klDiv(tensor([-1, -1]), tensor([0.5, 0.5])),
      "initree: reduction: 'mean' divides the total loss by both the batch size and the support size.",
    ],
    'three dimensions in dropout2d': [
      () => F.dropout2d(ones([2, 3, 4])),
      'initree: dropout2d: Received a 3D input to dropout2d and assuming that channel-wise 1D dropout behavior is desired',
    ],
    'channels that InstanceNorm does not expect': [
      () => new nn.InstanceNorm1d(3).forward(ones([2, 4, 5])),
      "initree: input's size at dim=1 does not match num_features, which is not used because affine=False; expected 3 channels, found 4",
    ],
    'the variance of one element': [
      () => ones([2, 1]).var(1),
      'initree: var(): degrees of freedom is <= 0. Correction should be strictly less than the reduction factor',
    ],
    'the standard deviation of no element': [
      () => ones([0]).std({ correction: 0 }),
      'initree: std(): degrees of freedom is <= 0. Correction should be strictly less than the reduction factor',
    ],
  };

  it.each(Object.entries(cases))('%s', (_, [call, message]) => {
    expect(warningsOf(call)).toEqual([expect.stringContaining(message)]);
  });

  it('nothing where the call says what it means', () => {
    const calls = [
      () => F.klDiv(tensor([-1, -1]), tensor([0.5, 0.5]), { reduction: 'batchmean' }),
      () => F.dropout2d(ones([2, 3, 4, 4])),
      () => new nn.InstanceNorm1d(3).forward(ones([2, 3, 5])),
      () => ones([2, 2]).var(1),
      () => ones([1]).std({ correction: 0 }),
    ];
    expect(calls.flatMap(warningsOf)).toEqual([]);
  });
});
