import { ArgumentError, describeValue } from '../../errors.js';
import { printable } from '../../printable.js';
import { readArguments } from '../../readArguments.js';
import { wrapText } from '../../wrapText.js';
import type { Finding, ProbeData, Verdict } from '../Probe.js';
import { checkProbe } from './checkProbe.js';
import { countSeverities, findingText, worstFirst } from './findingText.js';
import { healthyFacts } from './healthyFacts.js';
import { SIGNS } from './plot.js';
import { type Colour, plain, type Role } from './terminal/Colour.js';
import { formatTree } from './terminal/formatTree.js';

/** How a probe is printed. */
export interface ProbeFormat {
  /** The most columns of a line. Default: 100. */
  readonly width?: number;
  /** Colours pieces of text. Default: no colours. */
  readonly color?: Colour;
  /** Whether each repeated block has lines of its own. Default: blocks of one structure are folded, `(0–31)`. */
  readonly all?: boolean;
}

const VERDICT_ROLES: Readonly<Record<Verdict, Role>> = { healthy: 'healthy', suspicious: 'warning', broken: 'error' };

/**
 * A probe as text: the printed model, each line with the standard deviation of the values (`→`) and the root mean square of the
 * gradient (`←`), measured and in brackets predicted, and a histogram; below it the verdict.
 * @throws ArgumentError for anything but what `probe` returned, and for a width below 1
 * @example
 * ```ts
 * import { manualSeed, nn, randn } from 'initree';
 * import { formatProbe, probe } from 'initree/probe';
 *
 * manualSeed(0);
 * const net = new nn.Sequential(new nn.Linear(8, 16), new nn.ReLU(), new nn.Linear(16, 4));
 * const text = formatProbe(probe(net, { input: randn([32, 8]) }), { width: 80 });
 * console.log(text.split('\n').every((line) => line.length <= 80)); // true
 * ```
 */
export function formatProbe(probe: ProbeData, options?: ProbeFormat): string;
export function formatProbe(probe: ProbeData): string {
  const { width, color, all } = readArguments<ProbeFormat>('formatProbe', arguments, {
    required: ['probe'],
    defaults: { width: 100, color: plain, all: false },
  });
  checkProbe('formatProbe', 'probe', probe);
  if (typeof width !== 'number' || !(width >= 1)) {
    throw new ArgumentError(`formatProbe: width: expected a number of at least 1, found ${describeValue(width)}`);
  }
  const write = (text: string, indent = 0) => wrapText(printable(text), width, indent);
  return [
    ...write(describeRun(probe)).map((line) => color(line, 'quiet')),
    ...write('→ std of the values, ← root mean square of the gradient, in brackets the prediction').map((line) =>
      color(line, 'quiet'),
    ),
    '',
    ...formatTree(probe, { width, colour: color, all }),
    '',
    color(`verdict: ${probe.verdict}${countSeverities(probe.findings)}`, VERDICT_ROLES[probe.verdict]),
    ...(probe.failure === null
      ? []
      : write(
          `${SIGNS.error} The pass stopped in ${probe.failure.path || 'the model'}: ${probe.failure.message}`,
          2,
        ).map((line) => color(line, 'error'))),
    ...worstFirst(probe.findings).flatMap((finding) => formatFinding(finding, width, color)),
    ...(probe.findings.length < 3 ? healthyFacts(probe).flatMap((fact) => write(fact, 2)) : []),
  ].join('\n');
}

function describeRun({ policy, seed, mode, choices }: ProbeData): string {
  const how = policy === null ? 'the weights as they are' : `policy ${policy}`;
  return [`${how}${seed === null ? '' : `, seed ${seed}`}, mode ${mode}`, ...choices].join('; ');
}

function formatFinding(finding: Finding, width: number, color: Colour): string[] {
  const { severity, path } = finding;
  const { fact, why, advice } = findingText(finding);
  const [first, ...rest] = wrapText(printable(`${SIGNS[severity]} ${path}: ${fact} ${why}`.trimEnd()), width, 2);
  const head = `${SIGNS[severity]} ${printable(path)}`;
  const isHead = first.startsWith(head);
  return [
    isHead ? color(head, severity) + first.slice(head.length) : color(first, severity),
    ...rest,
    ...(advice === ''
      ? []
      : wrapText(printable(`What to do: ${advice}`), width - 2, 2).map((line) => `  ${color(line, 'strong')}`)),
  ];
}
