import type { Finding, ProbedParameter } from '../Probe.js';
import type { Family } from './Family.js';
import { placeOf } from './recommend.js';
import { LAW, UPDATE_RATIO } from './thresholds.js';
import { count, nameAll, number } from './words.js';

const paths = (parameters: readonly ProbedParameter[]): string => nameAll(parameters.map(({ path }) => path));

/** Parameters that no rule of the policy claims. */
export const untouched: Family = ({ data }) => {
  if (data.policy === null) return [];
  const found = data.parameters.filter(({ rule, isFrozen }) => rule === null && !isFrozen);
  if (found.length === 0) return [];
  return [
    {
      id: 'untouched',
      severity: 'warning',
      path: found[0].path,
      seen: `The policy ${data.policy} leaves ${count(found.length, 'parameter')} as the constructor made ${found.length === 1 ? 'it' : 'them'}: ${paths(found)}.`,
      expected: 'A rule for each parameter.',
      why: 'The start of these parameters is not what the policy says, and it changes with the constructor.',
      advice: `Add a rule that matches ${paths(found)}. If the constructor’s values are meant, write init.keep in that rule.`,
      figure: 'parameters',
    },
  ];
};

/** Parameters that the forward pass does not use. */
export const unused: Family = ({ data, operations }) => {
  if (data.failure !== null || data.loss === null) return [];
  const used = new Set(operations.flatMap(({ parameters }) => parameters));
  const found = data.parameters.filter(
    ({ path, gradient, isFrozen }) => !used.has(path) && gradient === null && !isFrozen,
  );
  if (found.length === 0 || used.size === 0) return [];
  return [
    {
      id: 'unused',
      severity: 'warning',
      path: found[0].path,
      seen: `The forward pass does not use ${paths(found)}.`,
      expected: 'Each parameter takes part in the output.',
      why: 'A parameter without a gradient stays at its start for ever.',
      advice: `Call the layer of ${paths(found)} in forward, or remove it. A layer that runs in other modes only (an auxiliary head) can stay.`,
      figure: 'parameters',
    },
  ];
};

/** Parameters that require no gradient, although most of the network does. */
export const frozen: Family = ({ data }) => {
  const found = data.parameters.filter(({ isFrozen, dtype }) => isFrozen && dtype.startsWith('float'));
  if (found.length === 0) return [];
  const elements = (parameters: readonly ProbedParameter[]) =>
    parameters.reduce((total, { statistics }) => total + statistics.count, 0);
  const share = elements(found) / elements(data.parameters);
  const isMeant = share >= 0.5;
  return [
    {
      id: 'frozen',
      severity: isMeant ? 'note' : 'warning',
      path: found[0].path,
      seen: `${paths(found)} ${found.length === 1 ? 'is' : 'are'} frozen: requiresGrad is false for ${number(share * 100)} % of all elements.`,
      expected: 'Trainable parameters, or a start from a checkpoint whose values are kept on purpose.',
      why: isMeant
        ? 'Most of the network is frozen, as in fine-tuning. Its values must come from a checkpoint.'
        : 'A frozen layer stays at its random start, and a policy does not fill it.',
      advice: isMeant
        ? 'If the values come from a checkpoint, nothing has to be done.'
        : `Write parameter.requiresGrad = true for ${paths(found)}, unless its values come from a checkpoint.`,
      figure: 'parameters',
    },
  ];
};

/** Parameters whose values do not follow their law. */
export const laws: Family = ({ data }) => {
  const own = data.parameters.filter((parameter) => momentComplaint(parameter) !== null);
  const reported = data.parameters.filter(({ complaints }) => complaints.length > 0);
  // One complaint among hundreds of parameters is what chance lets expect.
  const isChance = reported.length === 1 && data.parameters.length > LAW.manyParameters;
  const found = isChance ? own : data.parameters.filter((parameter) => complaintOf(parameter) !== null);
  if (found.length === 0) return [];
  const [first] = found;
  return [
    {
      id: 'law',
      severity: 'warning',
      path: first.path,
      seen: `${first.path} does not follow its law${first.initializer === null ? '' : `, ${first.initializer}`}: ${complaintOf(first)}.${found.length > 1 ? ` The same is true of ${paths(found.slice(1))}.` : ''}`,
      expected: first.expected
        ? `A mean of ${number(first.expected.mean)} and a std of ${number(first.expected.std)}.`
        : 'Values that follow the law of their rule.',
      why: 'Something wrote into the parameter after the policy, or the numbers are not random.',
      advice: `Look for code that changes ${placeOf(found)} after the policy ran: a multiplication, a tied weight, a copy.`,
      figure: 'parameters',
    },
  ];
};

/** What contradicts the law of a parameter; `null` if nothing does. */
function complaintOf(parameter: ProbedParameter): string | null {
  const { complaints } = parameter;
  return complaints.length > 0 ? complaints.join(', ') : momentComplaint(parameter);
}

/** What the mean or the std contradicts, beyond chance; `null` if nothing does. */
function momentComplaint({ expected, statistics }: ProbedParameter): string | null {
  if (expected === null || statistics.nonFinite > 0) return null;
  const { relative, standardErrors } = LAW;
  const { mean, std, count } = statistics;
  const tolerance = expected.std * (relative + standardErrors / Math.sqrt(2 * count)) + 1e-6 * Math.abs(expected.mean);
  if (Math.abs(std - expected.std) > tolerance && count > 1)
    return `its std is ${number(std)}, expected ${number(expected.std)}`;
  if (
    Math.abs(mean - expected.mean) >
    expected.std * (relative + standardErrors / Math.sqrt(count)) + 1e-6 * Math.abs(expected.mean)
  ) {
    return `its mean is ${number(mean)}, expected ${number(expected.mean)}`;
  }
  return null;
}

/** The size of an update beside that of the values. */
export const updates: Family = ({ data }) => {
  const judged = data.parameters.filter(({ updateRatio, shape }) => updateRatio !== null && shape.length > 1);
  const findings: Finding[] = [];
  for (const side of ['small', 'large'] as const) {
    const beyond = (range: readonly [number, number]) =>
      judged.filter(({ updateRatio }) =>
        side === 'small' ? Number(updateRatio) < range[0] : Number(updateRatio) > range[1],
      );
    const warned = beyond(UPDATE_RATIO.warning);
    if (warned.length === 0) continue;
    const isError = beyond(UPDATE_RATIO.error).length > 0;
    const worst = warned.reduce((a, b) =>
      Math.abs(Number(b.updateRatio) + 3) > Math.abs(Number(a.updateRatio) + 3) ? b : a,
    );
    findings.push({
      id: `updates-too-${side}`,
      severity: isError ? 'error' : 'warning',
      path: worst.path,
      seen: `One step changes ${worst.path} by ${number(10 ** Number(worst.updateRatio))} times its std${warned.length > 1 ? `; ${count(warned.length, 'weight')} are as far off: ${paths(warned)}` : ''}.`,
      expected: `An update between ${number(10 ** UPDATE_RATIO.warning[0])} and ${number(10 ** UPDATE_RATIO.warning[1])} times the std of the values.`,
      why:
        side === 'small'
          ? 'The weights hardly move in thousands of steps.'
          : 'A few steps overwrite the start, and training may diverge.',
      advice:
        side === 'small'
          ? 'Raise the learning rate, or mend the scale of the gradients that another finding names.'
          : 'Lower the learning rate, or begin with a warm-up.',
      figure: 'parameters',
    });
  }
  return findings;
};
