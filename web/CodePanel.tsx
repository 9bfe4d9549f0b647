import { useRef, useState } from 'preact/hooks';
import { CopyButton } from './CopyButton.js';
import type { Programs } from './messages.js';
import { SIDES, type Side } from './state.js';

const LANGUAGES = { typescript: 'TypeScript', pytorch: 'PyTorch' } as const;
type Language = keyof typeof LANGUAGES;

interface Props {
  readonly programs: Readonly<Partial<Record<Side, Programs>>>;
  readonly names: Readonly<Record<Side, string>>;
  readonly isOpen: boolean;
  readonly onOpen: (isOpen: boolean) => void;
  readonly say: (message: string) => void;
}

/** The programs that give the weights shown, to be copied. */
export function CodePanel({ programs, names, isOpen, onOpen, say }: Props) {
  const [side, setSide] = useState<Side>('right');
  const [language, setLanguage] = useState<Language>('typescript');
  const text = programs[side]?.[language] ?? '';
  const program = useRef<HTMLPreElement>(null);
  return (
    <details id="code" open={isOpen} onToggle={(event) => onOpen(event.currentTarget.open)}>
      <summary>Copy as code</summary>
      <p class="caption">
        Each program gives the weights of the start shown, bit for bit. Orthogonal weights agree with PyTorch to
        rounding.
      </p>
      <div class="bar">
        {SIDES.map((each) => (
          <button key={each} type="button" aria-pressed={side === each} onClick={() => setSide(each)}>
            {each}
          </button>
        ))}
        {(Object.keys(LANGUAGES) as Language[]).map((each) => (
          <button key={each} type="button" aria-pressed={language === each} onClick={() => setLanguage(each)}>
            {LANGUAGES[each]}
          </button>
        ))}
        <CopyButton
          key={text}
          label="Copy"
          text={() => text}
          done={`The ${LANGUAGES[language]} of the ${side} start is in the clipboard.`}
          refused="The browser does not allow the page to copy; the text is selected, so copy it by the keyboard."
          onRefused={() => program.current && getSelection()?.selectAllChildren(program.current)}
          isDisabled={text === ''}
          say={say}
        />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard scrolls it */}
      {/* biome-ignore lint/a11y/useSemanticElements: it is inside of a section already */}
      <pre ref={program} tabIndex={0} role="region" aria-label={`${LANGUAGES[language]} of ${names[side]}`}>
        {text === '' ? 'Writing …' : text}
      </pre>
    </details>
  );
}
