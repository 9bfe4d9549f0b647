import { describe, expect, it } from '@jest/globals';
import * as nn from '../../src/nn.js';

describe('visit', () => {
  it('visits modules of a class', () => {
    const model = new nn.Sequential(
      new nn.Conv2d(1, 2, 3),
      new nn.Sequential(new nn.Conv2d(2, 3, [1, 2])),
      new nn.ReLU(),
    );
    const found: unknown[] = [];
    nn.visit(model, nn.Conv2d, (module, path) => found.push([path, module.kernelSize]));
    expect(found).toEqual([
      ['0', [3, 3]],
      ['1.0', [1, 2]],
    ]);
    const entered: string[] = [];
    nn.visit(model, nn.Module, (_, path) => {
      entered.push(path);
      return path === '1' ? nn.SKIP : undefined;
    });
    expect(entered).toEqual(['', '0', '1', '2']);
    const first: string[] = [];
    nn.visit(model, nn.Module, (_, path) => {
      first.push(path);
      return nn.EXIT;
    });
    expect(first).toEqual(['']);
  });

  it('goes on with the siblings of what is skipped, and visits subclasses and shared modules once', () => {
    class Wide extends nn.Linear {}
    const shared = new Wide(1, 1);
    const model = new nn.Sequential(new nn.Sequential(shared, new nn.Linear(2, 1)), shared, new nn.Linear(3, 1));
    const found: string[] = [];
    nn.visit(model, nn.Linear, (module, path) => void found.push(`${path} ${module.inFeatures}`));
    expect(found).toEqual(['0.0 1', '0.1 2', '2 3']);
    found.length = 0;
    nn.visit(model, nn.Sequential, (_, path) => {
      found.push(path);
      return path === '' ? undefined : nn.SKIP;
    });
    nn.visit(model, nn.Linear, (_, path) => {
      found.push(path);
      return path === '0.1' ? nn.EXIT : nn.SKIP;
    });
    expect(found).toEqual(['', '0', '0.0', '0.1']);
  });

  it('refuses other arguments', () => {
    const model = new nn.ReLU();
    expect(() => nn.visit({} as never, nn.ReLU, () => {})).toThrow('visit() expects a model, found a plain object');
    expect(() => nn.visit(model, Map as never, () => {})).toThrow('visit() expects a class such as nn.Linear');
    expect(() => nn.visit(model, nn.ReLU, 3 as never)).toThrow('visit() expects a function, found 3');
  });
});
