import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { ArgumentError, explainPolicy, Generator, initializeWeights, nn, presets, type Tensor } from 'initree';
import { bytesOf, readGolden, sha256, stateHash } from '../../golden/readGolden.js';
import { isTie, type ModuleRow, readTree } from './readTree.js';

/** A case of `presets.json`, as written by `makePresets.py`. */
interface PresetCase {
  readonly preset: keyof typeof presets;
  readonly network: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Whether the values come from a loop that follows the rule of the source, and not from the source itself. */
  readonly rule: boolean;
  /** How far values may be from the source's, relative to the largest; 0 for equal bits. */
  readonly tolerance: number;
  readonly seed: number;
  readonly rng: string;
  readonly modules: readonly ModuleRow[];
}

const cases = ['presets.json', 'presetsOfOthers.json', 'presetsOfTransformers.json'].flatMap((name) =>
  readGolden<PresetCase>(name),
);
const all = Object.entries(presets);

/** A value as the golden file writes it. */
function summaryOf(tensor: Tensor): string | number | null {
  const data = tensor.data as Float32Array;
  if (data.every(Number.isNaN)) return null;
  if (data.every((x) => x === data[0])) return data[0];
  return sha256(bytesOf(tensor)).slice(0, 16);
}

/** Whether evenly spaced elements of a tensor are near the expected values. */
function isNear({ data, numel }: Tensor, expected: readonly number[], tolerance: number): boolean {
  const largest = Math.max(...expected.map(Math.abs));
  return expected.every((value, i) => {
    const found = Number(data[Math.floor((i * numel) / expected.length)]);
    return Math.abs(found - value) <= tolerance * largest;
  });
}

describe('published policies give the values of their sources', () => {
  it.each(cases.map((golden) => [golden.preset, golden.network, golden] as const))('%s on %s', (name, _, golden) => {
    const { modules, seed, rng, options, tolerance } = golden;
    const model = readTree(modules);
    const generator = new Generator(seed);
    initializeWeights(model, presets[name](options), { generator, strict: true });
    const state = model.stateDict();
    const found: [string, unknown][] = [];
    const expected: [string, unknown][] = [];
    for (const [path, , , values] of modules) {
      for (const [key, value] of Object.entries(values)) {
        const full = path === '' ? key : `${path}.${key}`;
        const tensor = state.get(full) as Tensor;
        expected.push([full, value]);
        found.push([
          full,
          isTie(value) || (Array.isArray(value) && isNear(tensor, value, tolerance)) ? value : summaryOf(tensor),
        ]);
      }
    }
    expect(found).toEqual(expected);
    expect(stateHash(generator)).toBe(rng);
  });
});

