import { NumberField } from './Controls.js';
import type { Losses } from './messages.js';
import { BOUNDS } from './state.js';

const MOST_STEPS = BOUNDS.steps.most;

interface Props {
  readonly losses: Losses;
  readonly rate: number;
  readonly isTraining: boolean;
  /** The number of steps to which the networks are trained; `null` if the training goes on until it is paused, or rests. */
  readonly goal: number | null;
  readonly isDiverged: boolean;
  readonly onRate: (rate: number) => void;
  readonly onTrain: () => void;
  readonly onStep: () => void;
  readonly onReset: () => void;
}

/** The training of both networks. */
export function Training({ losses, rate, isTraining, goal, isDiverged, onRate, onTrain, onStep, onReset }: Props) {
  const steps = Math.max(losses.left.length, losses.right.length);
  const isAtEnd = steps >= MOST_STEPS;
  return (
    <section id="training" class="bar" aria-label="Training">
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
    </section>
  );
}
