import { CHART_STYLE, type ProbeData } from 'initree/probe/show';
import { render } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Chips } from './Chips.js';
import { CodePanel } from './CodePanel.js';
import { nameOf } from './Controls.js';
import { CopyButton } from './CopyButton.js';
import { type Cursor, Figures } from './Figures.js';
import { keyOf } from './keyOf.js';
import { Lab } from './Lab.js';
import { LiveRegion } from './LiveRegion.js';
import { describeLosses, LossFigure } from './LossFigure.js';
import type { Answer, Losses, Measured, Programs, Request } from './messages.js';
import { Settings } from './Settings.js';
import { StoryChoice, StoryPanel } from './StoryPanel.js';
import { BOUNDS, readState, SIDES, type Side, type State, VIEWS, type ViewName, writeState } from './state.js';
import { STORIES, storyStepOf } from './stories.js';
import { Training } from './Training.js';
import { useIsWaiting } from './useSoon.js';
import { Verdict } from './Verdict.js';

type BySide<T> = Readonly<Partial<Record<Side, T>>>;

const NO_LOSSES: Losses = { left: [], right: [] };
/** The steps of a training that goes on until it is paused: as many as an address can hold. */
const ENDLESS = BOUNDS.steps[1];
/** The time after which a computation is shown as working, in milliseconds. */
const SOON = 150;

