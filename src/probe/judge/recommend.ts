import type { ProbedOperation, ProbedParameter } from '../Probe.js';
import type { Evidence } from './Evidence.js';
import { nameAll, number } from './words.js';

/** What suits activations that are nearly linear at 0. */
export const XAVIER = 'init.xavierNormal()';

/** The activations for which PyTorch's tables have a gain of their own kind, with the initialiser that keeps the scale. */
const INITIALIZERS: Readonly<Record<string, (values: ProbedOperation['values']) => string>> = {
  relu: () => "init.kaimingNormal({ nonlinearity: 'relu' })",
  relu6: () => "init.kaimingNormal({ nonlinearity: 'relu' })",
  leaky_relu: ({ slope }) => `init.kaimingNormal({ a: ${number(Number(slope ?? 0.01))} })`,
  tanh: () => XAVIER,
  sigmoid: () => XAVIER,
  selu: () => 'init.lecunNormal()',
};

/** Activations that `init.forActivation` knows, with the gain that keeps the scale of activations. */
const FOR_ACTIVATION: readonly string[] = [
  'gelu',
  'silu',
  'mish',
  'elu',
  'celu',
  'softplus',
  'softsign',
  'hardswish',
  'hardtanh',
];

/** The initialiser, as it is written, that keeps the scale over a layer and its activation. */
export function initializerFor(activation: ProbedOperation | null): string {
  if (activation === null) return 'init.lecunNormal()';
  const write = INITIALIZERS[activation.kind];
  if (write) return write(activation.values);
  return FOR_ACTIVATION.includes(activation.kind) ? `init.forActivation('${activation.kind}')` : 'init.lecunNormal()';
}

/** Where an initialiser is written for some parameters: the rules of the policy, or the name of the parameters. */
export function placeOf(parameters: readonly ProbedParameter[]): string {
  const names = nameAll(parameters.map(({ path }) => path));
  const rules = [...new Set(parameters.map(({ rule }) => rule).filter((rule) => rule !== null))];
  if (rules.length === 0) return names;
  return `${names} (rule${rules.length > 1 ? 's' : ''} ${nameAll(rules.map((rule) => `'${rule}'`))})`;
}

/** The class of the module that ran an operation, such as `Linear`. */
export function classOf({ data }: Evidence, { path }: ProbedOperation): string {
  return data.modules.find((module) => module.path === path)?.text.split('(')[0] ?? '';
}
