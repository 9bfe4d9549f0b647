import { describe, expect, it } from '@jest/globals';
import { manualSeed, nn, randn, type Tensor } from '../../src/index.js';
import { coordinateCheck, type ProbeOptions, probe } from '../../src/probe.js';

/** A layer whose forward returns what a function makes of its value. */
class Wrapping extends nn.Module {
  fc = new nn.Linear(8, 4);
  readonly wrap: (y: Tensor) => unknown;

  constructor(wrap: (y: Tensor) => unknown) {
    super();
    this.wrap = wrap;
  }

  override forward(x: Tensor): unknown {
    return this.wrap(this.fc.forward(x));
  }
}

class Result {
  readonly logits: Tensor;
  constructor(logits: Tensor) {
    this.logits = logits;
  }
}

function probeOf(wrap: (y: Tensor) => unknown, options: Partial<ProbeOptions> = {}) {
  manualSeed(0);
  return probe(new Wrapping(wrap), { input: randn([16, 8]), ...options });
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  return proxy;
}

const unreadable = {
  get logits(): never {
    throw new Error('not yet');
  },
};

describe('an output that cannot be used is a failure with what was measured before', () => {
  it.each<[string, (y: Tensor) => unknown, RegExp]>([
    ['a getter that throws', () => unreadable, /cannot be read: it threw Error: not yet/],
    ['the same, deeper', (y) => [y, { parts: [unreadable] }], /cannot be read: it threw Error: not yet/],
    ['a revoked proxy', revoked, /cannot be read: it threw TypeError/],
    [
      'a proxy that refuses its keys',
      () => new Proxy({}, { ownKeys: () => Reflect.ownKeys(unreadable.logits) }),
      /cannot be read: it threw Error: not yet/,
    ],
    ['a promise', async (y) => y, /returns a promise.*without async/],
    ['a promise that rejects', async () => unreadable.logits, /returns a promise.*without async/],
    [
      'a generator',
      function* (y) {
        yield y;
      },
      /returns a generator.*without \*/,
    ],
    [
      'a generator of promises',
      async function* (y) {
        yield y;
      },
      /returns a generator.*without \*/,
    ],
    ['nothing', () => undefined, /returns undefined.*write return/],
    ['a number', () => 3, /returns 3, expected a tensor/],
    ['an instance of a class', (y) => new Result(y), /returns a Result, expected a tensor.*give loss as a function/],
    ['a map', (y) => new Map([['logits', y]]), /returns a Map, expected a tensor/],
    ['a long array', () => new Array(100_000).fill(0), /returns an array, expected a tensor/],
  ])('%s', (_name, wrap, message) => {
    const { failure, operations, verdict, findings } = probeOf(wrap);
    expect(failure?.path).toBe('');
    expect(failure?.message).toMatch(message);
    expect(operations.map(({ label }) => label)).toEqual(['fc']);
    expect(verdict).toBe('broken');
    expect(findings.map(({ id }) => id)).toEqual(['failure']);
  });

  it('of the coordinate check is an error with the width', () => {
    const build = () => new Wrapping(async (y) => y);
    expect(() => coordinateCheck(build, { widths: [8, 16, 32], input: randn([4, 8]) })).toThrow(
      /returns a promise.*at the width 8/,
    );
  });

  it('in a pass for the Jacobian, after one that ended', () => {
    let passes = 0;
    const throwing = (y: Tensor) => (passes++ === 0 ? y : unreadable);
    const { failure, loss, jacobian } = probeOf(throwing, { jacobian: true });
    expect(failure?.message).toMatch(/^in a pass for the Jacobian: .*not yet/);
    expect(loss).not.toBeNull();
    expect(jacobian).toBeNull();
  });
});

describe('an output', () => {
  it('of any class is read by a loss function', () => {
    const loss = (output: unknown) => (output as Result).logits.square().mean();
    const { failure, operations } = probeOf((y) => new Result(y), { loss });
    expect(failure).toBeNull();
    expect(operations[0].gradient?.meanSquare).toBeGreaterThan(0);
  });

  it('may be nested 100,000 times', () => {
    const nest = (y: Tensor) => {
      let output: unknown = y;
      for (let i = 0; i < 100_000; i++) output = [output];
      return output;
    };
    expect(probeOf(nest).loss?.kind).toBe('mean-square');
  });
});

describe('inputs', () => {
  it('may contain themselves', () => {
    class Reader extends nn.Module {
      fc = new nn.Linear(8, 4);
      override forward(batch: { x: Tensor; self: typeof batch; list: unknown[] }): Tensor {
        expect(batch.self).toBe(batch);
        expect([batch.list.length, 0 in batch.list]).toEqual([2, false]);
        return this.fc.forward(batch.self.self.x);
      }
    }
    const batch: Record<string, unknown> = { x: randn([16, 8]), list: new Array(2) };
    batch.self = batch;
    expect(probe(new Reader(), { input: [batch] }).failure).toBeNull();
  });

  it('and targets that throw when they are read are refused', () => {
    const model = new nn.Linear(8, 4);
    const input = randn([16, 8]);
    expect(() => probe(model, { input: [input, unreadable] })).toThrow(/input: it cannot be read: .*not yet/);
    expect(() => probe(model, { input, target: unreadable, loss: (y) => (y as Tensor).mean() })).toThrow(
      /target: it cannot be read: .*not yet/,
    );
  });
});
