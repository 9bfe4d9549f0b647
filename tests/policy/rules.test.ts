import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PolicyError } from '../../src/errors.js';
import * as init from '../../src/init.js';
import * as nn from '../../src/nn.js';
import { compileGlob } from '../../src/policy/compileGlob.js';
import { definePolicy, extendPolicy, type Policy, sequence } from '../../src/policy/definePolicy.js';
import { derive } from '../../src/policy/derive.js';
import { explainPolicy } from '../../src/policy/explainPolicy.js';
import { initializeWeights } from '../../src/policy/initializeWeights.js';
import { parameter, rule } from '../../src/policy/rule.js';
import { allOf, anyOf, atPath, not } from '../../src/policy/selectors.js';
import { manualSeed } from '../../src/random/defaultGenerator.js';
import { Generator } from '../../src/random/Generator.js';
import { ones } from '../../src/tensor/creation.js';

const block = () => new nn.Sequential({ conv: new nn.Conv2d(2, 2, 3), bn: new nn.BatchNorm2d(2), relu: new nn.ReLU() });
const build = () =>
  nn.skipInit(
    () =>
      new nn.Sequential({
        layer1: new nn.Sequential(block(), block()),
        layer2: new nn.Sequential(block()),
        fc: new nn.Linear(4, 3),
      }),
  );

/** The assignments of a plan, each as `path=initializer`. */
const said = (policy: Policy, model: nn.Module = build()) =>
  explainPolicy(model, policy).assignments.map(({ path, initializer }) => `${path}=${initializer}`);

const ONE = init.ones();
const ZERO = init.zeros();

describe('patterns of paths', () => {
  it.each([
    ['layer*.*.conv', ['layer1.0.conv', 'layerx.y.conv'], ['layer1.conv', 'layer1.0.1.conv', 'xlayer1.0.conv']],
    ['**.conv', ['conv', 'a.conv', 'a.b.conv'], ['a.xconv', 'conv.a']],
    ['encoder.**', ['encoder', 'encoder.0', 'encoder.0.attn'], ['encoders', 'decoder.encoder']],
    ['**', ['', 'a', 'a.b'], []],
    ['a.?', ['a.0'], ['a.10', 'a.', 'a']],
    ['a?b', ['axb'], ['a.b', 'ab']],
    ['h.*.c_proj.weight', ['h.11.c_proj.weight'], ['h.1.1.c_proj.weight']],
    ['a+b(c)[d].$', ['a+b(c)[d].$'], ['aab(c)[d].$']],
    ['', [''], ['a']],
    ['a.**.b', ['a.b', 'a.x.b', 'a.x.y.b'], ['a', 'ab', 'a.xb', 'b']],
    ['**.**.x', ['x', 'a.x', 'a.b.c.x'], ['ax', 'x.a', '']],
    ['a**b', ['ab', 'a.b', 'axx.yb'], ['b', 'a.bc']],
    ['***', ['', 'a', 'a.b'], []],
    ['*a*b*', ['ab', 'xaybz', 'aabb'], ['a.b', 'ba', '.ab']],
    ['?.*', ['a.', '0.weight'], ['ab.c', 'a', 'a.b.c']],
  ])('%j', (pattern, matching, others) => {
    const glob = compileGlob(pattern);
    expect(matching.filter((path) => !glob.test(path))).toEqual([]);
    expect(others.filter((path) => glob.test(path))).toEqual([]);
  });

  it('match as the corresponding regular expression does', () => {
    const expressions: Record<string, string> = {
      '**.': '(?:.*\\.)?',
      '.**': '(?:\\..*)?',
      '**': '.*',
      '*': '[^.]*',
      '?': '[^.]',
      '.': '\\.',
    };
    const expression = (pattern: string) =>
      new RegExp(`^${pattern.replaceAll(/\*\*\.|\.\*\*|\*\*|\*|\?|\./g, (token) => expressions[token])}$`, 's');
    const textOf = (characters: string, maxLength: number) =>
      fc.array(fc.constantFrom(...characters), { maxLength }).map((list) => list.join(''));
    fc.assert(
      fc.property(textOf('ab.**?', 7), textOf('ab.', 8), (pattern, path) => {
        expect(compileGlob(pattern).test(path)).toBe(expression(pattern).test(path));
      }),
      { numRuns: 2000 },
    );
  });

  // With backtracking, each of these would take longer than the age of the universe.
  it.each([
    ['within a name', `${'**a'.repeat(100)}b`, 'a'.repeat(1000)],
    ['within a name, of one star each', `${'*a'.repeat(100)}b`, 'a'.repeat(1000)],
    ['over names', `${'**.'.repeat(100)}x`, 'layer.'.repeat(300)],
    ['of many stars in a row', `${'*'.repeat(20_000)}x`, 'a.b'],
  ])('end at once %s', (_, pattern, path) => {
    expect(compileGlob(pattern).test(path)).toBe(false);
    expect(compileGlob(`${pattern}**`).test(`${path}${pattern.at(-1)}`)).toBe(true);
  });
});

