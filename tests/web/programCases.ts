import { readFileSync } from 'node:fs';
import {
  NETWORKS,
  type NetworkName,
  policiesOf,
  STANDARD,
  STANDARD_START,
  type Start,
  type State,
} from '../../web/state.js';
import { type Sources, writePrograms } from '../../web/writePrograms.js';

const read = (name: string) => readFileSync(new URL(`../../web/networks/${name}`, import.meta.url), 'utf8');
const sourcesOf = (name: string) => ({ typescript: read(`${name}.ts`), pytorch: read(`${name}.py`) });

/** The texts that the page has by its bundler. */
const SOURCES: Sources = {
  mlp: sourcesOf('mlp'),
  lenet5: sourcesOf('lenet5'),
  resnet: sourcesOf('resnet'),
  gpt: sourcesOf('gpt'),
};

/** A start whose programs are compared with PyTorch. */
export interface ProgramCase {
  readonly name: string;
  readonly state: State;
  readonly start: Start;
}

const SMALL: Readonly<Record<NetworkName, Partial<State>>> = {
  mlp: { depth: 3, width: 32, activation: 'Tanh' },
  lenet5: { activation: 'ReLU', bias: false },
  resnet: { depth: 2, width: 8, activation: 'SiLU', bias: false, seed: 7 },
  gpt: { depth: 2, width: 16, activation: 'GELU', seed: 4294967295 },
};

const VARIANTS: readonly Partial<Start>[] = [
  { policy: 'kaimingNormal', mode: 'fan_out', nonlinearity: 'tanh' },
  { policy: 'kaimingUniform', mode: 'fan_out', nonlinearity: 'leaky_relu' },
  { policy: 'xavierUniform', gain: 1.5 },
  { policy: 'xavierNormal', gain: 0 },
  { policy: 'normal', std: 1e-7 },
  { policy: 'constant', value: -1e-7 },
  { policy: 'truncNormal', std: 0.3 },
  { policy: 'orthogonal', gain: 0.5 },
];

/** Every policy of every network, and settings other than the usual ones. */
export const CASES: readonly ProgramCase[] = (Object.keys(NETWORKS) as NetworkName[]).flatMap((network) => {
  const state: State = { ...STANDARD, network, ...SMALL[network] };
  const plain = policiesOf(network).map((policy) => ({ policy }));
  return [...plain, ...(network === 'mlp' ? VARIANTS : [])].map((part, i): ProgramCase => {
    const start = { ...STANDARD_START, ...part };
    return { name: `${network} ${start.policy}${i >= plain.length ? ` ${JSON.stringify(part)}` : ''}`, state, start };
  });
});

/** The programs of a case. */
export function programsOf({ state, start }: ProgramCase) {
  return writePrograms(state, start, SOURCES);
}
