import { STANDARD, type State } from './state.js';
import { STORIES, stateOf } from './stories.js';

/** The choice of a story, and the step that it is at. */
export function StoryPanel({ state, onGo }: { readonly state: State; readonly onGo: (state: State) => void }) {
  const story = STORIES.find(({ id }) => id === state.story);
  const step = story === undefined ? 0 : Math.min(state.step, story.steps.length - 1);
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
      {story === undefined ? null : (
        <div class="story" data-story={story.id} data-step={step}>
          <p class="kicker">
            {story.title} · {step + 1} of {story.steps.length}
          </p>
          <p>{story.steps[step].text}</p>
          <div class="bar">
            <button type="button" disabled={step === 0} onClick={() => onGo(stateOf(story, step - 1))}>
              Back
            </button>
            <button
              type="button"
              disabled={step === story.steps.length - 1}
              onClick={() => onGo(stateOf(story, step + 1))}
            >
              Next
            </button>
            <button type="button" onClick={() => onGo({ ...state, story: STANDARD.story, step: 0 })}>
              Close the story
            </button>
          </div>
        </div>
      )}
    </section>
  );
}
