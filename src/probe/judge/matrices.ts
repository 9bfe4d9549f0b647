import type { Family } from './Family.js';
import { placeOf } from './recommend.js';
import { JACOBIAN, SPECTRUM_SCALES } from './thresholds.js';
import { count, number } from './words.js';

/** Weights with a singular value that no random matrix of their law has. */
export const spectra: Family = (evidence) => {
  const excess = ({ spectrum }: (typeof evidence.data.parameters)[number]) =>
    spectrum?.edge ? (spectrum.largest - spectrum.edge.expected) / spectrum.edge.scale : 0;
  const found = evidence.data.parameters
    .filter((parameter) => excess(parameter) > SPECTRUM_SCALES)
    .sort((a, b) => excess(b) - excess(a));
  if (found.length === 0) return [];
  const [first] = found;
  const { largest, edge } = first.spectrum as NonNullable<typeof first.spectrum>;
  return [
    {
      id: 'spectrum',
      severity: 'warning',
      path: first.path,
      seen: `The largest singular value of ${first.path} is ${number(largest)}${found.length > 1 ? `, and ${count(found.length - 1, 'other weight')} ${found.length > 2 ? 'have' : 'has'} such a value` : ''}.`,
      expected: `At most ${number((edge?.expected ?? 0) + SPECTRUM_SCALES * (edge?.scale ?? 0))} for a random matrix of this law.`,
      why: 'One direction is amplified more than all others: the rows or columns depend on each other, or have a common mean.',
      advice: `Draw independent elements with mean 0 for ${placeOf(found)}.`,
      figure: 'spectrum',
    },
  ];
};

/** The mean squared singular value of the input–output Jacobian. */
export const jacobians: Family = (evidence) => {
  const { jacobian } = evidence.data;
  const [low, high] = JACOBIAN;
  if (jacobian === null || (jacobian.meanSquare >= low && jacobian.meanSquare <= high)) return [];
  if (evidence.operations.some((operation) => evidence.isExplained(operation, 'forward'))) return [];
  return [
    {
      id: 'jacobian',
      severity: 'warning',
      path: '',
      seen: `The mean squared singular value of the Jacobian is ${number(jacobian.meanSquare)}${jacobian.predicted === null ? '' : `, predicted ${number(jacobian.predicted)}`}.`,
      expected: `A value between ${low} and ${high}.`,
      why:
        jacobian.meanSquare < low
          ? 'A change of the input hardly changes the output.'
          : 'A small change of the input changes the output much.',
      advice: 'Look at the gains of the layers: those below 1 shrink the Jacobian, those above 1 make it grow.',
      figure: 'jacobian',
    },
  ];
};
