import { useEffect, useRef } from 'preact/hooks';
import { Chips } from './Chips.js';
import { describeLosses } from './LossFigure.js';
import type { Losses } from './messages.js';
import { STANDARD, type State } from './state.js';
import { findStory, STORIES, stateOf } from './stories.js';
import type { Told } from './storyOf.js';

/** The height of a window in which the text of a story and the figure that it speaks of are seen, in pixels. */
const HEIGHT_OF_STEP = 740;

interface Props {
  readonly state: State;
  readonly onGo: (state: State) => void;
}

/** The choice of a story. */
export function StoryChoice({ state, onGo }: Props) {
  return (
    <section id="stories" class="toolbar" aria-labelledby="stories-title">
      <h2 id="stories-title" tabIndex={-1}>
        Stories
      </h2>
      <Chips
        label="Story"
        choices={STORIES.map(({ id, title }) => [id, title] as const)}
        chosen={state.story}
        onChoose={(chosen) => {
          const story = findStory(chosen);
          if (story !== undefined) onGo(stateOf(story, 0));
        }}
      />
    </section>
  );
}

/** The step that a story is at. */
export function StoryPanel({ state, told, losses, onGo }: Props & { readonly told: Told; readonly losses: Losses }) {
  const { story, step, text, hint, truth } = told;
  const count = story.steps.length;
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => showStage(panel.current?.parentElement), [story, step]);
  const turn = (by: number) => {
    if (step + by >= 0 && step + by < count) onGo(stateOf(story, step + by));
  };
  const close = () => {
    onGo({ ...state, story: STANDARD.story, step: 0 });
    document.getElementById('stories-title')?.focus();
  };
  const taken = losses.left.length;
  return (
    <div ref={panel} class="story" data-story={story.id} data-step={step} data-truth={truth}>
      <div class="bar">
        <p class="kicker">
          {story.title} · {step + 1} of {count}
        </p>
        <button type="button" aria-disabled={step === 0} onClick={() => turn(-1)}>
          Back
        </button>
        <button type="button" aria-disabled={step === count - 1} onClick={() => turn(1)}>
          Next
        </button>
        <button type="button" aria-label="Close the story" onClick={close}>
          Close
        </button>
      </div>
      <div class="text">
        {truth === 'changed' ? (
          <p>
            You changed the settings of this story, so its text need not be true of what is shown.{' '}
            <button type="button" onClick={() => onGo(stateOf(story, step))}>
              Restore
            </button>
          </p>
        ) : null}
        <p>{text}</p>
        {truth === 'training' ? null : <p class="caption hint">{hint}</p>}
        {taken === 0 ? null : <p class="caption losses-now">{describeLosses(losses)}</p>}
      </div>
    </div>
  );
}

/** Scrolls to the text of a story and its figure, unless both are seen. */
function showStage(stage: HTMLElement | null | undefined): void {
  if (!stage) return;
  const { top } = stage.getBoundingClientRect();
  if (top >= 0 && top + HEIGHT_OF_STEP <= innerHeight) return;
  stage.scrollIntoView({ behavior: 'instant' });
}
