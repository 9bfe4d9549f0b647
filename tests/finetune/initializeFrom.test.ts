import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  AbortError,
  ArgumentError,
  defaultGenerator,
  definePolicy,
  extendPolicy,
  FormatError,
  init,
  initializeFrom,
  initializeWeights,
  manualSeed,
  nn,
  PolicyError,
  parameter,
  presets,
  type Report,
  rule,
  StateError,
  setDefaultDtype,
  type Tensor,
} from '../../src/index.js';
import { initializeFromFile, loadFile, openFile, saveFile } from '../../src/node.js';
import type { FloatDType } from '../../src/numerics/DType.js';
import { type Facts, factsOf, readGolden, stateHash } from '../golden/readGolden.js';
import { BertForSequenceClassification } from './BertForSequenceClassification.js';

interface StartCase {
  readonly kind: 'start';
  readonly name: string;
  readonly seed: number;
  readonly labels: number;
  readonly vocabulary: number;
  readonly dtype: FloatDType;
  readonly missing: readonly string[];
  readonly unexpected: readonly string[];
  readonly mismatched: readonly string[];
  readonly state: Readonly<Record<string, Facts>>;
  readonly rng: string;
}

const BASE = fileURLToPath(new URL('../golden/bertBase.safetensors', import.meta.url));
const base = (await loadFile(BASE)).tensors;
const starts = readGolden<StartCase | { kind: 'grow' | 'lora' }>('fineTuning.json').filter(
  (found): found is StartCase => found.kind === 'start',
);
const folder = mkdtempSync(join(tmpdir(), 'initree-from-'));
afterAll(() => rmSync(folder, { recursive: true }));

function stateOf(model: nn.Module): Record<string, Facts> {
  return Object.fromEntries(Array.from(model.stateDict(), ([key, tensor]) => [key, factsOf(tensor, 4)]));
}

/** What must not change when a start is refused. */
function snapshot(model: nn.Module): object {
  return { state: stateOf(model), rng: stateHash(defaultGenerator) };
}

type Start = (model: nn.Module, options?: { ignoreMismatched?: boolean }) => Report | Promise<Report>;

const STARTS: Readonly<Record<string, Start>> = {
  'tensors in memory': (model, options) => initializeFrom(model, presets.bert(), base, options),
  'the path of a file': (model, options) => initializeFromFile(model, presets.bert(), BASE, options),
  'an open file': async (model, options) => {
    const file = await openFile(BASE);
    try {
      return await initializeFromFile(model, presets.bert(), file, options);
    } finally {
      await file.close();
    }
  },
};

describe.each(Object.entries(STARTS))('from_pretrained of transformers, from %s', (_, start) => {
  it.each(starts.map((found) => [found.name, found] as const))('%s', async (_, found) => {
    setDefaultDtype(found.dtype);
    try {
      manualSeed(found.seed);
      const model = nn.skipInit(() => new BertForSequenceClassification(found.labels, found.vocabulary));
      const { checkpoint } = await start(model, { ignoreMismatched: found.mismatched.length > 0 });
      expect(stateOf(model)).toEqual(found.state);
      expect(stateHash(defaultGenerator)).toBe(found.rng);
      const sorted = (keys: readonly string[] = []) => [...keys].sort();
      expect(sorted(checkpoint?.missing)).toEqual(found.missing);
      expect(sorted(checkpoint?.unexpected)).toEqual(found.unexpected);
      expect(sorted(checkpoint?.mismatched)).toEqual(found.mismatched);
      expect(sorted(checkpoint?.loaded)).toEqual(
        Object.keys(found.state)
          .filter((key) => ![...found.missing, ...found.mismatched].includes(key))
          .sort(),
      );
      expect(checkpoint?.replaced).toEqual([]);
    } finally {
      setDefaultDtype('float32');
    }
  });
});

