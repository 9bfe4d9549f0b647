import { describe, expect, it } from '@jest/globals';
import { InitreeError } from '../../src/errors.js';
import * as initree from '../../src/index.js';

/**
 * What PyTorch's users write of tensors and initialisers, and the answer: the call works, or the message names the call to
 * write, which works.
 */
const TYPED: readonly [typed: string, answer: string][] = [
  ['zeros(2, 3)', 'works'],
  ['zeros([2, 3])', 'works'],
  ['zeros(2, 3, { dtype: "float64" })', 'works'],
  ['zeros([2, 3], { dtype: "bfloat16" })', 'works'],
  ['zeros([2, 3], "float64")', "zeros([2, 3], { dtype: 'float64' })"],
  ['zeros(2, 3, "float64")', "zeros([2, 3], { dtype: 'float64' })"],
  ['zeros({ shape: [2, 3] })', 'zeros([2, 3])'],
  ['randn(2, 3)', 'works'],
  ['randn([2, 3])', 'works'],
  ['randn([2], new Generator(1))', 'randn([2], { generator })'],
  ['rand(2, 3)', 'works'],
  ['rand([2], "float64", true)', "rand([2], { dtype: 'float64', requiresGrad: true })"],
  ['ones(4)', 'works'],
  ['empty(4, 0)', 'works'],
  ['full([2], 3)', 'works'],
  ['full([2], 3, "int64")', "full([2], 3, { dtype: 'int64' })"],
  ['full([2], { value: 3 })', 'full([2], 3)'],
  ['arange(10)', 'works'],
  ['arange(0, 10, 2)', 'works'],
  ['arange(0, 10, { step: 2 })', 'works'],
  ['arange(0, 10, 2, "int32")', "arange(0, 10, 2, { dtype: 'int32' })"],
  ['arange({ start: 0, end: 10 })', 'arange(0, { end: 10 })'],
  ['tensor([[1, 2], [3, 4]])', 'works'],
  ['tensor([1, 2], "float32")', "tensor([1, 2], { dtype: 'float32' })"],
  ['tensor([1, 2], "float32", true)', "tensor([1, 2], { dtype: 'float32', requiresGrad: true })"],
  ['randint(0, 10, [3])', 'works'],
  ['randint(10, [3])', 'works'],
  ['randint(0, 10, { shape: [3] })', 'randint(0, 10, [3])'],
  ['randperm(4)', 'works'],
  ['randperm({ n: 4 })', 'randperm(4)'],
  ['Tensor.fromData(new Float32Array(2), [2], { dtype: "float32" })', 'works'],
  ['cat([randn([2, 3]), randn([2, 3])], { dim: 1 })', 'works'],
  ['cat([randn([2, 3]), randn([2, 3])], -1)', 'works'],
  ['stack([randn([2]), randn([2])], { dim: 1 })', 'works'],
  ['where(randn([2]).gt(0), 1, 0)', 'works'],

  ['init.xavierUniform_(randn([3, 3]), { gain: 2 })', 'works'],
  ['init.xavierUniform_(randn([3, 3]), 2)', 'works'],
  ['init.xavierUniform({ gain: 2 })', 'works'],
  ['init.xavierNormal_(randn([3, 3]), 2, new Generator(1))', 'init.xavierNormal_(tensor, 2, { generator })'],
  ['init.normal_(randn([3, 3]), { mean: 0, std: 0.02 })', 'works'],
  ['init.normal_(randn([3, 3]), { std: 0.02 })', 'works'],
  ['init.normal_(randn([3, 3]), 0, { std: 0.02 })', 'works'],
  ['init.normal_(randn([3, 3]), 0, 0.02)', 'works'],
  ['init.normal({ std: 0.02 })', 'works'],
  ['init.uniform_(randn([3, 3]), { a: -1, b: 1 })', 'works'],
  ['init.uniform({ a: -1, b: 1 })', 'works'],
  ['init.uniform(-1, 1)', 'works'],
  ['init.constant_(randn([3, 3]), { val: 1 })', 'init.constant_(tensor, 1)'],
  ['init.constant_(randn([3, 3]), { value: 1 })', 'init.constant_(tensor, 1)'],
  ['init.constant({ value: 1 })', 'init.constant(1)'],
  [
    'init.kaimingNormal_(randn([3, 3]), 0, "fan_out", "relu")',
    "init.kaimingNormal_(tensor, { a: 0, mode: 'fan_out', nonlinearity: 'relu' })",
  ],
  ['init.kaimingNormal_(randn([3, 3]), "fan_out")', "init.kaimingNormal_(tensor, { mode: 'fan_out' })"],
  ['init.kaimingNormal_(randn([3, 3]), { mode: "fan_out", nonlinearity: "relu" })', 'works'],
  ['init.kaimingUniform_(randn([3, 3]), 5)', 'init.kaimingUniform_(tensor, { a: 5 })'],
  ['init.kaimingUniform_(randn([3, 3]), { a: Math.sqrt(5) })', 'works'],
  ['init.kaimingNormal("fan_out", "relu")', "init.kaimingNormal({ mode: 'fan_out', nonlinearity: 'relu' })"],
  ['init.orthogonal_(randn([3, 3]), { gain: 2 })', 'works'],
  ['init.orthogonal({ gain: 2 })', 'works'],
  ['init.truncNormal_(randn([3, 3]), 0, 0.02)', 'works'],
  ['init.truncNormal_(randn([3, 3]), 0, 0.02, -2, 2)', 'works'],
  ['init.truncNormal_(randn([3, 3]), { std: 0.02 })', 'works'],
  [
    'init.truncNormal_(randn([3, 3]), 0, 0.02, -2, 2, "inverse")',
    "init.truncNormal_(tensor, 0, 0.02, -2, 2, { method: 'inverse' })",
  ],
  ['init.truncNormal(0, 0.02)', 'works'],
  ['init.sparse_(randn([3, 3]), { sparsity: 0.1 })', 'init.sparse_(tensor, 0.1)'],
  ['init.sparse_(randn([3, 3]), { sparsity: 0.1, std: 1 })', 'init.sparse_(tensor, 0.1, { std: 1 })'],
  ['init.sparse_(randn([3, 3]), 0.1, { std: 1 })', 'works'],
  ['init.dirac_(randn([2, 2, 3]), { groups: 2 })', 'works'],
  ['init.calculateGain("leaky_relu", 0.2)', 'works'],
  ['init.calculateGain("leaky_relu", { param: 0.2 })', 'works'],
  ['init.calculateGain({ nonlinearity: "relu" })', "init.calculateGain('relu')"],
  ['init.eye_(randn([3, 3]))', 'works'],
  ['init.dirac_(randn([3, 3, 3]))', 'works'],

  ['ones([2, 3]).view(3, 2)', 'works'],
  ['ones([2, 3]).view([3, 2])', 'works'],
  ['ones([2, 3]).view({ size: [3, 2] })', 'tensor.view([3,2])'],
  ['ones([2, 3]).permute(1, 0)', 'works'],
  ['ones([2, 3]).permute({ dims: [1, 0] })', 'tensor.permute([1,0])'],
  ['ones([2, 3]).sum({ dim: 1 })', 'works'],
  ['ones([2, 3]).sum(1)', 'works'],
  ['ones([2, 3]).sum({ dtype: "float64" })', 'works'],
  ['ones([2, 3]).sum(-1, true)', 'tensor.sum(-1, { keepdim: true })'],
  ['ones([2, 3]).sum([0, 1], true)', 'tensor.sum([0, 1], { keepdim: true })'],
  ['ones([2, 3]).mean([0, 1], { keepdim: true })', 'works'],
  ['ones([2, 3]).mean(-1, true)', 'tensor.mean(-1, { keepdim: true })'],
  ['ones([2, 3]).std(0, false)', 'tensor.std(0, { unbiased: false })'],
  ['ones([2, 3]).std(false)', 'tensor.std({ unbiased: false })'],
  ['ones([2, 3]).var(0, false, true)', 'tensor.var(0, { unbiased: false, keepdim: true })'],
  ['ones([2, 3]).std({ dim: 0, correction: 0 })', 'works'],
  ['ones([2, 3]).norm(1)', 'works'],
  ['ones([2, 3]).norm({ dim: 1, keepdim: true })', 'works'],
  ['ones([2, 3]).norm(2, 1, true)', 'tensor.norm(2, 1, { keepdim: true })'],
  ['ones([2, 3]).max(ones([3]))', 'works'],
  ['ones([2, 3]).max({ dim: 1 })', 'works'],
  ['ones([2, 3]).min(1, true)', 'tensor.min(1, { keepdim: true })'],
  ['ones([2, 3]).argmax({ dim: 1, keepdim: true })', 'works'],
  ['ones([2, 3]).argmax(1, true)', 'tensor.argmax(1, { keepdim: true })'],
  ['ones([2, 3]).transpose(0, 1, 2)', 'tensor.transpose(0, 1)'],
  ['ones([2, 3]).transpose({ dim0: 0, dim1: 1 })', 'tensor.transpose(0, 1)'],
  ['ones([2, 3]).flatten({ startDim: 1 })', 'works'],
  ['ones([2, 3]).flatten(0, 1, 2)', 'tensor.flatten(0, 1)'],
  ['ones([2, 3]).chunk(2, { dim: 1 })', 'works'],
  ['ones([2, 3]).split(1, { dim: 1 })', 'works'],
  ['ones([2, 3]).unsqueeze({ dim: 0 })', 'tensor.unsqueeze(0)'],
  ['ones([2, 3]).squeeze({ dim: 0 })', 'works'],
  ['ones([2, 3]).narrow({ dim: 0, start: 0, length: 1 })', 'tensor.narrow(0, 0, 1)'],
  ['ones([2, 3]).indexSelect(0, tensor([0n]), 4)', 'tensor.indexSelect(0, index)'],
  ['ones([2, 3]).matmul(ones([3, 2]), ones([1]))', 'tensor.matmul(other)'],
  ['ones([2, 3]).roll(1, { dims: 0 })', 'works'],
  ['ones([2, 3]).to("float32", { copy: true })', 'works'],
  ['ones([2, 3]).to("float32", true)', "tensor.to('float32', { copy: true })"],
  ['ones([2, 3]).to({ dtype: "float64" })', "tensor.to('float64')"],
  ['ones([2, 3]).clamp({ min: 0 })', 'works'],
  ['ones([2, 3]).clamp(null, 1)', 'works'],
  ['ones([2, 3]).clamp(0, 1, 2)', 'tensor.clamp(0, 1)'],
  ['ones([2, 3]).add(1, { alpha: 2 })', 'works'],
  ['ones([2, 3]).sub(ones([3]), { alpha: 2 })', 'works'],
  ['ones([2, 3]).add_(ones([3]), { alpha: 2 })', 'works'],
  ['ones([2, 3]).add(1, 2)', 'tensor.add(1, { alpha: 2 })'],
  ['ones([2, 3]).div(2, { roundingMode: "floor" })', 'works'],
  ['ones([2, 3]).div(2, "floor")', "tensor.div(2, { roundingMode: 'floor' })"],
  ['ones([2, 3]).div_(2, { roundingMode: "trunc" })', 'works'],
  ['ones([2, 3]).uniform_(-1, 1)', 'works'],
  ['ones([2, 3]).uniform_({ from: -1, to: 1 })', 'works'],
  ['ones([2, 3]).normal_({ std: 0.02 })', 'works'],
  ['ones([2, 3]).normal_(0, 0.02, new Generator(1))', 'tensor.normal_(0, 0.02, { generator })'],
  ['ones([2, 3]).fill_(1, 2)', 'tensor.fill_(1)'],
  ['ones([2, 3]).detach().clone()', 'works'],
  ['ones([2, 3]).requiresGrad_()', 'works'],
  ['ones([1]).requiresGrad_().mul(2).backward({ gradient: ones([1]) })', 'works'],
];