describe('modules that are shared twice per level', () => {
  /** The innermost module has 2^levels paths. */
  const diamond = (levels: number) => {
    let model: nn.Module = new nn.Sequential({ w: new nn.PReLU() });
    for (let i = 0; i < levels; i++) model = new nn.Sequential({ l: model, r: model });
    return model;
  };
  const deep = diamond(60);

  it('are initialised, explained and listed without visiting every path', () => {
    const report = initializeWeights(deep, definePolicy('p', [rule(nn.PReLU, { weight: ONE })]));
    const [entry] = report.entries;
    expect([report.entries.length, entry.path, entry.aliases.length]).toEqual([1, `${'l.'.repeat(60)}w.weight`, 999]);
    expect(new Set([entry.path, ...entry.aliases]).size).toBe(1000);
    expect(String(report).length).toBeLessThan(10_000);
    expect(JSON.stringify(report).length).toBeLessThan(1_000_000);
    expect([...deep.parameters()]).toHaveLength(1);
    expect([...deep.namedModules()]).toHaveLength(62);
    expect(deep.clone().summary().rows).toHaveLength(62);
  });

  it('match a pattern by any of their paths, also by those that are not listed', () => {
    const matching = ['**.w.weight', `${'r.'.repeat(60)}w.*`, `${'*.r.'.repeat(30)}w.weight`, '**.r.r.**.w.weight'];
    const others = ['**.r.x.**.weight', `${'r.'.repeat(61)}w.weight`, `${'?.'.repeat(59)}w.weight`, '**.w'];
    for (const pattern of matching) expect(said(definePolicy('p', [parameter(pattern, ONE)]), deep)).toHaveLength(1);
    for (const pattern of others) expect(said(definePolicy('p', [parameter(pattern, ONE)]), deep)).toHaveLength(0);
    const last = atPath(`${'r.'.repeat(60)}w`);
    expect(said(definePolicy('p', [rule(last, { weight: ONE })]), deep)).toHaveLength(1);
    expect(said(definePolicy('p', [rule(allOf(nn.PReLU, not(last)), { weight: ONE })]), deep)).toHaveLength(0);
  });

  it('list all paths if these are few', () => {
    const [entry] = initializeWeights(diamond(3), definePolicy('p', [rule(nn.PReLU, { weight: ONE })])).entries;
    const names = ['l.l.l', 'l.l.r', 'l.r.l', 'l.r.r', 'r.l.l', 'r.l.r', 'r.r.l', 'r.r.r'];
    expect([entry.path, ...entry.aliases]).toEqual(names.map((name) => `${name}.w.weight`));
  });
});

