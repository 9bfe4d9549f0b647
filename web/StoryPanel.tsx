import { STANDARD, type State } from './state.js';
import { STORIES, stateOf } from './stories.js';
import type { Told } from './storyOf.js';

interface Props {
  readonly state: State;
  readonly told: Told | null;
  /** The steps of training that the networks have had. */
  readonly taken: number;
  readonly onGo: (state: State) => void;
}

/** The choice of a story, and the step that it is at. */
export function StoryPanel({ state, told, taken, onGo }: Props) {
  return (
    <section id="stories" aria-labelledby="stories-title">
      <h2 id="stories-title">Stories</h2>
      <ul class="chips">
        {STORIES.map((each) => (
          <li key={each.id}>
            <button type="button" aria-pressed={each.id === state.story} onClick={() => onGo(stateOf(each, 0))}>
              {each.title}
            </button>
          </li>
        ))}
      </ul>
      {told === null ? null : <Step told={told} taken={taken} state={state} onGo={onGo} />}
    </section>
  );
}

/** The step that a story is at. */
function Step({ told, state, taken, onGo }: Props & { readonly told: Told }) {
  const { story, step, text, truth } = told;
  return (
    <div class="story" data-story={story.id} data-step={step} data-truth={truth}>
      <p class="kicker">
        {story.title} · {step + 1} of {story.steps.length}
      </p>
      {truth === 'changed' ? (
        <p>
          You changed the settings of this story, so its text need not be true of what is shown.{' '}
          <button type="button" onClick={() => onGo(stateOf(story, step))}>
            Restore
          </button>
        </p>
      ) : null}
      <p>{truth === 'training' ? `Both networks are trained: ${taken} of ${state.steps} steps …` : text}</p>
      <div class="bar">
        <button type="button" disabled={step === 0} onClick={() => onGo(stateOf(story, step - 1))}>
          Back
        </button>
        <button type="button" disabled={step === story.steps.length - 1} onClick={() => onGo(stateOf(story, step + 1))}>
          Next
        </button>
        <button type="button" onClick={() => onGo({ ...state, story: STANDARD.story, step: 0 })}>
          Close the story
        </button>
      </div>
    </div>
  );
}
