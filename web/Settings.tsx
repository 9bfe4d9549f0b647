import { NetworkControls, StartControls } from './Controls.js';
import { NETWORKS, type State } from './state.js';

interface Props {
  readonly state: State;
  readonly onChange: (state: State) => void;
  /** Whether the settings are unfolded, until the reader folds or unfolds them. */
  readonly isOpen: boolean;
}

/** The settings of the network and of both starts. */
export function Settings({ state, onChange, isOpen }: Props) {
  return (
    <details id="settings" open={isOpen}>
      <summary>
        <h2>Settings</h2> <span class="caption">{describeNetwork(state)}</span>
      </summary>
      <NetworkControls state={state} onChange={onChange} />
      <div class="starts">
        <StartControls state={state} onChange={onChange} side="left" />
        <button
          type="button"
          class="swap"
          aria-label="Swap left and right"
          title="Swap left and right"
          onClick={() => onChange({ ...state, left: state.right, right: state.left })}
        >
          ⇄
        </button>
        <StartControls state={state} onChange={onChange} side="right" />
      </div>
    </details>
  );
}

/** The network in a few words. */
function describeNetwork({ network, depth, width, activation, bias, seed }: State): string {
  const { title, depthIs, widthIs } = NETWORKS[network];
  const size = depthIs === '' ? [] : [`${depth} ${depthIs}`, `${width} ${widthIs}`];
  return [title, ...size, activation, bias ? 'biases' : 'no biases', `seed ${seed}`].join(' · ');
}
