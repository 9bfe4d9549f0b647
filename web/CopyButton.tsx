import { useState } from 'preact/hooks';

interface Props {
  readonly label: string;
  /** The text to copy, at the time of the click. */
  readonly text: () => string;
  /** What is said when the text is in the clipboard. */
  readonly done: string;
  /** What is said when the browser refuses. */
  readonly refused: string;
  /** What is done when the browser refuses. */
  readonly onRefused?: () => void;
  readonly isDisabled?: boolean;
  readonly say: (message: string) => void;
}

/** A button that copies a text, and says beside it and to a screen reader whether that worked. */
export function CopyButton({ label, text, done, refused, onRefused, isDisabled = false, say }: Props) {
  const [result, setResult] = useState('');
  const tell = (message: string) => {
    setResult(message);
    say(message);
  };
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text());
      tell(done);
    } catch {
      onRefused?.();
      tell(refused);
    }
  };
  return (
    <span class="copy">
      <button type="button" onClick={copy} disabled={isDisabled}>
        {label}
      </button>{' '}
      <span class="result">{result}</span>
    </span>
  );
}