describe('selectors', () => {
  it('choose a shared module by any of its paths, and show the first', () => {
    const shared = new nn.Linear(2, 2);
    const model = new nn.Sequential({ encoder: shared, middle: new nn.Linear(2, 2), decoder: shared });
    for (const pattern of ['encoder.*', 'decoder.*']) {
      expect(said(definePolicy('p', [parameter(pattern, ONE)]), model)).toEqual([
        'encoder.weight=ones()',
        'encoder.bias=ones()',
      ]);
    }
    for (const path of ['encoder', 'decoder']) {
      expect(said(definePolicy('p', [rule(atPath(path), { bias: ZERO })]), model)).toEqual(['encoder.bias=zeros()']);
    }
    expect(said(definePolicy('p', [rule(not(atPath('decoder')), { bias: ZERO })]), model)).toEqual([
      'middle.bias=zeros()',
    ]);
    const seen: (readonly string[])[] = [];
    const note = (_: nn.Module, __: string, { paths }: { paths: readonly string[] }) => seen.push(paths) > 0;
    explainPolicy(model, definePolicy('p', [rule(note, { weight: ONE })]));
    expect(seen).toEqual([[''], ['encoder', 'decoder'], ['middle']]);
  });

  it('choose by path, predicate, and combinations of them', () => {
    expect(said(definePolicy('p', [rule(atPath('layer2.**'), { weight: ONE })]))).toEqual([
      'layer2.0.conv.weight=ones()',
      'layer2.0.bn.weight=ones()',
    ]);
    expect(said(definePolicy('p', [rule(allOf(nn.Conv2d, atPath('layer1.*.*')), { weight: ONE })]))).toEqual([
      'layer1.0.conv.weight=ones()',
      'layer1.1.conv.weight=ones()',
    ]);
    expect(said(definePolicy('p', [rule(anyOf(nn.Linear, atPath('layer2.0.bn')), { bias: ONE })]))).toEqual([
      'layer2.0.bn.bias=ones()',
      'fc.bias=ones()',
    ]);
    expect(said(definePolicy('p', [rule(allOf(nn.BatchNorm2d, not(atPath('layer1.**'))), { bias: ONE })]))).toEqual([
      'layer2.0.bn.bias=ones()',
    ]);
    const big = (module: nn.Module) => module instanceof nn.Linear && module.inFeatures > 3;
    expect(said(definePolicy('p', [rule(big, { weight: ONE })]))).toEqual(['fc.weight=ones()']);
  });

  it('get the place with parent and model', () => {
    const lastNorm = (module: nn.Module, _path: string, place: { parent: nn.Module | null }) =>
      module instanceof nn.BatchNorm2d &&
      [...(place.parent?.children() ?? [])].filter((m) => m instanceof nn.BatchNorm2d).at(-1) === module;
    expect(said(definePolicy('p', [rule(lastNorm, { weight: ZERO })]))).toHaveLength(3);
    const seen: unknown[] = [];
    const model = build();
    explainPolicy(
      model,
      definePolicy('p', [
        rule(
          (module, path, place) => {
            seen.push([
              path,
              place.module === module,
              place.model === model,
              place.parent === (path === '' ? null : model.getSubmodule(path.split('.').slice(0, -1).join('.'))),
            ]);
            return false;
          },
          { weight: ONE },
        ),
      ]),
    );
    expect(seen).toHaveLength([...model.modules()].length);
    expect(seen.every((facts) => (facts as unknown[]).slice(1).every((fact) => fact === true))).toBe(true);
  });

  it('are refused if they cannot choose', () => {
    expect(() => rule(Date as never, { weight: ONE } as never)).toThrow(
      /rule\(\) expects a layer class .* found the class Date/,
    );
    expect(() => rule('conv' as never, {} as never)).toThrow(PolicyError);
    expect(() => (allOf as () => unknown)()).toThrow('allOf() expects at least one selector');
    expect(() => atPath(3 as never)).toThrow('expected a path pattern');
    expect(() => parameter('*', init.zeros as never)).toThrow('call it, init.zeros()');
  });
});

