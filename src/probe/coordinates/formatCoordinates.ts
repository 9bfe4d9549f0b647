import { formatTable } from '../../formatTable.js';
import type { CoordinateCheckData, CoordinateFit } from './CoordinateCheck.js';
import { formatSlope } from './findCoordinates.js';

const SIGNS = { pass: ' ', fail: '!', undecided: '?' } as const;

/** The number of operations that one line lists. */
const LISTED = 12;

const WORDS = {
  pass: 'pass: the size of every value, and its change by training, do not depend on the width.',
  fail: 'fail: what an operation computes, or what training changes of it, depends on the width.',
  undecided: 'undecided: the standard error of a slope is too large.',
} as const;

/** A coordinate check as text: how it was run, the slopes of every operation, and the verdict with what to do. */
export function formatCoordinates(check: CoordinateCheckData): string {
  const { heading, rows, alignments } = tableOfSlopes(check);
  const lines = [
    describeCheck(check),
    'slopes of log₂ mean(|x|) (size) and of log₂ mean(|x − x₀|) (change) over log₂ width, by the number of training steps',
    '',
    formatTable(heading, rows, alignments),
    '',
    `verdict: ${describeVerdict(check)}`,
    ...check.findings
      .filter(({ cause }) => cause === null)
      .map(
        ({ label, verdict, seen, expected, advice }) =>
          `${SIGNS[verdict]} ${label}: ${seen}; expected ${expected}. ${advice}`,
      ),
    ...formatConsequences(check),
  ];
  return lines.join('\n');
}

/** How a check was run, in words. */
export function describeCheck(check: CoordinateCheckData): string {
  const { model, widths, seeds, optimizer, learningRate, hasFactors, policy, choices } = check;
  return [
    `${model}, widths ${widths.join(', ')}`,
    `${seeds.length} seeds from ${seeds[0]}`,
    policy === null ? 'the weights of the constructor' : `policy ${policy}`,
    optimizer === 'given'
      ? 'a step function of the caller'
      : `${optimizer}, learning rate ${learningRate}${hasFactors ? ' times a factor for each parameter' : ''}`,
    ...choices,
  ].join('; ');
}

/** The verdict as a sentence that begins with its name. */
export const describeVerdict = ({ verdict }: CoordinateCheckData): string => WORDS[verdict];

/** One line for all that may follow from the other findings. */
function formatConsequences({ findings }: CoordinateCheckData): string[] {
  const labels = findings.flatMap(({ label, cause }) => (cause === null ? [] : label));
  if (labels.length === 0) return [];
  const more = labels.length > LISTED ? ` and ${labels.length - LISTED} more` : '';
  return [`! What else fails may follow from this: ${labels.slice(0, LISTED).join(', ')}${more}.`];
}

/** The slopes of every operation as a table of texts: a row for each operation, a column for each quantity and step. */
export function tableOfSlopes({ fits, steps }: Pick<CoordinateCheckData, 'fits' | 'steps'>) {
  const columns = [
    ...Array.from({ length: steps + 1 }, (_, step) => ({ quantity: 'size', step })),
    ...Array.from({ length: steps }, (_, i) => ({ quantity: 'change', step: i + 1 })),
  ];
  const rows = fits
    .filter(({ quantity, step }) => quantity === 'size' && step === 0)
    .map(({ label }) => {
      const own = fits.filter((fit) => fit.label === label);
      const cells = columns.map(({ quantity, step }) =>
        formatFit(own.find((fit) => fit.quantity === quantity && fit.step === step) as CoordinateFit),
      );
      const errors = own.flatMap(({ standardError }) => standardError ?? []);
      return [label, ...cells, errors.length === 0 ? '–' : `±${Math.max(...errors).toFixed(2)}`];
    });
  return {
    heading: ['operation', ...columns.map(({ quantity, step }) => `${quantity} ${step}`), 'largest error'],
    alignments: ['left', ...columns.map(() => 'right'), 'right'] as ('left' | 'right')[],
    rows,
  };
}

function formatFit({ slope, verdict, reason }: CoordinateFit): string {
  if (verdict === null) return `(${slope === null ? '–' : formatSlope(slope)}) `;
  const text = slope === null ? (reason === 'not finite' ? 'NaN' : '0') : formatSlope(slope);
  return `${text}${SIGNS[verdict]}`;
}
