import { keyOf } from './keyOf.js';
import { type Seen, stepsTaken } from './Session.js';
import type { State } from './state.js';
import { findStory, type Story, stateOf } from './stories.js';

/** A step of a story, and whether what the page shows is what its text speaks of. */
export interface Told {
  readonly story: Story;
  readonly step: number;
  /** What the step claims; while the networks are on their way, how far they are. */
  readonly text: string;
  /** Where to look, and what to try. */
  readonly hint: string;
  /** The key of the figure that the text speaks of. */
  readonly figure: string | undefined;
  /** `changed`: other settings or another number of steps. `training`: the networks are on their way. */
  readonly truth: 'true' | 'changed' | 'training';
}

/** The step of a story that is told; `null` without a story. */
export function storyOf(seen: Pick<Seen, 'state' | 'losses' | 'training' | 'failures'>): Told | null {
  const { state, training, failures } = seen;
  const story = findStory(state.story);
  if (story === undefined) return null;
  const meant = stateOf(story, state.step);
  const taken = stepsTaken(seen);
  const hasChanged = training !== 'rest' || subjectOf(state) !== subjectOf(meant);
  const truth = hasChanged ? 'changed' : taken < meant.steps ? 'training' : 'true';
  const { text: claim, hint, figure } = story.steps[state.step];
  const hasFailed = Object.keys(failures).length > 0;
  const text =
    truth === 'training'
      ? `Both networks ${hasFailed ? 'should be' : 'are'} trained: ${taken} of ${meant.steps} steps …`
      : claim;
  return { story, step: state.step, text, hint, figure, truth };
}

/** What a text of a story speaks of, as text: the networks, but not the view that the reader chooses. */
function subjectOf(state: State): string {
  return JSON.stringify([keyOf(state, state.left), keyOf(state, state.right), state.rate, state.steps]);
}