describe('initializeFrom', () => {
  const build = (classes = 2) =>
    new nn.Sequential({ body: new nn.Linear(3, 4), norm: new nn.BatchNorm1d(4), head: new nn.Linear(4, classes) });
  const policy = definePolicy('mine', [
    rule(nn.Linear, { weight: init.normal(0, 0.5), bias: init.constant(0.25) }),
    rule(nn.BatchNorm1d, { weight: init.ones(), bias: init.zeros() }),
  ]);
  let full: Map<string, Tensor>;
  beforeEach(() => {
    manualSeed(11);
    full = build().stateDict();
    manualSeed(0);
  });
  const without = (part: string) => new Map([...full].filter(([key]) => !key.startsWith(part)));

  it('draws as a policy draws after loadStateDict, from the generator as it stands', () => {
    const byHand = build();
    byHand.loadStateDict(without('head'), { strict: false });
    const expected = initializeWeights(byHand, policy, { onlyMissing: true });
    manualSeed(0);
    const model = build();
    const report = initializeFrom(model, policy, without('head'));
    expect(stateOf(model)).toEqual(stateOf(byHand));
    expect(report.entries).toEqual(expected.entries);
    expect(report.loaded).toEqual(expected.loaded);
  });

  it('gives the same bits into a deferred model', () => {
    const eager = build();
    initializeFrom(eager, policy, without('head'));
    manualSeed(0);
    const deferred = nn.deferInit(() => build());
    initializeFrom(deferred, policy, without('head'));
    expect(stateOf(deferred)).toEqual(stateOf(eager));
  });

  it('leaves what neither the checkpoint nor a rule has, and says so', () => {
    const model = build();
    const before = factsOf(model.stateDict().get('head.weight') as Tensor, 4);
    const norms = definePolicy('norms', [rule(nn.BatchNorm1d, { weight: init.ones(), bias: init.zeros() })]);
    const report = initializeFrom(model, norms, without('head'), { strict: 'warn' });
    expect(report.uncovered).toEqual(['head.weight', 'head.bias']);
    expect(factsOf(model.stateDict().get('head.weight') as Tensor, 4)).toEqual(before);
  });

  it('takes buffers, and leaves those that the checkpoint lacks', () => {
    full.get('norm.running_mean')?.fill_(3);
    full.delete('norm.running_var');
    const model = build();
    const { checkpoint } = initializeFrom(model, policy, full);
    expect(checkpoint?.missing).toEqual(['norm.running_var']);
    expect(model.stateDict().get('norm.running_mean')?.tolist()).toEqual([3, 3, 3, 3]);
    expect(model.stateDict().get('norm.running_var')?.tolist()).toEqual([1, 1, 1, 1]);
  });

  it('replaces by rules with onlyMissing: false, and takes the rest', () => {
    const head = definePolicy('head', [parameter('head.*', init.constant(7))]);
    const model = build();
    const { checkpoint, loaded, uncovered } = initializeFrom(model, head, full, { onlyMissing: false });
    expect(checkpoint?.replaced).toEqual(['head.weight', 'head.bias']);
    expect(checkpoint?.loaded).not.toContain('head.weight');
    expect(loaded).toEqual(['body.weight', 'body.bias', 'norm.weight', 'norm.bias']);
    expect(uncovered).toEqual([]);
    expect(model.stateDict().get('head.bias')?.tolist()).toEqual([7, 7]);
    expect(factsOf(model.stateDict().get('body.weight') as Tensor, 4)).toEqual(
      factsOf(full.get('body.weight') as Tensor, 4),
    );
  });

  it('renames keys, and leaves tensors out', () => {
    const wrapped = new Map(Array.from(full, ([key, tensor]) => [`net.${key}`, tensor]));
    const byPrefix = initializeFrom(build(), policy, wrapped, { prefix: 'net' });
    expect(byPrefix.checkpoint?.missing).toEqual([]);
    const byName = initializeFrom(build(), policy, wrapped, {
      rename: (key) => (key.startsWith('net.head') ? null : key.slice(4)),
    });
    expect(byName.checkpoint?.missing).toEqual(['head.weight', 'head.bias']);
    expect(byName.checkpoint?.unexpected).toEqual([]);
  });

  it('draws a tied parameter only if the checkpoint has none of its keys', () => {
    class Tied extends nn.Module {
      words = new nn.Embedding(5, 3);
      head = new nn.Linear(3, 5, { bias: false });
      constructor() {
        super();
        this.head.weight = this.words.weight;
      }
      override forward(): null {
        return null;
      }
    }
    const state = new Tied().stateDict();
    state.delete('words.weight');
    const tied = definePolicy('tied', [parameter('**', init.zeros())]);
    expect(initializeFrom(new Tied(), tied, state).entries).toEqual([]);
    const other = initializeFrom(
      new Tied(),
      tied,
      new Map([['head.weight', new Tied().words.weight.narrow(0, 0, 4)]]),
      {
        ignoreMismatched: true,
      },
    );
    expect(other.entries.map(({ path }) => path)).toEqual(['words.weight']);
    expect(other.checkpoint?.mismatched).toEqual(['head.weight']);
  });

  it('records the checkpoint in the metadata, the JSON and the table', () => {
    const report = initializeFrom(build(3), policy, [...full, ['extra', full.get('head.bias') as Tensor]], {
      ignoreMismatched: true,
    });
    expect(report.metadata()['initree.from']).toBe('tensors in memory');
    expect(JSON.parse(JSON.stringify(report)).checkpoint).toEqual({ ...report.checkpoint });
    expect(String(report)).toContain(
      [
        'taken from the checkpoint: 7 tensors',
        'of another shape in the checkpoint: head.weight, head.bias',
        'unexpected in the checkpoint, not taken: extra',
      ].join('\n'),
    );
    expect(String(report)).not.toContain('loaded parameters');
    expect(JSON.stringify(initializeWeights(build(), policy))).not.toContain('checkpoint');
  });

  it('refuses with everything that does not fit, and changes nothing', () => {
    const model = build(3);
    const before = snapshot(model);
    const refused: [() => unknown, new (...args: never[]) => Error, RegExp][] = [
      [
        () => initializeFrom(model, policy, full),
        StateError,
        /size mismatch for head\.weight.*size mismatch for head\.bias.*pass \{ ignoreMismatched: true \}/s,
      ],
      [
        () => initializeFrom(model, policy, new Map(Array.from(full, ([k, t]) => [`module.${k}`, t]))),
        StateError,
        /no tensor of the checkpoint leads to a tensor of Sequential.*pass \{ prefix: 'module' \}/,
      ],
      [
        () => initializeFrom(new nn.Sequential({ net: model }), policy, full),
        StateError,
        /pass \{ rename: \(key\) => `net\.\$\{key\}` \}/,
      ],
      [
        () => initializeFrom(model, policy, full, { ignoreMismatched: true, rename: () => 'body.bias' }),
        StateError,
        /initializeFrom\(\): rename gives "body\.bias" for the two keys/,
      ],
      [
        () => initializeFrom(model, policy, full, { prefix: 'a', rename: (key) => key }),
        StateError,
        /give one of them/,
      ],
      [
        () => initializeFrom(model, policy, 'base.safetensors' as never),
        StateError,
        /Expected state_dict to be.*'base.safetensors'; read the file by loadFile\(\)/,
      ],
      [() => initializeFrom(model, policy, full, { assign: true } as never), PolicyError, /assign/],
      [
        () =>
          initializeFrom(model, definePolicy('p', [rule(nn.Linear, { bias: init.zeros() })]), without('head'), {
            strict: true,
          }),
        PolicyError,
        /no rule applies to head\.weight/,
      ],
      [
        () =>
          initializeFrom(model, extendPolicy(policy, [parameter('head.bias', init.xavierNormal())]), without('head')),
        PolicyError,
        /head\.bias/,
      ],
    ];
    for (const [call, Kind, message] of refused) {
      expect(call).toThrow(Kind);
      expect(call).toThrow(message);
      expect(snapshot(model)).toEqual(before);
    }
  });
});

