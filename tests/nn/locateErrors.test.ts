import { describe, expect, it } from '@jest/globals';
import { ArgumentError, ShapeError } from '../../src/errors.js';
import * as nn from '../../src/nn.js';
import { zeros } from '../../src/tensor/creation.js';
import type { Tensor } from '../../src/tensor/Tensor.js';

class Block extends nn.Module {
  conv = new nn.Conv2d(3, 4, 3);

  override forward(x: Tensor): Tensor {
    return this.conv.forward(x);
  }
}

/** Adds nothing but its name: its forward is inherited. */
class Derived extends Block {}

class Network extends nn.Module {
  features = new nn.Sequential(new Block(), new nn.Sequential(new nn.Identity(), new Derived()));
  head = new nn.Linear(8, 2);

  override forward(x: Tensor): Tensor {
    return this.head.forward(this.features.forward(x));
  }
}

function errorOf(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was thrown');
}

describe('an error in forward', () => {
  it('names the innermost module by its path from the one that was called', () => {
    const network = new Network();
    expect(errorOf(() => network.forward(zeros([1, 2, 8, 8])))).toMatchObject({ path: 'features.0.conv' });
    const second = errorOf(() => network.forward(zeros([1, 3, 8, 8])));
    expect(second).toBeInstanceOf(ShapeError);
    expect(second.message).toMatch(/^Invalid shape at features\.1\.1\.conv: Given groups=1, weight of size/);
    expect(errorOf(() => network.features[1].forward(zeros([1, 2, 8, 8])))).toMatchObject({ path: '1.conv' });
    expect(errorOf(() => network.head.forward(zeros([1, 3])))).toMatchObject({ path: undefined });
  });

  it('keeps the error as it was thrown as its cause, however deep it was', () => {
    const error = errorOf(() => new Network().forward(zeros([1, 2, 8, 8])));
    expect(error.cause).toBeInstanceOf(ShapeError);
    expect((error.cause as Error).cause).toBeUndefined();
  });

  it('passes through when it is of another library, has a path, or arose in a module outside the tree', () => {
    const elsewhere = new nn.Linear(2, 2);
    class Odd extends nn.Module {
      override forward(what: string): Tensor {
        if (what === 'other') throw new TypeError('other');
        if (what === 'placed') throw new ArgumentError('wrong', 'its place');
        return elsewhere.forward(zeros([3]));
      }
    }
    class Outer extends nn.Module {
      odd = new Odd();
      override forward(what: string): Tensor {
        return this.odd.forward(what);
      }
    }
    const outer = new Outer();
    expect(errorOf(() => outer.forward('other'))).toEqual(new TypeError('other'));
    expect(errorOf(() => outer.forward('placed')).message).toBe('Invalid argument at its place: wrong');
    expect(errorOf(() => outer.forward('elsewhere'))).toMatchObject({ path: undefined });
  });

  it('keeps the path that its code gave it, however deep it is', () => {
    class Throws extends nn.Module {
      override forward(): never {
        throw new ShapeError('wrong', 'known.place');
      }
    }
    const model = new nn.Sequential({ outer: new nn.Sequential({ inner: new Throws() }) });
    const error = errorOf(() => model.forward(zeros([1])));
    expect(error).toMatchObject({ path: 'known.place' });
    expect(error.cause).toBeUndefined();
  });

  it('passes a thrown value that is no object', () => {
    class Throws extends nn.Module {
      override forward(): never {
        throw 'a string';
      }
    }
    const model = new nn.Sequential(new Throws());
    expect(() => model.forward(zeros([1]))).toThrow('a string');
  });

  it('has its path under hooks too, and a forward is wrapped once', () => {
    const network = new Network();
    let calls = 0;
    network.features.registerForwardHook(() => void calls++);
    expect(errorOf(() => network.forward(zeros([1, 2, 8, 8])))).toMatchObject({ path: 'features.0.conv' });
    expect(calls).toBe(0);
  });
});
