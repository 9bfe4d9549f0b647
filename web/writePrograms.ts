import { explainPolicy, type init } from 'initree';
import { buildNetwork, sizeArguments } from './buildNetwork.js';
import type { Programs } from './messages.js';
import { CLASSES, isNorm, policyOf, weightOf, writePolicy } from './policyOf.js';
import type { NetworkName, Start, State } from './state.js';

/** The text of the file that defines a network. */
export type Sources = Readonly<Record<NetworkName, Programs>>;

type Law = ReturnType<ReturnType<typeof init.zeros>['law']>;

const CLASS_NAMES: Readonly<Record<NetworkName, string>> = {
  mlp: 'MLP',
  lenet5: 'LeNet5',
  resnet: 'ResNet',
  gpt: 'GPT',
};

/** The programs that build the network of a state and give it the weights of a start, bit for bit; orthogonal ones to rounding. */
export function writePrograms(state: State, start: Start, sources: Sources): Programs {
  const { typescript, pytorch } = sources[state.network];
  return {
    typescript: writeTypeScript(state, start, typescript),
    pytorch: `${pytorch.trim()}\n\n\n${writePython(state, start)}\n`,
  };
}

function writeTypeScript(state: State, start: Start, source: string): string {
  const { network, activation, bias, seed } = state;
  const policy = writePolicy(start, network);
  const options = `{ bias: ${bias}, activation: nn.${activation} }`;
  const body = [
    `manualSeed(${seed});`,
    `const net = new ${CLASS_NAMES[network]}(${[...sizeArguments(state), options].join(', ')});`,
    ...(policy === null ? [] : [`const policy = ${policy};`, 'initializeWeights(net, policy, { strict: false });']),
  ].join('\n');
  const names = ['definePolicy', 'init', 'initializeWeights', 'manualSeed', 'nn', 'presets', 'rule'];
  const used = names.filter((name) => new RegExp(`\\b${name}\\b[.(]`).test(`${body}\n${source}`));
  const definitions = source
    .replace(/import \{ ([^}]*) \} from 'initree';/, (_, imported: string) => {
      const all = new Set([...imported.split(', '), ...used]);
      const sorted = [...all].toSorted((a, b) => bare(a).localeCompare(bare(b)));
      return `import { ${sorted.join(', ')} } from 'initree';`;
    })
    .trim();
  return `${definitions}\n\n${body}\n`;
}

function bare(name: string): string {
  return name.replace('type ', '');
}

function writePython(state: State, start: Start): string {
  const { network, activation, bias, seed } = state;
  const options = [`bias=${bias ? 'True' : 'False'}`, `activation=nn.${activation}`];
  return [
    `torch.manual_seed(${seed})`,
    `net = ${CLASS_NAMES[network]}(${[...sizeArguments(state), ...options].join(', ')})`,
    ...initializePython(state, start),
  ].join('\n');
}

function initializePython(state: State, start: Start): string[] {
  const call = weightOf(start)?.pytorch ?? null;
  if (call !== null) {
    const classes = CLASSES[state.network].filter((name) => !isNorm(name)).map((name) => `nn.${name}`);
    return [
      'for m in net.modules():',
      `    if isinstance(m, (${classes.join(', ')},)):`,
      `        nn.init.${call}`,
      '        if getattr(m, "bias", None) is not None:',
      '            nn.init.zeros_(m.bias)',
    ];
  }
  const policy = policyOf(start, state.network);
  if (policy === null) return [];
  const { assignments } = explainPolicy(buildNetwork(state), policy);
  return [
    'parameters = dict(net.named_parameters())',
    ...assignments.flatMap(({ path, law }) => writeLaw(law, `parameters["${path}"]`)),
  ];
}

/** The calls that fill a parameter by a law. */
function writeLaw(law: Law, parameter: string): string[] {
  switch (law.kind) {
    case 'constant':
      return [`nn.init.constant_(${parameter}, ${law.value})`];
    case 'normal':
      return [`nn.init.normal_(${parameter}, ${law.mean}, ${law.std})`];
    case 'uniform':
      return [`nn.init.uniform_(${parameter}, ${law.from}, ${law.to})`];
    case 'orthogonal':
      return [`nn.init.orthogonal_(${parameter}, ${law.gain})`];
    case 'truncatedNormal': {
      const { mean, std, a, b, scale, shift } = law;
      const fill = `nn.init.trunc_normal_(${parameter}, ${mean}, ${std}, ${a}, ${b})`;
      return [fill, ...(scale === 1 && shift === 0 ? [] : [`${parameter}.data.mul_(${scale}).add_(${shift})`])];
    }
    case 'overwriting':
      return [...writeLaw(law.discarded, parameter), ...writeLaw(law.law, parameter)];
    case 'untouched':
      return [];
    default:
      throw new Error(`the law ${law.kind} has no form in PyTorch`);
  }
}
