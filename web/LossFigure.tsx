import { drawLineChart, formatNumber, type LineChart, type PlannedFigure } from 'initree/probe/show';
import { useMemo, useState } from 'preact/hooks';
import { Picture } from './Figures.js';
import { textAt } from './figureText.js';
import type { Losses } from './messages.js';
import { SIDES, type Side } from './state.js';

/** The most points of the line of losses, and the most rows of their table. */
const MOST_POINTS = 120;

interface Props {
  readonly losses: Losses;
  readonly say: (message: string) => void;
}

/** The losses of both networks while they learn. */
export function LossFigure({ losses, say }: Props) {
  const rows = useMemo(() => spread(losses), [losses]);
  const figure = useMemo(() => planLosses(rows), [rows]);
  const [index, setIndex] = useState(-1);
  const move = (to: number) => {
    setIndex(to);
    say(textAt(figure, to));
  };
  return (
    <figure id="losses" aria-labelledby="title-losses">
      <figcaption>
        <h3 id="title-losses">Loss by step</h3>
        <p>
          Both networks learn from the same batches of 16 by stochastic gradient descent. Another learning rate begins
          the training again.
        </p>
      </figcaption>
      <h4>{describeLosses(losses)}</h4>
      <Picture
        id="losses"
        label="Losses"
        instead=""
        include={[]}
        index={Math.min(index, rows.length - 1)}
        isFollowed={index >= 0}
        {...{ figure, move }}
      />
    </figure>
  );
}

/** The losses of both sides in one sentence. */
export function describeLosses(losses: Losses): string {
  const steps = losses.left.length;
  const of = (side: Side) => {
    const [first, last] = [losses[side][0], losses[side].at(-1)].map((loss) => cellOf(loss ?? null));
    return `${side} ${steps === 1 ? last : `${first} → ${last}`}`;
  };
  return `Loss ${steps === 1 ? 'of step 1' : `from step 1 to ${steps}`}: ${SIDES.map(of).join(', ')}.`;
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
