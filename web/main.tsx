import { CHART_STYLE, type ProbeData } from 'initree/probe/show';
import { render } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { CodePanel } from './CodePanel.js';
import { NetworkControls, nameOf, StartControls } from './Controls.js';
import { type Cursor, Figures } from './Figures.js';
import { keyOf } from './keyOf.js';
import { Lab } from './Lab.js';
import { LiveRegion } from './LiveRegion.js';
import type { Answer, Losses, Measured, Programs, Request } from './messages.js';
import { StoryPanel } from './StoryPanel.js';
import { BOUNDS, readState, SIDES, type Side, type State, VIEWS, type ViewName, writeState } from './state.js';
import { STORIES } from './stories.js';
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
    setEndless(true);
    ask(state, ENDLESS);
  };
  const messages = [...problems, notice, diverged].filter((text) => text !== null);
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
        <StoryPanel state={state} onGo={go} />
        <section id="settings" aria-labelledby="settings-title">
          <h2 id="settings-title">Settings</h2>
          <div class="settings">
            <NetworkControls state={state} onChange={change} />
            <StartControls state={state} onChange={change} side="left" />
            <StartControls state={state} onChange={change} side="right" />
          </div>
        </section>
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
        <section id="verdicts" aria-labelledby="verdicts-title">
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
        <section id="views" aria-labelledby="figures-title" aria-busy={isBusy}>
          <h2 id="figures-title" tabIndex={-1}>
            Figures {saysWorking ? <span class="working">working …</span> : null}
          </h2>
          {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms */}
          <div class="chips tabs" role="group" aria-label="View">
            {(Object.keys(VIEWS) as ViewName[]).map((view) => (
              <button
                key={view}
                type="button"
                data-view={view}
                aria-pressed={state.view === view}
                onClick={() => {
                  setCursor(null);
                  go({ ...state, view }, isEndless);
                }}
              >
                {VIEWS[view]}
              </button>
            ))}
          </div>
          {error === null ? (
            <div class={staleness}>
              <Figures view={state.view} {...{ probes, names, cursor }} onCursor={speak} />
            </div>
          ) : null}
        </section>
        <Training
          {...{ losses, names, isTraining }}
          rate={state.rate}
          goal={isTraining && !isEndless ? state.steps : null}
          isDiverged={diverged !== null || error !== null}
          onRate={(rate) => change({ ...state, rate })}
          onTrain={isTraining ? pause : train}
          onStep={() => go({ ...state, steps: (isTraining ? taken : state.steps) + 1 })}
          onReset={() => go({ ...state, steps: 0 })}
          say={(text) => live.say(text)}
        />
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
      </footer>
      <div class="live" aria-live="polite" id="live">
        {spoken}
      </div>
    </>
  );
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