describe('the description of a published policy', () => {
  it('is listed in docs/presets.md', () => {
    const page = readFileSync(new URL('../../../docs/presets.md', import.meta.url), 'utf8');
    const rows = all.map(([name, { about }]) => `| \`${name}\` | ${about.source} | ${about.fidelity} |`);
    expect(page.split('\n').filter((line) => line.startsWith('| `'))).toEqual(rows);
  });

  it.each(all)('%s is complete', (name, preset) => {
    const { about } = preset;
    expect(about.name).toBe(name);
    expect(about.source).not.toBe('');
    expect(about.rule).toMatch(/^[^\n]+:/);
    expect(['bits', 'rule', 'law']).toContain(about.fidelity);
    if (about.fidelity !== 'bits') expect(about.differs).toBeTruthy();
    expect(preset().name).toBe(name);
    expect(Object.isFrozen(about)).toBe(true);
    expect(JSON.parse(JSON.stringify(about))).toEqual(about);
    expect(() => preset({ layres: 3 } as never)).toThrow(
      `presets.${name}() got an unexpected keyword argument 'layres'`,
    );
    const [first = 'no arguments'] = Object.keys(about.options ?? {});
    expect(() => preset(3 as never)).toThrow(new RegExp(`presets\\.${name}\\(\\) takes .*${first}.*3`));
    expect(() => (preset as (...args: unknown[]) => unknown)({}, 3)).toThrow(ArgumentError);
  });

  it('checks the type and the range of every option', () => {
    const refused: Record<string, Record<string, readonly unknown[]>> = {
      bert: { initializerRange: ['0.02', -0.02, Infinity, true, null, [0.02], 1n] },
      llama: { initializerRange: ['0.02', -1, Number.NaN] },
      convnext: { layerScale: ['1e-6', Infinity, false] },
      deepnet: { layers: ['12', 0, 1.5] },
      detectorHead: { priorProbability: ['0.01', 0, 1, Number.NaN, true] },
      fixup: { layers: [true, -1, Infinity] },
      gpt2: { layers: ['12', true, [12], 0.001, 0, -2, Number.NaN, 2 ** 60], initializerRange: ['0.02', -1, null] },
      mup: {
        baseWidth: ['64', 0, 0.5, null],
        multiplier: ['false', 0, null],
        gain: [0, -1, '1', Infinity],
        readoutZeroInit: [1, 'yes'],
        queryZeroInit: [1, 'yes'],
      },
      neoxSmallInit: { dim: ['64', 0, 0.5, {}] },
      neoxWang: { layers: ['2', 0], dim: [true, -64] },
      resnet: { zeroInitResidual: ['false', 0, 1, null, 'yes'] },
      siren: { omega: ['30', 0, -30, Infinity, null] },
      t5: { dKv: ['64', 0, 64.5, null], factor: ['1', -1, Infinity] },
      timmVitJax: { negativeLogHeadBias: ['false', 1, null] },
    };
    const known = Object.fromEntries(
      all.flatMap(([name, { about }]) => (about.options ? [[name, about.options]] : [])),
    );
    expect(Object.keys(refused)).toEqual(expect.arrayContaining(Object.keys(known)));
    for (const [name, options] of Object.entries(refused)) {
      expect(Object.keys(options)).toEqual(Object.keys(known[name]));
      for (const [option, values] of Object.entries(options)) {
        for (const value of values) {
          const make = () => (presets as Record<string, (options: object) => unknown>)[name]({ [option]: value });
          expect(make).toThrow(ArgumentError);
          expect(make).toThrow(new RegExp(`${option}.*found `));
          expect(make).toThrow(`presets.${name}()`);
        }
      }
    }
    expect(() => presets.gpt2({ layers: 0.001 })).toThrow(
      'layers of presets.gpt2(): expected a whole number ≥ 1, found 0.001',
    );
    expect(() => presets.resnet({ zeroInitResidual: 'false' as never })).toThrow(
      "presets.resnet() expects true or false for zeroInitResidual, found 'false'",
    );
  });

  it('derives from the model what is null or undefined', () => {
    const model = new nn.Sequential({ c_proj: new nn.Linear(2, 2) });
    const plan = (options: Parameters<typeof presets.gpt2>[0]) =>
      JSON.stringify(explainPolicy(model, presets.gpt2(options)));
    expect(plan({ layers: null })).toBe(plan({}));
    expect(plan({ layers: undefined, initializerRange: undefined })).toBe(plan(undefined));
    expect(plan({ layers: 3 })).not.toBe(plan({}));
  });

  it('lets errors name what the model lacks', () => {
    const fc = new nn.Sequential({ fc: new nn.Linear(2, 2) });
    expect(() => explainPolicy(new nn.Sequential({ c_proj: new nn.Linear(2, 2) }), presets.gpt2())).not.toThrow();
    expect(() => explainPolicy(fc, presets.neoxSmallInit())).toThrow('expected an Embedding in the model, found none');
    expect(() => explainPolicy(new nn.Sequential({ fc1: new nn.Linear(2, 2) }), presets.deepnet())).toThrow(
      'expected modules called fc2 or linear2, found none; give the option layers',
    );
    expect(() => explainPolicy(new nn.Sequential({ wo: new nn.Linear(2, 2) }), presets.torchtitanLlama())).toThrow(
      '…layers.<number>.…',
    );
    const table = new nn.Sequential({ relative_attention_bias: new nn.Embedding(2, 2) });
    expect(() => explainPolicy(table, presets.t5())).toThrow('a Linear called q beside it');
    expect(() => presets.detectorHead({ priorProbability: 1 })).toThrow('expected a number in (0, 1), found 1');
    expect(() => explainPolicy(fc, presets.neoxWang({ dim: 4 }))).not.toThrow();
  });

  it.each(cases.map((golden) => [golden.preset, golden.network, golden] as const))(
    'the plan of %s on %s is plain data, and only what the source gave counts as bits',
    (name, _, { modules, options, rule, tolerance }) => {
      const plan = explainPolicy(readTree(modules), presets[name](options));
      expect(JSON.parse(JSON.stringify(plan)).assignments).toHaveLength(plan.assignments.length);
      if (rule || tolerance > 0) expect(presets[name].about.fidelity).not.toBe('bits');
    },
  );
});