describe('rules', () => {
  it('claim single parameters before later rules, and unclaimed parameters after earlier rules', () => {
    const before = definePolicy('p', [parameter('**.conv.bias', ONE), rule(nn.Conv2d, { weight: ONE, bias: ZERO })]);
    expect(said(before).slice(0, 2)).toEqual(['layer1.0.conv.bias=ones()', 'layer1.0.conv.weight=ones()']);
    const after = definePolicy('p', [rule(nn.Conv2d, { weight: ONE }), parameter('**.bias', ZERO)]);
    expect(said(after).slice(0, 3)).toEqual([
      'layer1.0.conv.weight=ones()',
      'layer1.0.conv.bias=zeros()',
      'layer1.0.bn.bias=zeros()',
    ]);
    const plan = explainPolicy(
      build(),
      definePolicy('p', [rule(nn.Conv2d, { weight: ONE, bias: ZERO }), parameter('**.conv.bias', ONE)]),
    );
    expect(plan.shadowedRules).toEqual([{ rule: "parameter('**.conv.bias')", by: 'Conv2d' }]);
  });

  it('report rules that claim nothing, and the rules that shadow them', () => {
    const plan = explainPolicy(
      build(),
      definePolicy(
        'p',
        [
          rule(nn.Module, { weight: ONE } as never),
          rule(nn.Linear, { weight: ZERO }),
          rule(nn.LayerNorm, { weight: ONE }),
        ].slice(1),
      ),
    );
    expect(plan.unusedRules).toEqual(['LayerNorm']);
    const shadowed = explainPolicy(
      build(),
      definePolicy('p', [rule(atPath('**'), { weight: ONE }), rule(nn.Linear, { weight: ZERO })]),
    );
    expect(shadowed.shadowedRules).toEqual([{ rule: 'Linear', by: "atPath('**')" }]);
  });

  it('choose initialisers by the path and the module', () => {
    const byDepth = derive(nn.Module, (_module, { path }) => init.constant(Number(path.split('.')[1])));
    expect(said(definePolicy('p', [rule(allOf(nn.Conv2d, atPath('layer1.**')), { bias: byDepth })]))).toEqual([
      'layer1.0.conv.bias=constant(value=0)',
      'layer1.1.conv.bias=constant(value=1)',
    ]);
    const mnasnet = rule(nn.Conv2d, {
      weight: derive(nn.Conv2d, (conv) => init.normal(0, Math.sqrt(2 / (conv.kernelSize[0] ** 2 * conv.outChannels)))),
    });
    expect(said(definePolicy('p', [mnasnet]))[0]).toBe('layer1.0.conv.weight=normal(mean=0, std=0.3333333333333333)');
  });

  it('visit children first with order apply', () => {
    const policy = (order: 'modules' | 'apply') => definePolicy('p', [rule(atPath('**'), { weight: ONE })], { order });
    class Parent extends nn.Module {
      weight = new nn.Parameter(init.zeros().fill(build().getParameter('fc.weight')));
      child = new nn.Linear(2, 2);
      override forward(): void {}
    }
    expect(said(policy('modules'), new Parent())).toEqual(['weight=ones()', 'child.weight=ones()']);
    expect(said(policy('apply'), new Parent())).toEqual(['child.weight=ones()', 'weight=ones()']);
  });

  it('come before the rules of a base, and run in sequence', () => {
    const base = definePolicy('base', [rule(nn.Linear, { weight: ONE, bias: ZERO })]);
    const extended = extendPolicy(base, [parameter('fc.bias', ONE)], 'mine');
    expect(extended.name).toBe('mine');
    expect(said(extended)).toEqual(['fc.bias=ones()', 'fc.weight=ones()']);
    expect(said(base)).toEqual(['fc.weight=ones()', 'fc.bias=zeros()']);
    const normal = definePolicy('normal', [rule(nn.Linear, { weight: init.normal() })]);
    const twice = sequence(normal, normal);
    expect(twice.name).toBe('normal + normal');
    const model = build();
    const report = initializeWeights(model, twice, { generator: new Generator(0) });
    expect(report.entries.map(({ words }) => words)).toEqual([24, 24]);
    const other = new Generator(0);
    const fc = build().getParameter('fc.weight');
    init.normal_(fc, 0, 1, { generator: other });
    init.normal_(fc, 0, 1, { generator: other });
    expect(model.getParameter('fc.weight').data).toEqual(fc.data);
    expect(() => sequence(3 as never)).toThrow('sequence() expects a policy');
    expect(() => extendPolicy((() => base) as never, [parameter('*', ONE)])).toThrow('call it');
  });

  it('fill the blocks of a packed weight separately, and exchange the fans of a weight', () => {
    manualSeed(0);
    const packed = init.blocks(3, init.xavierUniform());
    const weight = nn.skipInit(() => new nn.Linear(4, 12)).weight;
    packed.fill(weight);
    const generator = new Generator(0);
    const one = nn.skipInit(() => new nn.Linear(4, 4)).weight;
    for (let i = 0; i < 3; i++) {
      init.xavierUniform_(one, 1, { generator });
      expect(weight.data.slice(i * 16, (i + 1) * 16)).toEqual(one.data);
    }
    expect(String(init.fromJSON(JSON.parse(JSON.stringify(packed))))).toBe(
      'blocks(count=3, initializer=xavierUniform(gain=1))',
    );
    expect(init.transposedFans(init.lecunUniform()).law([8, 2, 3])).toEqual(init.lecunUniform().law([2, 8, 3]));
    expect(() => init.blocks(5, ONE).law([12, 4])).toThrow('divisible by 5 blocks');
  });

  it('draw a parameter twice, and set a row to zeros', () => {
    const twice = init.overwriting(init.normal(), init.uniform(-1, 1));
    const table = init.zeroRow(1, init.normal(2, 3));
    const matrix = (rows: number, columns: number) => new nn.Linear(columns, rows, { bias: false });
    const model = nn.skipInit(() => new nn.Sequential({ twice: matrix(5, 2), table: matrix(3, 4) }));
    const policy = definePolicy('both', [parameter('twice.*', twice), parameter('table.*', table)]);
    const generator = new Generator(1);
    const plan = explainPolicy(model, policy, { generator });
    const report = initializeWeights(model, policy, { generator });
    expect(report.entries.map(({ words }) => words)).toEqual(plan.assignments.map(({ words }) => words));
    const other = new Generator(1);
    const expected = [init.normal_(ones([5, 2]), 0, 1, { generator: other })];
    expected.push(
      init.uniform_(ones([5, 2]), -1, 1, { generator: other }),
      init.normal_(ones([3, 4]), 2, 3, { generator: other }),
    );
    expected[2].data.fill(0 as never, 4, 8);
    expect([...model.parameters()].map(({ data }) => data)).toEqual(expected.slice(1).map(({ data }) => data));
    // A third of N(2, 3²) is 0: mean 4/3, variance 2/3·(9 + 4) − 16/9.
    expect(plan.assignments[1].expected?.mean).toBeCloseTo(4 / 3, 12);
    expect(plan.assignments[1].expected?.std).toBeCloseTo(Math.sqrt(62 / 9), 12);
    for (const initializer of [twice, table]) {
      expect(init.fromJSON(JSON.parse(JSON.stringify(initializer)))).toEqual(initializer);
    }
    expect(() => init.zeroRow(3, ONE).law([3, 4])).toThrow('no row 3 in [3, 4]');
    expect(() => init.zeroRow(-1, ONE).law([3, 4])).toThrow('row: expected a whole number ≥ 0, found -1');
    expect(() => init.overwriting(ONE, 0 as never)).toThrow('overwriting expects an initializer');
    expect(() => init.fromJSON({ kind: 'zeroRow', row: null, initializer: { kind: 'zeros' } })).toThrow('zeroRow.row');
  });
});