/** The whole page: everything follows from the state, and from what the worker measured for it. */
function Page() {
  const [{ state, problems }, setRead] = useState(() => readState(location.hash));
  const [measured, setMeasured] = useState<BySide<Measured>>({});
  const [losses, setLosses] = useState(NO_LOSSES);
  const [programs, setPrograms] = useState<BySide<{ key: string; programs: Programs }>>({});
  const [isEndless, setEndless] = useState(false);
  const [diverged, setDiverged] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [notice, setNotice] = useState<string | null>(null);
  const [isWorking, setWorking] = useState(false);
  const [isCodeOpen, setCodeOpen] = useState(false);
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const [kernels, setKernels] = useState('');
  const [spoken, setSpoken] = useState('');
  const live = useMemo(() => new LiveRegion(setSpoken), []);
  const latest = useRef({ state, losses, isEndless, diverged });
  latest.current = { state, losses, isEndless, diverged };
  /** Whether a screen reader is to hear what came of the change that is being computed. */
  const isToBeSaid = useRef(false);
  /** What the worker was asked for last: which networks, and all of it. */
  const asked = useRef({ networks: '', wish: '' });
  const names = { left: nameOf(state.left), right: nameOf(state.right) };
  const keys = { left: keyOf(state, state.left), right: keyOf(state, state.right) };

  const lab = useMemo(() => new Lab({ onAnswer, onRestart }), []);

  function onAnswer(answer: Answer): void {
    switch (answer.kind) {
      case 'measured': {
        const { measured } = answer;
        setMeasured((all) => ({ ...all, [measured.side]: measured }));
        break;
      }
      case 'trained':
        setLosses(answer.losses);
        break;
      case 'diverged': {
        setLosses(answer.losses);
        const text = `The training of the ${answer.side} network diverged: its loss is not finite at step ${answer.step}. Choose a smaller learning rate or another start, and reset.`;
        setDiverged(text);
        if (text !== latest.current.diverged) live.say(text);
        break;
      }
      case 'code':
        setPrograms((all) => ({ ...all, [answer.side]: answer }));
        break;
      case 'error':
        setWorking(false);
        setEndless(false);
        setError(answer.message);
        asked.current.wish = '';
        live.say(answer.message);
        break;
      case 'done':
        setWorking(false);
        setEndless(false);
        keepSteps();
        break;
      case 'kernels':
        setKernels(answer.path);
        break;
      case 'working':
        break;
    }
  }

  function onRestart(reason: string): void {
    const { state, losses, isEndless } = latest.current;
    const reached = losses.left.length;
    const training =
      reached > 0 ? `, and trains both networks again, to step ${reached} and on if you had not paused` : '';
    const text = `The worker that computes stopped: ${reason}. Another one has begun with the same settings${training}.`;
    setNotice(text);
    live.say(text);
    setMeasured({});
    setWorking(true);
    lab.send({ kind: 'show', state, steps: isEndless ? ENDLESS : state.steps });
  }

  /** Asks the worker for what a state shows, unless that is what it was asked for last. */
  function ask(next: State, steps: Request['steps'] = next.steps): void {
    const networks = JSON.stringify([keyOf(next, next.left), keyOf(next, next.right), next.rate]);
    const wish = wishOf(networks, next, steps);
    if (wish === asked.current.wish) return;
    if (networks !== asked.current.networks || (steps !== null && steps < latest.current.losses.left.length)) {
      setError(null);
      setDiverged(null);
      setLosses(NO_LOSSES);
      setCursor(null);
    }
    asked.current = { networks, wish };
    setWorking(true);
    lab.send({ kind: 'show', state: next, steps });
  }

  /** Keeps in the address how many steps the networks have had, when a training ends. */
  function keepSteps(): void {
    const { state, losses } = latest.current;
    const next = { ...state, steps: losses.left.length };
    asked.current.wish = wishOf(asked.current.networks, next, next.steps);
    if (next.steps === state.steps) return;
    history.replaceState(null, '', `#${writeState(next)}`);
    setRead((read) => ({ ...read, state: next }));
  }

  /**
   * Shows another state: in the address, and by the worker.
   * @param goesOn whether a training goes on
   */
  function go(next: State, goesOn = false): void {
    const isStory = next.story !== state.story || next.step !== state.step;
    history[isStory ? 'pushState' : 'replaceState'](null, '', `#${writeState(next)}`);
    setRead({ state: next, problems: [] });
    setNotice(null);
    setEndless(goesOn);
    ask(next, goesOn ? ENDLESS : next.steps);
    const story = STORIES.find(({ id }) => id === next.story)?.steps[next.step];
    if (isStory && story !== undefined) live.say(story.text);
    isToBeSaid.current = !isStory && next.view === state.view;
  }

  /** Shows other networks. They begin again, with the steps of the story if one is told. */
  function change(next: State): void {
    const story = STORIES.find(({ id }) => id === next.story)?.steps[next.step];
    go({ ...next, steps: story?.set.steps ?? 0 });
  }

  useEffect(() => {
    if (!isCodeOpen) return;
    for (const side of SIDES) lab.send({ kind: 'code', state, side });
  }, [isCodeOpen, keys.left, keys.right]);

  useEffect(() => {
    const read = () => {
      const found = readState(location.hash);
      setRead(found);
      setEndless(false);
      ask(found.state);
    };
    ask(state);
    addEventListener('hashchange', read);
    addEventListener('popstate', read);
    return () => {
      removeEventListener('hashchange', read);
      removeEventListener('popstate', read);
    };
  }, []);

  const taken = losses.left.length;
  const isTraining = isEndless || (isWorking && state.steps > taken + 1);
  // What was measured before stays, dimmed, until the new figures are there.
  const isStale = error === null && SIDES.some((side) => measured[side]?.key !== keys[side]);
  const isDrawing = useIsWaiting();
  const isBusy = isStale || isDrawing || (isWorking && !isEndless);
  const saysWorking = useLater(isBusy && !isEndless, SOON);
  const probes: Partial<Record<Side, ProbeData>> = {};
  for (const side of SIDES) {
    const found = measured[side];
    if (found !== undefined && error === null) probes[side] = found.probe;
  }
  const staleness = isStale ? 'stale' : '';
  const speak = (next: Cursor, text: string) => {
    setCursor(next);
    live.say(text);
  };
  const pause = () => {
    setEndless(false);
    ask(state, null);
  };
  const train = () => {
    isToBeSaid.current = true;
    setEndless(true);
    ask(state, ENDLESS);
  };
  // Once a change is measured, a screen reader hears what came of it; of a step of a story it hears the text.
  useEffect(() => {
    if (isBusy || isEndless || error !== null || !isToBeSaid.current) return;
    isToBeSaid.current = false;
    live.say(summaryOf(names, probes, losses));
  }, [isBusy, isEndless, error]);
  const messages = [...problems, notice, diverged].filter((text) => text !== null);
  const told = storyStepOf(state);
  const training = (
    <Training
      {...{ losses, isTraining }}
      rate={state.rate}
      goal={isTraining && !isEndless ? state.steps : null}
      isDiverged={diverged !== null || error !== null}
      onRate={(rate) => change({ ...state, rate })}
      onTrain={isTraining ? pause : train}
      onStep={() => go({ ...state, steps: (isTraining ? taken : state.steps) + 1 })}
      onReset={() => go({ ...state, steps: 0 })}
    />
  );
  const parts = {
    stories: <StoryChoice key="stories" state={state} onGo={go} />,
    settings: <Settings key="settings" state={state} onChange={change} isOpen={told === null} />,
    messages: (
      <div key="messages">
        {error === null ? null : (
          <p class="message error" role="alert">
            {error}
          </p>
        )}
        {messages.map((text) => (
          <p key={text} class="message warning">
            {text}
          </p>
        ))}
      </div>
    ),
    verdicts: (
      <section key="verdicts" id="verdicts" aria-labelledby="verdicts-title">
        <h2 id="verdicts-title">Verdict</h2>
        <div class={`pair ${staleness}`}>
          {SIDES.map((side) => (
            <Verdict
              key={side}
              side={side}
              name={names[side]}
              probe={probes[side]}
              steps={measured[side]?.steps ?? 0}
            />
          ))}
        </div>
      </section>
    ),
    stage: (
      <div key="stage" id="stage" class="stage">
        {told === null ? null : <StoryPanel state={state} losses={losses} onGo={go} />}
        <section id="views" aria-labelledby="figures-title" aria-busy={isBusy}>
          <div class="toolbar">
            <h2 id="figures-title" tabIndex={-1}>
              Figures
            </h2>
            <Chips
              label="View"
              choices={Object.entries(VIEWS)}
              chosen={state.view}
              onChoose={(view) => {
                setCursor(null);
                go({ ...state, view: view as ViewName }, isEndless);
              }}
            />
            {told === null ? training : null}
            <span class="working">{saysWorking ? 'working …' : ''}</span>
          </div>
          {error === null ? (
            <div class={staleness}>
              <Figures
                view={state.view}
                first={told?.figure}
                {...{ probes, names, cursor }}
                onCursor={speak}
                beside={taken === 0 ? null : <LossFigure losses={losses} say={(text) => live.say(text)} />}
              />
            </div>
          ) : null}
          {told === null ? null : training}
        </section>
      </div>
    ),
  };
  const { stories, settings, verdicts, stage } = parts;
  return (
    <>
      <button type="button" class="skip" onClick={skipToFigures}>
        Skip to the figures
      </button>
      <header>
        <p class="kicker">initree playground</p>
        <h1>Two starts of one network, side by side</h1>
        <p>
          Same network, same seed, same data: only the initialisation differs. Every figure is measured in your browser,
          and stands beside what theory predicts.
        </p>
      </header>
      <main>
        {/* What a story speaks of comes directly after its text. */}
        {told === null
          ? [stories, settings, parts.messages, verdicts, stage]
          : [stories, parts.messages, stage, verdicts, settings]}
        <CodePanel
          programs={currentPrograms(programs, keys)}
          names={names}
          isOpen={isCodeOpen}
          onOpen={setCodeOpen}
          say={(text) => live.say(text)}
        />
      </main>
      <footer>
        <p>
          The address holds everything that is set: copy it to share this moment. Nothing leaves your browser.{' '}
          <span id="kernels">{kernels === '' ? '' : `Kernels: ${kernels}.`}</span>
        </p>
        <CopyButton
          label="Copy link"
          text={() => location.href}
          done="The link is in the clipboard."
          refused="The browser does not allow the page to copy; copy the address of the page."
          say={(text) => live.say(text)}
        />
      </footer>
      <div class="live" aria-live="polite" id="live">
        {spoken}
      </div>
    </>
  );
}

