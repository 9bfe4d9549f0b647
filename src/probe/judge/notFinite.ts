import type { Finding, ProbedOperation } from '../Probe.js';
import type { Evidence } from './Evidence.js';
import type { Family } from './Family.js';
import { adviseEach } from './gains.js';
import { initializerFor, placeOf } from './recommend.js';
import { count, nameAll } from './words.js';

/** A pass that threw, or whose output cannot be used. */
export const failures: Family = ({ data: { failure } }) =>
  failure === null
    ? []
    : [
        {
          id: 'failure',
          severity: 'error',
          path: failure.path,
          seen: `The pass stopped in ${failure.path || 'the model'}: ${failure.message}`,
          expected: 'A pass that ends, and an output with tensors.',
          why: 'Nothing behind this place could be measured.',
          advice: 'Mend the error in the message first, then probe again.',
          figure: 'tree',
        },
      ];

/** A forward pass whose output has nothing that a loss could be computed of. */
export const noLoss: Family = ({ data }) =>
  data.failure !== null || data.loss !== null || !data.parameters.some(({ isFrozen }) => !isFrozen)
    ? []
    : [
        {
          id: 'no-loss',
          severity: 'warning',
          path: '',
          seen: 'The output of forward has no tensor with a floating dtype, so no loss and no gradients were measured.',
          expected: 'A float tensor, alone or in arrays and plain objects.',
          why: 'The parameters cannot learn from such an output.',
          advice: 'Return the logits from forward, not the classes that are chosen from them.',
          figure: 'tree',
        },
      ];

/** Values and gradients that are NaN or infinite, at the place where they arise. */
export const notFinite: Family = (evidence) => {
  const findings: Finding[] = [];
  const { data, operations } = evidence;
  const parameters = data.parameters.filter(({ statistics }) => statistics.nonFinite > 0);
  if (parameters.length > 0) {
    evidence.explainEverything();
    const [{ path, shape, statistics }] = parameters;
    return [
      {
        id: 'not-finite-parameter',
        severity: 'error',
        path,
        seen: `${count(statistics.nonFinite, 'element')} of ${path} ${statistics.nonFinite === 1 ? 'is' : 'are'} NaN or infinite${parameters.length > 1 ? `, and elements of ${nameAll(parameters.slice(1).map(({ path }) => path))}` : ''}.`,
        expected: 'Finite elements.',
        why: 'Every output that uses such an element is NaN, and so are all gradients behind it.',
        advice: `Initialise ${placeOf(parameters)} anew${shape.length > 1 ? `, for example with ${initializerFor(null)}` : ', for example with init.zeros()'}. If a checkpoint was loaded, the checkpoint has the values.`,
        figure: 'parameters',
      },
    ];
  }
  if (data.inputs.length > 0 && data.inputs.every(({ shape }) => shape.includes(0))) {
    evidence.explainEverything();
    return [
      {
        id: 'empty-input',
        severity: 'error',
        path: '',
        seen: `The batch is empty: the input has the shape [${data.inputs[0].shape.join(', ')}].`,
        expected: 'At least one sample; 32 or more show dead units.',
        why: 'A mean over no element is NaN, so nothing can be judged.',
        advice: 'Give a batch with samples.',
        figure: 'activations',
      },
    ];
  }
  const input = data.inputs.findIndex(({ statistics }) => Number(statistics?.nonFinite) > 0);
  if (input >= 0) {
    evidence.explainEverything();
    const nonFinite = Number(data.inputs[input].statistics?.nonFinite);
    return [
      {
        id: 'not-finite-input',
        severity: 'error',
        path: '',
        seen: `${count(nonFinite, 'element')} of ${data.inputs.length > 1 ? `input ${input}` : 'the input'} ${nonFinite === 1 ? 'is' : 'are'} NaN or infinite.`,
        expected: 'Finite elements.',
        why: 'Every value that uses such an element is NaN, and so are the loss and all gradients.',
        advice: 'Look at how the data are read and scaled: a missing value, or a division by a std of 0.',
        figure: 'activations',
      },
    ];
  }
  const first = operations.find(
    ({ forward, inputs }) => forward.nonFinite > 0 && inputs.every((i) => operations[i].forward.nonFinite === 0),
  );
  if (first) {
    evidence.explainEverything();
    findings.push({
      id: 'not-finite',
      severity: 'error',
      path: first.label,
      seen: `${count(first.forward.nonFinite, 'element')} of ${first.forward.count.toLocaleString('en')} of the value of ${first.label} ${first.forward.nonFinite === 1 ? 'is' : 'are'} NaN or infinite.`,
      expected: 'Finite values; the values before this operation are finite.',
      why: 'The loss is not finite, and no parameter can learn.',
      advice: adviseOverflow(first, evidence),
      figure: 'activations',
    });
    return findings;
  }
  const last = operations.findLast(({ gradient }) => gradient !== null && gradient.nonFinite > 0);
  if (last?.gradient) {
    evidence.explainEverything();
    findings.push({
      id: 'not-finite-gradient',
      severity: 'error',
      path: last.label,
      seen: `${count(last.gradient.nonFinite, 'element')} of the gradient of ${last.label} ${last.gradient.nonFinite === 1 ? 'is' : 'are'} NaN or infinite, while all values are finite.`,
      expected: 'Finite gradients.',
      why: 'One step of training makes all parameters before this place NaN.',
      advice: `Look at what uses ${last.label}: a root, a logarithm or a quotient at 0 has an infinite slope. Add a small number before it.`,
      figure: 'gradients',
    });
  }
  return findings;
};

/** A value so large that the operations before it have multiplied the signal. */
const MULTIPLIED = 1e9;
/** A gain from which on a layer has done so. */
const MULTIPLYING = 10;

function adviseOverflow({ dtype, inputs }: ProbedOperation, evidence: Evidence): string {
  const { operations } = evidence;
  const largest = Math.max(0, ...inputs.map((i) => Math.max(-operations[i].forward.min, operations[i].forward.max)));
  if (dtype === 'float16') {
    return `float16 holds at most 65,504. Compute this operation in float32 or bfloat16, or make the layers before it smaller (their largest value is ${largest.toPrecision(3)}).`;
  }
  const multiplying = operations.filter(({ gain }) => gain !== null && gain > MULTIPLYING);
  if (largest > MULTIPLIED && multiplying.length > 0) {
    return `The layers before it multiply the signal, whose largest value there is ${largest.toPrecision(3)}. ${adviseEach(evidence, multiplying)}.`;
  }
  return `Look at the function itself: a logarithm or a quotient of 0, or a power that is too large. The largest value before it is ${largest.toPrecision(3)}.`;
}
