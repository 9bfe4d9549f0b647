import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { describeRange, isInRange, type NumberRange } from './NumberRange.js';
import {
  ACTIVATIONS,
  BOUNDS,
  MODES,
  NETWORKS,
  NONLINEARITIES,
  PLAIN_POLICIES,
  type PlainPolicy,
  type PolicyName,
  policiesOf,
  type SettingName,
  type Side,
  type Start,
  type State,
  standardSize,
} from './state.js';

interface Props {
  readonly state: State;
  readonly onChange: (state: State) => void;
}

/** What a policy is called. */
function titleOf(policy: PolicyName): string {
  if (policy in PLAIN_POLICIES) return PLAIN_POLICIES[policy as PlainPolicy].title;
  return policy === 'resnetZeroGamma' ? 'Preset resnet, zero γ' : `Preset ${policy}`;
}

/** The settings that a policy has. */
function settingsOf(policy: PolicyName): readonly SettingName[] {
  return policy in PLAIN_POLICIES ? PLAIN_POLICIES[policy as PlainPolicy].settings : [];
}

/** A policy with its settings in a few words. */
export function nameOf(start: Start): string {
  const words = settingsOf(start.policy).map((setting) => {
    if (setting === 'std') return `σ = ${start.std}`;
    if (setting === 'value') return String(start.value);
    return setting === 'gain' ? `gain ${start.gain}` : start[setting];
  });
  return [titleOf(start.policy), ...words].join(', ');
}

/** The network that both sides share. */
export function NetworkControls({ state, onChange }: Props) {
  const { network, depth, width, activation, bias, seed } = state;
  const bounds = NETWORKS[network];
  const change = (part: Partial<State>) => onChange({ ...state, ...part });
  const chooseNetwork = (name: State['network']) => {
    const policies: readonly PolicyName[] = policiesOf(name);
    const keep = (start: Start): Start => (policies.includes(start.policy) ? start : { ...start, policy: 'pytorch' });
    change({ network: name, ...standardSize(name), left: keep(state.left), right: keep(state.right) });
  };
  return (
    <fieldset class="controls">
      <legend>Network</legend>
      <Choice
        label="Network"
        value={network}
        options={Object.entries(NETWORKS).map(([name, { title }]) => [name as State['network'], title] as const)}
        onChange={chooseNetwork}
      />
      {bounds.depth === null ? null : (
        <Range
          label={bounds.depthIs}
          value={depth}
          bounds={bounds.depth}
          onChange={(value) => change({ depth: value })}
        />
      )}
      {bounds.width === null ? null : (
        <NumberField
          label={bounds.widthIs}
          value={width}
          bounds={bounds.width}
          onChange={(value) => change({ width: value })}
        />
      )}
      <Choice
        label="Activation"
        value={activation}
        options={ACTIVATIONS.map((name) => [name, name] as const)}
        onChange={(value) => change({ activation: value })}
      />
      <label class="check">
        <input type="checkbox" checked={bias} onChange={(event) => change({ bias: event.currentTarget.checked })} />{' '}
        Biases
      </label>
      <NumberField label="Seed" value={seed} bounds={BOUNDS.seed} onChange={(value) => change({ seed: value })} />
    </fieldset>
  );
}

/** The start of one side. */
export function StartControls({ state, onChange, side }: Props & { readonly side: Side }) {
  const start = state[side];
  const change = (part: Partial<Start>) => onChange({ ...state, [side]: { ...start, ...part } });
  const settings = settingsOf(start.policy);
  return (
    <fieldset class="controls" data-side={side}>
      <legend>{side === 'left' ? 'Left start' : 'Right start'}</legend>
      <Choice
        label="Policy"
        value={start.policy}
        options={policiesOf(state.network).map((name) => [name, titleOf(name)] as const)}
        onChange={(policy) => change({ policy })}
      />
      {settings.includes('value') ? (
        <NumberField label="Value" value={start.value} bounds={BOUNDS.value} onChange={(value) => change({ value })} />
      ) : null}
      {settings.includes('std') ? (
        <NumberField label="σ" value={start.std} bounds={BOUNDS.std} onChange={(std) => change({ std })} />
      ) : null}
      {settings.includes('gain') ? (
        <NumberField label="Gain" value={start.gain} bounds={BOUNDS.gain} onChange={(gain) => change({ gain })} />
      ) : null}
      {settings.includes('mode') ? (
        <Choice
          label="Mode"
          value={start.mode}
          options={MODES.map((name) => [name, name] as const)}
          onChange={(mode) => change({ mode })}
        />
      ) : null}
      {settings.includes('nonlinearity') ? (
        <Choice
          label="Gain for"
          value={start.nonlinearity}
          options={NONLINEARITIES.map((name) => [name, name] as const)}
          onChange={(nonlinearity) => change({ nonlinearity })}
        />
      ) : null}
    </fieldset>
  );
}

/** A choice among a few values. */
function Choice<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [value: T, title: string])[];
  readonly onChange: (value: T) => void;
}) {
  const choose = (chosen: string) => {
    const found = options.find(([name]) => name === chosen);
    if (found) onChange(found[0]);
  };
  return (
    <label>
      <span>{label}</span>
      <select value={value} onChange={(event) => choose(event.currentTarget.value)}>
        {options.map(([name, title]) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A number within bounds. What is not one stays in the field, is said to be wrong, and is not taken over. */
export function NumberField({
  label,
  value,
  bounds,
  onChange,
}: {
  readonly label: string;
  readonly value: number;
  readonly bounds: NumberRange;
  readonly onChange: (value: number) => void;
}) {
  const field = useRef<HTMLInputElement>(null);
  const problemId = useId();
  const [isWrong, setWrong] = useState(false);
  const read = (found: number) => {
    const isRight = isInRange(found, bounds);
    setWrong(!isRight);
    if (isRight) onChange(found);
  };
  const write = () => {
    if (field.current) field.current.value = String(value);
  };
  // What is being typed stays: `0.0` is on its way to `0.05`.
  useLayoutEffect(() => {
    if (document.activeElement === field.current) return;
    setWrong(false);
    write();
  }, [value]);
  const { least, most, step } = bounds;
  return (
    <label>
      <span>{label}</span>
      <input
        ref={field}
        type="number"
        min={least}
        max={most}
        step={step}
        aria-invalid={isWrong}
        aria-describedby={isWrong ? problemId : undefined}
        onInput={(event) => read(event.currentTarget.valueAsNumber)}
        onBlur={() => {
          if (!isWrong) write();
        }}
      />
      {isWrong ? (
        <span id={problemId} class="wrong" role="alert">
          Expected {describeRange(bounds)}; it stays {value}.
        </span>
      ) : null}
    </label>
  );
}

/** A whole number that is dragged. */
function Range({
  label,
  value,
  bounds: { least, most },
  onChange,
}: {
  readonly label: string;
  readonly value: number;
  readonly bounds: NumberRange;
  readonly onChange: (value: number) => void;
}) {
  return (
    <label>
      <span>
        {value} {label}
      </span>
      <input
        type="range"
        aria-label={label}
        aria-valuetext={`${value} ${label}`}
        value={value}
        min={least}
        max={most}
        onInput={(event) => onChange(event.currentTarget.valueAsNumber)}
      />
    </label>
  );
}
