import { describe, expect, it } from '@jest/globals';
import { Generator, init, manualSeed, nn, noGrad, ones, randn, type Tensor, tensor } from '../../src/index.js';
import { probe, probeAsync } from '../../src/probe.js';

/** Numbers of a run, in a class that is no module. */
class Log {
  count = 0;
  readonly sizes: number[] = [];
}

/** A network whose forward changes whatever it can reach. */
class Restless extends nn.Module {
  fc = new nn.Linear(4, 4);
  spare: nn.Linear | null = new nn.Linear(2, 2);
  list = new nn.ModuleList([new nn.Linear(4, 4)]);
  counter = 0;
  label: string | undefined = 'before';
  cache: Tensor[] = [];
  holes: number[] = Object.assign(new Array(3), { 0: 1, 2: 3 });
  last: Tensor | null = null;
  seen = new Map<string, number[]>([['calls', [0]]]);
  kinds = new Set(['a']);
  nested = { deep: { count: 1 } };
  log = new Log();
  table = new Float64Array([1, 2, 3]);
  plain = tensor([1, 2]);
  generators = [new Generator(3)];
  outside = { layer: new nn.Linear(4, 4) };
  readonly throws: boolean;
  declare added?: number;

  constructor(throws: boolean) {
    super();
    this.throws = throws;
    this.registerBuffer('steps', tensor([0]));
  }

  override forward(x: Tensor): Tensor {
    this.counter++;
    this.added = 1;
    this.label = undefined;
    this.cache.push(x);
    this.holes.length = 1;
    this.last = x;
    this.seen.get('calls')?.push(this.counter);
    this.seen.set('new', []);
    this.kinds.clear();
    this.nested.deep.count += 1;
    Object.assign(this.nested, { more: true });
    this.log.count++;
    this.log.sizes.push(x.numel);
    this.table[1] = 7;
    this.plain.add_(1);
    this.plain.set_(ones([5]));
    randn([3], { generator: this.generators[0] });
    this.generators.push(new Generator(4));
    init.zeros_(this.outside.layer.weight);
    this.getBuffer('steps').add_(1);
    this.spare = null;
    this.registerBuffer('late', tensor([0]));
    this.list.append(new nn.Linear(4, 4));
    this.addModule('extra', new nn.Linear(1, 1));
    noGrad(() => this.list.at(0).weight.mul_(3));
    this.list.at(0).bias = new nn.Parameter(ones([4]));
    const weight = this.fc.weight;
    this.fc.weight = new nn.Parameter(ones([4, 4]));
    weight.set_(ones([2, 2]));
    this.fc.registerForwardHook(() => {});
    this.list.at(0).forward = (y: Tensor) => y;
    this.eval();
    if (this.throws) throw new Error('on purpose');
    return this.list.at(0).forward(this.fc.forward(x));
  }
}

/** All that a program can see of a model, with the identity of its objects. */
function seenOf(model: Restless) {
  const { cache, seen, nested, log, plain, outside, generators, list, fc } = model;
  const members = [...model.namedParameters(), ...model.namedBuffers()];
  return {
    objects: [...members.map(([, value]) => value), cache, seen, nested, log, plain, outside, ...generators],
    modules: [...model.namedModules()].map(([path, module]) => [path, module, module.training, Object.keys(module)]),
    state: [...model.stateDict()].map(([key, { shape, data }]) => [key, shape, [...(data as Float32Array)]]),
    values: {
      counter: model.counter,
      label: model.label,
      cache: cache.length,
      holes: [model.holes.length, 1 in model.holes],
      last: model.last,
      seen: JSON.stringify([...seen]),
      kinds: [...model.kinds],
      nested: JSON.stringify(nested),
      log: JSON.stringify(log),
      table: [...model.table],
      plain: [plain.shape, [...(plain.data as Float32Array)]],
      outside: [...(outside.layer.weight.data as Float32Array)],
      generators: generators.map((generator) => [...generator.getState()]),
      forwards: [fc, list.at(0)].map((module) => Object.hasOwn(module, 'forward')),
    },
    text: String(model),
  };
}

describe('a forward that changes the model leaves it unchanged behind a probe', () => {
  const build = (throws: boolean) => {
    manualSeed(0);
    return new Restless(throws);
  };
  const input = ones([8, 4]);

  it.each([false, true])('where forward throws: %s', (throws) => {
    const model = build(throws);
    const before = seenOf(model);
    const { failure } = probe(model, { input });
    expect(failure?.message ?? null).toBe(throws ? 'on purpose' : null);
    const after = seenOf(model);
    expect(after).toEqual(before);
    for (const [i, object] of before.objects.entries()) expect(after.objects[i]).toBe(object);
  });

  it('also with the Jacobian, which needs more passes, and where the probe is cancelled', async () => {
    const model = build(false);
    const before = seenOf(model);
    probe(model, { input, jacobian: true });
    expect(seenOf(model)).toEqual(before);
    const controller = new AbortController();
    const onProgress = ({ phase }: { phase: string }) => {
      if (phase === 'backward') controller.abort();
    };
    await expect(probeAsync(model, { input, onProgress, signal: controller.signal })).rejects.toThrow();
    expect(seenOf(model)).toEqual(before);
  });

  it('and behind a summary', () => {
    const model = build(false);
    const { state: _, ...before } = seenOf(model);
    model.summary([8, 4]);
    const { state: __, ...after } = seenOf(model);
    expect(after).toEqual(before);
  });

  it('a hook that was registered before stays, and one that another hook removes comes back', () => {
    const model = new nn.Sequential(new nn.Linear(4, 4), new nn.Linear(4, 4));
    const [first, second] = model.children();
    let calls = 0;
    const handle = second.registerForwardHook(() => {
      calls++;
    });
    first.registerForwardHook(() => {
      handle.remove();
    });
    probe(model, { input });
    expect(calls).toBe(0);
    second.forward(input);
    expect(calls).toBe(1);
    handle.remove();
    second.forward(input);
    expect(calls).toBe(1);
  });

  it('a model of 2,000 numbers in an object that refers to itself', () => {
    const model = Object.assign(new nn.Linear(4, 4), {
      memory: { numbers: Array.from({ length: 2000 }, (_, i) => i) },
    });
    Object.assign(model.memory, { self: model.memory, owner: model });
    const own = model.forward;
    model.forward = function (this: typeof model, x: Tensor) {
      this.memory.numbers.reverse();
      return own.call(this, x);
    };
    probe(model, { input });
    expect(model.memory.numbers[0]).toBe(0);
  });
});
