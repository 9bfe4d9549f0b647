import { describe, expect, it } from '@jest/globals';
import { ArgumentError } from '../../src/errors.js';
import { wrapCalls } from '../../src/nn/hooks.js';
import * as nn from '../../src/nn.js';
import { tensor } from '../../src/tensor/creation.js';
import type { Tensor } from '../../src/tensor/Tensor.js';

class Fielded extends nn.Module {
  override forward = (x: number) => x + 1;
}

describe('hooks', () => {
  it('run in every call, and leave no trace when they are removed', () => {
    const relu = new nn.ReLU();
    const model = new nn.Sequential(relu);
    const seen: string[] = [];
    const before = relu.registerForwardPreHook((_, [input]) => {
      seen.push('before');
      return [(input as Tensor).mul(-1)];
    });
    const after = relu.registerForwardHook((_module, _args, output) => {
      seen.push('after');
      return output.add(1);
    });
    expect(model.forward(tensor([-2, 3])).tolist()).toEqual([3, 1]);
    expect(seen).toEqual(['before', 'after']);
    expect(
      model
        .clone()
        .forward(tensor([-2, 3]))
        .tolist(),
    ).toEqual([0, 3]);
    before.remove();
    after.remove();
    after.remove();
    expect(Object.hasOwn(relu, 'forward')).toBe(false);
    expect(model.forward(tensor([-2, 3])).tolist()).toEqual([0, 3]);
    expect(seen.length).toBe(2);
  });

  it('wrap a forward that is assigned, which stays when they are gone', () => {
    const relu = new nn.ReLU();
    const handle = relu.registerForwardHook((_m, _a, output) => output.add(1));
    relu.forward = (x: Tensor) => x.mul(3);
    expect(relu.forward(tensor([2])).tolist()).toEqual([7]);
    handle.remove();
    expect(relu.forward(tensor([2])).tolist()).toEqual([6]);
  });

  it('that hooks add or remove count from the next call on', () => {
    const relu = new nn.ReLU();
    let calls = 0;
    const first = relu.registerForwardHook(() => {
      first.remove();
      relu.registerForwardHook(() => void calls++);
    });
    relu.registerForwardHook(() => void calls++);
    relu.forward(tensor([1]));
    expect(calls).toBe(1);
    relu.forward(tensor([1]));
    expect(calls).toBe(3);
  });

  it('leave a forward field as it was when they are gone', () => {
    const fielded = new Fielded();
    const { forward } = fielded;
    const handle = fielded.registerForwardHook((_m, _a, output) => output * 10);
    expect(fielded.forward(1)).toBe(20);
    handle.remove();
    expect(fielded.forward).toBe(forward);
  });

  it('run in the order in which they were registered, each on the result of the one before', () => {
    const relu = new nn.ReLU();
    const seen: string[] = [];
    const logged = <T>(text: string, result: T): T => {
      seen.push(text);
      return result;
    };
    relu.registerForwardPreHook((_, [x]) => logged(`a ${x.item()}`, x.add(1)));
    relu.registerForwardHook((_, [x], y) => logged(`c ${x.item()} ${y.item()}`, y.mul(10)));
    relu.registerForwardPreHook((_, [x]) => logged(`b ${x.item()}`, [x.mul(2)]));
    relu.registerForwardHook((_, [x], y) => logged(`d ${x.item()} ${y.item()}`, undefined));
    expect(relu.forward(tensor([1])).item()).toBe(40);
    expect(seen).toEqual(['a 1', 'b 2', 'c 4 4', 'd 4 40']);
  });

  it.each(['registerForwardPreHook', 'registerForwardHook'] as const)(
    'of %s are removed by their own handles, one registration at a time',
    (register) => {
      const relu = new nn.ReLU();
      const seen: string[] = [];
      const hookOf = (name: string) => () => void seen.push(name);
      const twice = hookOf('twice');
      const handles = [twice, hookOf('other'), twice].map((hook) => relu[register](hook));
      const last = relu[register === 'registerForwardHook' ? 'registerForwardPreHook' : 'registerForwardHook'](
        hookOf('last'),
      );
      const run = () => {
        seen.length = 0;
        relu.forward(tensor([1]));
        return seen.filter((name) => name !== 'last').join(' ');
      };
      expect(run()).toBe('twice other twice');
      handles[0].remove();
      expect(run()).toBe('other twice');
      handles[1].remove();
      handles[1].remove();
      expect(run()).toBe('twice');
      handles[2].remove();
      expect(run()).toBe('');
      expect([seen, Object.hasOwn(relu, 'forward')]).toEqual([['last'], true]);
      last.remove();
      expect(run()).toBe('');
      expect([seen, Object.hasOwn(relu, 'forward')]).toEqual([[], false]);
    },
  );

  it('may return a falsy input or output; null and undefined replace nothing', () => {
    const fielded = new Fielded();
    const first = fielded.registerForwardHook(() => null as never);
    const before = fielded.registerForwardPreHook(() => null);
    expect(fielded.forward(1)).toBe(2);
    fielded.registerForwardPreHook(() => 0);
    expect(fielded.forward(5)).toBe(1);
    const zero = fielded.registerForwardHook(() => 0 as never);
    expect(fielded.forward(5)).toBe(0);
    for (const handle of [first, before, zero]) handle.remove();
    expect(fielded.forward(5)).toBe(1);
  });

  it('of one instance are not those of another, nor of a clone, which keeps a forward field', () => {
    const [one, other] = [new Fielded(), new Fielded()];
    one.registerForwardHook((_m, _a, output) => output * 10);
    expect([one.forward(1), other.forward(1), one.clone().forward(1)]).toEqual([20, 2, 2]);
    expect(Object.keys(one.clone())).toContain('forward');
    expect(
      new nn.Sequential(new nn.ReLU())
        .clone()
        .forward(tensor([-1]))
        .item(),
    ).toBe(0);
  });

  it('do not hide forward from the tree, and stay after an error', () => {
    class Refusing extends nn.Module {
      child = new nn.ReLU();
      override forward(ok: boolean): string {
        if (!ok) throw new Error('no');
        return 'yes';
      }
    }
    const module = new Refusing();
    let calls = 0;
    module.registerForwardPreHook(() => void calls++);
    expect(() => module.forward(false)).toThrow('no');
    expect(module.forward(true)).toBe('yes');
    expect(calls).toBe(2);
    expect(Object.keys(module)).toEqual(['training', 'child']);
    expect([...module.namedModules()].map(([path]) => path)).toEqual(['', 'child']);
  });

  it('must be functions', () => {
    const relu = new nn.ReLU();
    const message = (name: string) => `${name}() expects a function, found 3`;
    expect(() => relu.registerForwardPreHook(3 as never)).toThrow(message('registerForwardPreHook'));
    expect(() => relu.registerForwardHook(3 as never)).toThrow(message('registerForwardHook'));
    expect(() => relu.registerForwardHook(3 as never)).toThrow(ArgumentError);
    expect(Object.hasOwn(relu, 'forward')).toBe(false);
  });
});

