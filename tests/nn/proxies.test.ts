import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { reactive, readonly, shallowReactive } from '@vue/reactivity';
import * as init from '../../src/init.js';
import * as nn from '../../src/nn.js';
import { loadFile, saveFile } from '../../src/node.js';
import { definePolicy } from '../../src/policy/definePolicy.js';
import { initializeWeights } from '../../src/policy/initializeWeights.js';
import { rule } from '../../src/policy/rule.js';
import { manualSeed } from '../../src/random/defaultGenerator.js';
import { ones } from '../../src/tensor/creation.js';
import { Tensor } from '../../src/tensor/Tensor.js';

class Net extends nn.Module {
  norm = new nn.BatchNorm1d(3);
  body = new nn.Sequential(new nn.Linear(3, 3), new nn.ReLU());
  head = new nn.Linear(3, 3);
  constructor() {
    super();
    this.head.weight = (this.body.at(0) as nn.Linear).weight;
  }
  override forward(x: Tensor): Tensor {
    return this.head.forward(this.body.forward(this.norm.forward(x)));
  }
}

/** A proxy that returns a proxy for every object that it holds, a new one each time. */
function wrapped<T extends object>(target: T): T {
  return new Proxy(target, {
    get(object, key, receiver) {
      const value: unknown = Reflect.get(object, key, receiver);
      return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) ? wrapped(value) : value;
    },
  });
}

const folder = mkdtempSync(join(tmpdir(), 'initree-proxies-'));
afterAll(() => rmSync(folder, { recursive: true }));

const proxies: [string, <T extends object>(target: T) => T][] = [
  ["Vue's reactive()", (target) => reactive(target) as typeof target],
  ["Vue's shallowReactive()", (target) => shallowReactive(target)],
  ["Vue's readonly()", (target) => readonly(target) as typeof target],
  ['a bare Proxy', (target) => new Proxy(target, {})],
  ['a Proxy that wraps what it holds', wrapped],
];

