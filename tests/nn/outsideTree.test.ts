import { describe, expect, it } from '@jest/globals';
import * as nn from '../../src/nn.js';
import { ones } from '../../src/tensor/creation.js';

class Net extends nn.Module {
  body = new nn.Linear(1, 1);
  layers: unknown = [];
  override forward(): void {}
}

const summaryOf = (layers: unknown) => Object.assign(new Net(), { layers }).summary();

describe('a summary says what is outside of the tree', () => {
  it.each<[string, () => unknown, number]>([
    ['an array', () => [new nn.Linear(1, 1), new nn.ReLU()], 2],
    ['nested arrays', () => [[new nn.Linear(1, 1)], [[new nn.ReLU()]]], 2],
    ['a map', () => new Map([['a', new nn.ReLU()]]), 1],
    ['a map of arrays', () => new Map([['a', [new nn.ReLU(), new nn.ReLU()]]]), 2],
    ['a set', () => new Set([new nn.ReLU()]), 1],
    ['an object', () => ({ first: { second: new nn.ReLU() } }), 1],
    ['parameters in an array', () => [new nn.Parameter(ones([1]))], 1],
  ])('in %s', (_, hold, count) => {
    const summary = summaryOf(hold());
    expect(summary.outside).toEqual([{ path: 'layers', count }]);
    expect(String(summary)).toContain(`not in the tree  ${count} module`);
    expect(String(summary)).toContain('in layers; hold them in nn.ModuleList');
    const inside = new nn.Sequential(Object.assign(new Net(), { layers: hold() })).summary();
    expect(inside.outside).toEqual([{ path: '0.layers', count }]);
  });

  it('and only that', () => {
    const shared = new nn.Linear(1, 1);
    const net = Object.assign(new Net(), { body: shared, layers: [shared, shared.weight, 3, null, ones([1])] });
    expect(net.summary().outside).toEqual([]);
    expect(String(net.summary())).not.toContain('not in the tree');
    expect(summaryOf(new nn.ModuleList([new nn.ReLU()])).outside).toEqual([]);
    const circle: unknown[] = [];
    circle.push(circle);
    expect(summaryOf(circle).outside).toEqual([]);
  });
});