describe('initializeFromFile', () => {
  const build = () => nn.skipInit(() => new nn.Sequential({ body: new nn.Linear(3, 4), head: new nn.Linear(4, 2) }));
  const policy = definePolicy('mine', [rule(nn.Linear, { weight: init.normal(0, 0.5), bias: init.zeros() })]);

  it('reads only what the model takes', async () => {
    const path = join(folder, 'foreign.safetensors');
    const header = JSON.stringify({
      'body.weight': { dtype: 'F32', shape: [4, 3], data_offsets: [0, 48] },
      'body.bias': { dtype: 'F32', shape: [4], data_offsets: [48, 64] },
      'other.scale': { dtype: 'F8_E4M3', shape: [2], data_offsets: [64, 66] },
      'other.flag': { dtype: 'BOOL', shape: [2], data_offsets: [66, 68] },
    });
    const bytes = Buffer.alloc(8 + header.length + 68, 7);
    bytes.writeBigUInt64LE(BigInt(header.length));
    bytes.write(header, 8);
    writeFileSync(path, bytes);
    const { checkpoint } = await initializeFromFile(build(), policy, path);
    expect(checkpoint).toEqual({
      file: 'foreign.safetensors',
      loaded: ['body.weight', 'body.bias'],
      missing: ['head.weight', 'head.bias'],
      mismatched: [],
      replaced: [],
      unexpected: ['other.scale', 'other.flag'],
    });
  });

  it('gives a deferred model the arrays that were read, and converts others', async () => {
    const path = join(folder, 'deferred.safetensors');
    manualSeed(5);
    const base = new nn.Sequential({ body: new nn.Linear(3, 4) });
    await saveFile(base, path);
    const start = (dtype: FloatDType) =>
      nn.deferInit(() => new nn.Sequential({ body: new nn.Linear(3, 4, { dtype }), head: new nn.Linear(4, 2) }));
    const model = start('float32');
    const tied = model.getParameter('body.weight').detach();
    await initializeFromFile(model, policy, path);
    expect(tied.data).toBe(model.getParameter('body.weight').data);
    expect(tied.tolist()).toEqual(base.getParameter('body.weight').tolist());
    const half = start('bfloat16');
    await initializeFromFile(half, policy, path);
    expect(half.getParameter('body.weight').tolist()).toEqual(
      base.getParameter('body.weight').detach().to('bfloat16').tolist(),
    );
    expect(initializeWeights(model, policy, { onlyMissing: true }).loaded).toEqual(['body.weight', 'body.bias']);
  });

  it('lists what it has taken and drawn if onProgress throws', async () => {
    const path = join(folder, 'taken.safetensors');
    const state = build().stateDict();
    await saveFile(new Map([...state].slice(0, 2)), path);
    const keys = [...state.keys()];
    const onProgress = () => {
      throw new Error('enough');
    };
    const runs = [
      () => initializeFromFile(build(), policy, path, { onProgress }),
      async () => initializeFrom(build(), policy, [...state].slice(0, 2), { onProgress }),
    ];
    for (const run of runs) {
      const { written } = (await run().catch((error) => error)) as AbortError;
      expect(written.slice(0, 2)).toEqual(keys.slice(0, 2));
      expect(written).toHaveLength(3);
    }
  });

  it('changes nothing when the file cannot be read, or the run is aborted before it reads', async () => {
    const path = join(folder, 'cut.safetensors');
    await saveFile(build(), path);
    const file = await openFile(path);
    truncateSync(path, 100);
    manualSeed(3);
    const model = build();
    const before = snapshot(model);
    await expect(initializeFromFile(model, policy, file)).rejects.toThrow(/cut off while it was read/);
    await file.close();
    await expect(initializeFromFile(model, policy, file)).rejects.toThrow(StateError);
    const whole = join(folder, 'whole.safetensors');
    await saveFile(model, whole);
    const signal = AbortSignal.abort('enough');
    await expect(initializeFromFile(model, policy, whole, { signal })).rejects.toThrow(AbortError);
    await expect(initializeFromFile(model, policy, folder)).rejects.toThrow(FormatError);
    await expect(initializeFromFile(model, policy, join(folder, 'none.safetensors'))).rejects.toThrow(FormatError);
    await expect(initializeFromFile(model, policy, new Map() as never)).rejects.toThrow(ArgumentError);
    expect(snapshot(model)).toEqual(before);
  });
});