describe('a policy that cannot be carried out', () => {
  const problem = (policy: Policy, model: nn.Module = build()): string => {
    try {
      explainPolicy(model, policy);
    } catch (error) {
      expect(error).toBeInstanceOf(PolicyError);
      return (error as Error).message;
    }
    return '';
  };

  it('names the rule, the path and the error that was thrown', () => {
    const thrower = () => {
      throw new TypeError('no such thing');
    };
    expect(problem(definePolicy('p', [rule(thrower, { weight: ONE })]))).toContain(
      "rule 1 of 'p', rule(thrower), at the model itself, layer1, layer1.0, layer1.0.conv and 12 more: it threw TypeError",
    );
    expect(problem(definePolicy('p', [rule(nn.Linear, { weight: derive(nn.Linear, thrower) })]))).toContain(
      "at fc.weight: rule 1 of 'p', rule(Linear): it threw TypeError",
    );
    expect(problem(definePolicy('p', [rule(nn.Linear, { weight: derive(nn.Linear, () => 3 as never) })]))).toContain(
      'derive() expects a function that returns an initializer, found 3',
    );
    const forConv = derive(nn.Conv2d, () => ONE);
    expect(problem(definePolicy('p', [rule(nn.Linear, { weight: forConv })]))).toContain(
      'derive() expected a Conv2d, found a Linear',
    );
    expect(problem(definePolicy('p', [parameter('fc.bias', init.xavierNormal())]))).toContain(
      "parameter('fc.bias'): Fan in and fan out",
    );
    expect(problem(definePolicy('p', [rule(atPath('fc'), { wieght: ONE })]))).toContain("did you mean 'weight'");
  });

  it('suggests the property of a parameter whose key has another name', () => {
    const policy = definePolicy('p', [rule(atPath('0'), { in_proj_weight: init.zeros() })]);
    expect(() => initializeWeights(new nn.Sequential(new nn.MultiheadAttention(4, 2)), policy)).toThrow(
      "MultiheadAttention has no parameter 'in_proj_weight'; did you mean 'inProjWeight'?",
    );
  });

  it('names both paths of a tied parameter that two rules disagree about', () => {
    const model = new nn.Sequential({ embed: new nn.Linear(3, 3), head: new nn.Linear(3, 3) });
    (model.getSubmodule('head') as nn.Linear).weight = (model.getSubmodule('embed') as nn.Linear).weight;
    const message = problem(definePolicy('p', [parameter('embed.weight', ONE), parameter('head.weight', ZERO)]), model);
    expect(message).toContain("at head.weight: rule 2 of 'p', parameter('head.weight'): tied to embed.weight");
  });
});