describe('wrapped calls', () => {
  it('surround the hooks of users, and leave no trace when they are removed', () => {
    const model = new Fielded();
    const seen: string[] = [];
    const hook = model.registerForwardPreHook(() => void seen.push('hook'));
    const handles = ['inner', 'outer'].map((name) =>
      wrapCalls(model, (run) => {
        seen.push(`${name} begins`);
        const output = run() as number;
        seen.push(`${name} ends`);
        return output * 10;
      }),
    );
    expect(model.forward(1)).toBe(200);
    expect(seen).toEqual(['outer begins', 'inner begins', 'hook', 'inner ends', 'outer ends']);
    for (const handle of handles) handle.remove();
    expect(model.forward(1)).toBe(2);
    hook.remove();
    expect(Object.getOwnPropertyDescriptor(model, 'forward')).toMatchObject({ writable: true, enumerable: true });
  });

  it('see errors, and are not removed by them', () => {
    const relu = new nn.ReLU();
    const errors: unknown[] = [];
    const handle = wrapCalls(relu, (run) => {
      try {
        return run();
      } catch (error) {
        errors.push(error);
        throw error;
      }
    });
    expect(() => relu.forward('no' as never)).toThrow(ArgumentError);
    expect(() => relu.forward('no' as never)).toThrow(ArgumentError);
    expect(errors).toHaveLength(2);
    handle.remove();
    expect(Object.hasOwn(relu, 'forward')).toBe(false);
  });
});