describe.each(proxies)('behind %s, a model', (_, proxy) => {
  const build = () => {
    manualSeed(3);
    return new Net();
  };
  const elements = (state: Iterable<readonly [string, Tensor]>) => Array.from(state, ([key, t]) => [key, t.tolist()]);

  it('holds the same members', () => {
    const net = build();
    const seen = proxy(net);
    expect([...seen.stateDict().keys()]).toEqual([...net.stateDict().keys()]);
    expect(seen.stateDict().size).toBe(9);
    expect([...seen.namedParameters()].map(([path]) => path)).toEqual([...net.namedParameters()].map(([path]) => path));
    expect([...seen.buffers()].length).toBe(3);
    expect([...seen.modules()].length).toBe(6);
    expect(String(seen)).toBe(String(net));
    expect([seen.body.length, seen.body.at(0) instanceof nn.Linear]).toEqual([2, true]);
    expect(seen.getBuffer('norm.running_mean').tolist()).toEqual([0, 0, 0]);
  });

  it('runs to the same bits, and its buffers change', () => {
    const net = build();
    const seen = proxy(build());
    expect(seen.forward(ones([2, 3])).tolist()).toEqual(net.forward(ones([2, 3])).tolist());
    expect(elements(seen.stateDict())).toEqual(elements(net.stateDict()));
  });

  it('is trained', () => {
    const [net, seen] = [build(), proxy(build())];
    for (const model of [net, seen])
      model
        .forward(ones([2, 3]))
        .sum()
        .backward();
    const gradients = (model: Net) => Array.from(model.parameters(), ({ grad }) => grad?.tolist());
    expect(gradients(seen)).toEqual(gradients(net));
    expect(gradients(seen)).not.toContain(undefined);
    seen.zeroGrad();
    expect(gradients(seen)).toEqual(new Array(5).fill(undefined));
  });

  it('has one gradient for a parameter that is reached in two ways', () => {
    const layer = new nn.Linear(1, 1, { bias: false });
    const x = ones([1, 1]);
    layer.forward(x).add(proxy(layer).forward(x)).sum().backward();
    expect(layer.weight.grad?.tolist()).toEqual([[2]]);
  });

  it('is initialised, loaded, cloned, converted and saved as a whole', async () => {
    const policy = definePolicy('p', [rule(nn.Linear, { weight: init.xavierUniform(), bias: init.zeros() })]);
    const net = build();
    const seen = proxy(build());
    const paths = [net, seen].map((model) => {
      manualSeed(5);
      return initializeWeights(model, policy).entries.map(({ path }) => path);
    });
    expect(paths[1]).toEqual(paths[0]);
    expect(elements(seen.stateDict())).toEqual(elements(net.stateDict()));
    const other = build();
    other.loadStateDict(seen.stateDict());
    expect(elements(other.stateDict())).toEqual(elements(net.stateDict()));
    proxy(other).loadStateDict(build().stateDict());
    expect(elements(other.stateDict())).toEqual(elements(build().stateDict()));
    const copy = seen.clone();
    expect(elements(copy.stateDict())).toEqual(elements(net.stateDict()));
    expect(copy.getParameter('head.weight')).toBe(copy.getParameter('body.0.weight'));
    const path = join(folder, 'model.safetensors');
    await saveFile(seen, path);
    expect([...(await loadFile(path)).tensors.keys()].length).toBeGreaterThanOrEqual(8);
    expect(seen.eval().training).toBe(false);
    expect([...net.eval().modules()].some(({ training }) => training)).toBe(false);
    seen.to('float64');
    expect(new Set(Array.from(seen.buffers(), ({ dtype }) => dtype))).toEqual(new Set(['float64', 'int64']));
  });

  it('leaves no trace of a hook', () => {
    const relu = new nn.ReLU();
    const before = Reflect.ownKeys(relu);
    proxy(relu)
      .registerForwardHook(() => {})
      .remove();
    expect(Reflect.ownKeys(relu)).toEqual(before);
  });

  it('keeps hooks, whichever side registers and removes them', () => {
    const relu = new nn.ReLU();
    const seen = proxy(relu);
    let calls = 0;
    const [inner, outer] = [relu, seen].map((module) => module.registerForwardHook(() => void calls++));
    relu.forward(ones([1]));
    seen.forward(ones([1]));
    expect(calls).toBe(4);
    outer.remove();
    relu.forward(ones([1]));
    expect(calls).toBe(5);
    inner.remove();
    seen.forward(ones([1]));
    expect([calls, Object.hasOwn(relu, 'forward')]).toEqual([5, false]);
  });

  it('lists tied parameters once, also if they were tied through it', () => {
    const net = proxy(build());
    expect([...net.parameters()].length).toBe(5);
    const tied = build();
    const other = new nn.Linear(3, 3);
    Object.assign(tied.head, { weight: proxy(other.weight) });
    Object.assign(tied, { third: proxy(other) });
    expect([...tied.namedParameters()].map(([path]) => path)).not.toContain('third.weight');
    expect([...tied.stateDict().keys()]).toContain('third.weight');
    const list = new nn.ModuleList([proxy(other), other]);
    expect([...new nn.Sequential(...list).modules()].length).toBe(2);
  });
});

it('a proxy that accepts changes changes the model', () => {
  for (const proxy of [proxies[0][1], proxies[1][1], proxies[3][1], proxies[4][1]]) {
    const net = new Net();
    const seen = proxy(net) as Net & Record<string, unknown>;
    seen.extra = new nn.PReLU();
    seen.registerBuffer('mask', ones([1]));
    seen.addModule('late', new nn.PReLU());
    expect([...net.stateDict().keys()].slice(-2)).toEqual(['extra.weight', 'late.weight']);
    expect(net.getBuffer('mask')).toBeInstanceOf(Tensor);
    Reflect.deleteProperty(seen, 'extra');
    expect([...net.stateDict().keys()]).not.toContain('extra.weight');
    expect(() => Object.assign(seen, { head: 5 })).toThrow("as child module 'head'");
    seen.body.append(new nn.PReLU());
    expect(net.body.length).toBe(3);
  }
});
