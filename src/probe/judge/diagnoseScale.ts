import type { ProbedOperation, ProbedParameter } from '../Probe.js';
import { number } from './words.js';

/** A well-known scale of weights. */
interface Scale {
  readonly std: number;
  readonly text: string;
  readonly isDefault: boolean;
  readonly isXavier: boolean;
}

const DEFAULT = 'PyTorch’s default, a = √5';
const XAVIER = 'Xavier';

/** A mean of the weights, beside their std, from which on it counts. */
const FAR_MEAN = 0.1;

/** Scales are told apart if they differ by this share, besides the errors of the sample. */
const TOLERANCE = 0.02;

/**
 * What the scale of a weight looks like: a well-known one that does not suit the layer, or none.
 * @param gain the gain that keeps the scale over the layer and its activation
 * @returns `null` if the scale suits the layer, or if the weight has no fans
 */
export function diagnoseScale(
  weight: ProbedParameter,
  { kind, gain: measured }: ProbedOperation,
  activation: ProbedOperation | null,
  gain: number,
): string | null {
  const { fanIn, fanOut, statistics, initializer } = weight;
  if (fanIn === null || fanOut === null) return null;
  const drawn = initializer === null ? '' : `, drawn by ${initializer},`;
  const { mean: bias, std, count } = statistics;
  if (Math.abs(bias) > std * (FAR_MEAN + 4 / Math.sqrt(count))) {
    return `The mean of ${weight.path}${drawn} is ${number(bias)} beside a std of ${number(std)}, so that its inputs add up.`;
  }
  const after = activation === null ? 'a layer without an activation' : activation.kind;
  const [input, output] = kind === 'conv_transpose' ? [fanOut, fanIn] : [fanIn, fanOut];
  const mean = (input + output) / 2;
  const named = (name: string, std: number, formula: string | null): Scale => ({
    std,
    isDefault: name === DEFAULT,
    isXavier: name === XAVIER,
    text: `The std of ${weight.path}${drawn} is that of ${name}${formula === null ? '' : ` (${formula} = ${number(std)})`}`,
  });
  const scales = [
    ...(kind === 'conv_transpose'
      ? [
          named(
            `the fan-in of a convolution, while a transposed one has the other fan`,
            gain / Math.sqrt(fanIn),
            `gain / √${fanIn}`,
          ),
        ]
      : []),
    named(`the mode 'fan_out'`, gain / Math.sqrt(output), `gain / √${output}`),
    named(DEFAULT, 1 / Math.sqrt(3 * input), `1 / √(3 · ${input})`),
    named('tanh’s gain 5/3', 5 / 3 / Math.sqrt(mean), `5/3 / √${mean}`),
    named('tanh’s gain 5/3', 5 / 3 / Math.sqrt(input), `5/3 / √${input}`),
    named('ReLU’s gain √2', Math.SQRT2 / Math.sqrt(input), `√2 / √${input}`),
    named(XAVIER, 1 / Math.sqrt(mean), `√(2 / (${input} + ${output}))`),
    named('LeCun', 1 / Math.sqrt(input), `1 / √${input}`),
    named('N(0, 1)', 1, null),
  ];
  // The stride of a transposed convolution decides how many taps meet in an output, so the measured gain tells the std.
  const suitable =
    kind === 'conv_transpose' && measured ? Math.sqrt(statistics.meanSquare / measured) : gain / Math.sqrt(input);
  const error = TOLERANCE + 3 / Math.sqrt(2 * statistics.count);
  const alike = (a: number, b: number) => Math.abs(Math.log(a / b)) < error;
  if (alike(statistics.std, suitable)) return null;
  const distance = ({ std }: Scale) => Math.abs(Math.log(statistics.std / std));
  const matching = scales.filter(({ std }) => alike(statistics.std, std)).sort((a, b) => distance(a) - distance(b));
  // What no policy wrote is most often PyTorch's default, which another scale may resemble.
  const found = (initializer === null ? matching.find(({ isDefault }) => isDefault) : undefined) ?? matching[0];
  if (found?.isXavier && gain === 1) {
    return `${found.text}, between 1 / √${input}, which keeps the values of ${after}, and 1 / √${output}, which keeps the gradients.`;
  }
  if (found) return `${found.text}, which does not suit ${after}.`;
  return `The std of ${weight.path}${drawn} is ${number(statistics.std)}, while ${number(suitable)} keeps the scale of ${after}.`;
}
