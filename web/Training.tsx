import { drawLineChart, formatNumber, type LineChart, type PlannedFigure } from 'initree/probe/show';
import { useMemo, useState } from 'preact/hooks';
import { NumberField } from './Controls.js';
import { Picture } from './Figures.js';
import { textAt } from './figureText.js';
import type { Losses } from './messages.js';
import { BOUNDS, SIDES, type Side } from './state.js';

const MOST_STEPS = BOUNDS.steps.most;

/** The most points of the line of losses, and the most rows of their table. */
const MOST_POINTS = 120;

interface Props {
  readonly losses: Losses;
  readonly names: Readonly<Record<Side, string>>;
  readonly rate: number;
  readonly isTraining: boolean;
  /** The number of steps to which the networks are trained; `null` if the training goes on until it is paused, or rests. */
  readonly goal: number | null;
  readonly isDiverged: boolean;
  readonly onRate: (rate: number) => void;
  readonly onTrain: () => void;
  readonly onStep: () => void;
  readonly onReset: () => void;
  readonly say: (message: string) => void;
}

/** Training of both networks, and their losses. */
export function Training({
  losses,
  names,
  rate,
  isTraining,
  goal,
  isDiverged,
  onRate,
  onTrain,
  onStep,
  onReset,
  say,
}: Props) {
  const steps = Math.max(losses.left.length, losses.right.length);
  const isAtEnd = steps >= MOST_STEPS;
  const rows = useMemo(() => spread(losses), [losses]);
  const figure = useMemo(() => planLosses(rows), [rows]);
  const [index, setIndex] = useState(-1);
  const move = (to: number) => {
    setIndex(to);
    say(textAt(figure, to));
  };
  return (
    <section id="training" aria-labelledby="training-title">
      <h2 id="training-title">Training</h2>
      <p class="caption">
        Both networks learn from the same batches of 16 by stochastic gradient descent. The views above follow them.
        Another learning rate begins the training again.
      </p>
      <div class="bar">
        <button type="button" onClick={onTrain} disabled={isDiverged || isAtEnd}>
          {isTraining ? 'Pause' : 'Train'}
        </button>
        <button type="button" onClick={onStep} disabled={isDiverged || isAtEnd}>
          Step
        </button>
        <button type="button" onClick={onReset}>
          Reset
        </button>
        <NumberField label="Learning rate" value={rate} bounds={BOUNDS.rate} onChange={onRate} />
        <span class="count" data-steps={steps}>
          {goal === null ? steps : `${steps} of ${goal}`} {steps === 1 && goal === null ? 'step' : 'steps'}
          {isAtEnd ? ', the most that an address holds' : ''}
        </span>
      </div>
      {steps === 0 ? null : (
        <div class="losses">
          <p class="caption">
            {SIDES.map((side) => `${side} (${names[side]}): ${cellOf(losses[side].at(-1) ?? null)}`).join(' · ')}
          </p>
          <Picture
            id="losses"
            label="Losses"
            instead=""
            include={[]}
            index={Math.min(index, rows.length - 1)}
            isFollowed={index >= 0}
            {...{ figure, move }}
          />
        </div>
      )}
    </section>
  );
}

function cellOf(loss: number | null): string {
  return loss === null ? '–' : formatNumber(loss);
}

/** The figure of the losses of both sides. */
function planLosses(rows: readonly LossRow[]): PlannedFigure {
  const cells = rows.map(({ step, left, right }) => [`step ${step}`, cellOf(left), cellOf(right)]);
  const chart: LineChart = {
    title: 'Loss by step',
    unit: 'loss of the batch, before the step',
    labels: rows.map(({ step }) => String(step)),
    measured: rows.map(({ left }) => left),
    predicted: rows.map(({ right }) => right),
    bands: rows.map(() => null),
    marks: rows.map(() => null),
    names: ['left', 'right'],
  };
  return {
    name: 'loss',
    key: 'losses',
    title: chart.title,
    caption: '',
    table: { heading: ['step', 'left', 'right'], alignments: ['left', 'right', 'right'], rows: cells },
    walk: { along: 'x', cells },
    values: [],
    draw: (id) => drawLineChart(chart, id),
  };
}

interface LossRow {
  readonly step: number;
  readonly left: number | null;
  readonly right: number | null;
}

/** The losses at even distances; the first and the last are among them. */
function spread({ left, right }: Losses): LossRow[] {
  const count = Math.max(left.length, right.length);
  const points = Math.min(count, MOST_POINTS);
  return Array.from({ length: points }, (_, i) => {
    const step = points === 1 ? 0 : Math.round((i * (count - 1)) / (points - 1));
    return { step: step + 1, left: left[step] ?? null, right: right[step] ?? null };
  });
}
