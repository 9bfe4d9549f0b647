import type { ComponentChild } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

interface Props {
  /** What a screen reader calls the row. */
  readonly label: string;
  /** The name and the title of each choice. */
  readonly choices: readonly (readonly [name: string, title: ComponentChild])[];
  readonly chosen: string;
  readonly onChoose: (name: string) => void;
}

/** A row of buttons of which at most one is pressed. In a narrow window it scrolls, so that the pressed one is seen. */
export function Chips({ label, choices, chosen, onChoose }: Props) {
  const row = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const pressed = row.current?.querySelector<HTMLElement>('[aria-pressed="true"]');
    if (!row.current || !pressed) return;
    row.current.scrollLeft = pressed.offsetLeft - (row.current.clientWidth - pressed.offsetWidth) / 2;
  }, [chosen]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div ref={row} class="chips" role="group" aria-label={label}>
      {choices.map(([name, title]) => (
        <button key={name} type="button" data-name={name} aria-pressed={name === chosen} onClick={() => onChoose(name)}>
          {title}
        </button>
      ))}
    </div>
  );
}