/** The verdicts of both sides, and the losses, in a few words. */
function summaryOf(
  names: Readonly<Record<Side, string>>,
  probes: Readonly<Partial<Record<Side, ProbeData>>>,
  losses: Losses,
): string {
  const verdicts = SIDES.map((side) => `${side}: ${names[side]}, ${probes[side]?.verdict ?? 'not measured'}`);
  return `${verdicts.join('; ')}. ${losses.left.length === 0 ? '' : describeLosses(losses)}`;
}

/** What a request asks for, as text. */
function wishOf(networks: string, { view }: State, steps: number | null | undefined): string {
  return JSON.stringify([networks, steps, view === 'spectrum']);
}

function currentPrograms(
  programs: BySide<{ key: string; programs: Programs }>,
  keys: Readonly<Record<Side, string>>,
): BySide<Programs> {
  const current: Partial<Record<Side, Programs>> = {};
  for (const side of SIDES) {
    const found = programs[side];
    if (found?.key === keys[side]) current[side] = found.programs;
  }
  return current;
}

/** Moves the focus; a link would change the address, which holds the state. */
function skipToFigures(): void {
  document.getElementById('figures-title')?.focus();
}

/** A truth that is shown only if it lasts; its end is shown at once. */
function useLater(value: boolean, delay: number): boolean {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    if (!value) {
      setLate(false);
      return;
    }
    const timer = setTimeout(() => setLate(true), delay);
    return () => clearTimeout(timer);
  }, [value, delay]);
  return isLate;
}

const charts = new CSSStyleSheet();
charts.replaceSync(CHART_STYLE);
document.adoptedStyleSheets = [charts];
const root = document.getElementById('page');
// The page is laid out in a task of its own, after that of the scripts.
setTimeout(() => {
  if (root === null) return;
  root.replaceChildren();
  render(<Page />, root);
});