const run = (program: string, scope: Readonly<Record<string, unknown>>): unknown =>
  new Function(...Object.keys(scope), `return ${program};`)(...Object.values(scope));

function messageOf(program: string): string {
  try {
    run(program, initree);
  } catch (error) {
    expect(error).toBeInstanceOf(InitreeError);
    return String(error);
  }
  return 'works';
}

describe('what users of PyTorch write', () => {
  it.each(TYPED)('%s → %s', (typed, answer) => {
    const message = messageOf(typed);
    if (answer === 'works') {
      expect(message).toBe('works');
      return;
    }
    expect(message).toContain(`write ${answer}`);
    const values = { index: initree.tensor([0n]), other: initree.ones([3, 2]), generator: new initree.Generator(1) };
    // A message calls the tensor of a method, and that of an initialiser, `tensor`.
    const shape = /randn\((\[[\d, ]+\])/.exec(typed)?.[1] ?? '[2, 3]';
    const given = initree.ones(JSON.parse(shape) as number[]);
    const isFunction = answer.startsWith('tensor([');
    expect(() => run(answer, { ...initree, ...values, ...(isFunction ? {} : { tensor: given }) })).not.toThrow();
  });

  it.each([
    ['ones([2, 3]).mean(-1, { keepDim: true })', "'keepDim'; did you mean 'keepdim'?"],
    ['ones([2, 3]).flatten({ start_dim: 1 })', "did you mean 'startDim'?"],
    ['ones([2, 3]).clamp({ minimum: 0 })', "expected one of 'min', 'max'"],
    ['ones([2, 3]).div(2, { rounding_mode: "floor" })', "did you mean 'roundingMode'?"],
    ['ones([2, 3]).div(2, { roundingMode: "ceil" })', "found 'ceil'; pass null, 'trunc' or 'floor'"],
    ['ones([2, 3]).std({ unbiased: false, correction: 1 })', 'found both'],
    ['ones([2, 3]).norm("nuc")', "expected a number or 'fro'"],
    ['ones([2, 3]).max({ keepdim: true })', 'write tensor.max(dim, { keepdim: true })'],
    ['ones([2, 3]).unsqueeze()', 'write tensor.unsqueeze(dim)'],
    ['ones([2, 3]).view([3, 2], 1)', 'one array of them'],
    ['ones([1]).requiresGrad_().mul(2).backward({ retainGraph: true })', 'run the forward pass again'],
    ['init.kaimingNormal_(randn([3, 3]), { mode: "fanOut" })', "did you mean 'fan_out'?"],
    ['init.kaimingNormal_(randn([3, 3]), { mode: 3 })', 'found 3'],
    ['init.calculateGain("leakyRelu")', "did you mean 'leaky_relu'?"],
    ['init.xavierUniform_(randn([3, 3]), 1e39)', 'gain: the width of the range'],
    ['init.xavierUniform_(randn([3, 3]), -1)', 'gain: expected a number ≥ 0, found -1'],
    ['init.varianceScaling_(randn([3, 3]), { scale: 1e78, distribution: "uniform" })', 'scale: the width of the range'],
    ['full(2, 3)', 'expected a shape, an array of sizes, found 2; write [2]'],
    ['randint(0, 300, [1], { dtype: "uint8" })', 'expected an integer from 0 to 255, found 299'],
    ['where(ones([2]).gt(0), 1)', 'where() needs other'],
  ])('%s says what is wrong', (typed, phrase) => {
    expect(messageOf(typed)).toContain(phrase);
  });

  it('never replaces the array of a tensor, and says what to write', () => {
    const { nn } = initree;
    const deferred = nn.deferInit(() => new nn.Linear(2, 2)).weight;
    const drawn = nn.materialize(nn.deferInit(() => new nn.Linear(2, 2))).weight;
    for (const weight of [new nn.Linear(2, 2).weight, drawn, deferred] as { data: unknown }[]) {
      const assign = () => {
        weight.data = initree.zeros([2, 2]);
      };
      expect(assign).toThrow(InitreeError);
      expect(assign).toThrow('write tensor.copy_(other)');
      expect(weight.data).toBeInstanceOf(Float32Array);
      expect(assign).toThrow(InitreeError);
    }
  });
});
