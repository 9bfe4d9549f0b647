import { CHART_STYLE, type ProbeData } from 'initree/probe/show';
import { render } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { CodePanel } from './CodePanel.js';
import { NetworkControls, nameOf, StartControls } from './Controls.js';
import { type Cursor, Figures } from './Figures.js';
import { keyOf } from './keyOf.js';
import { Lab } from './Lab.js';
import { LiveRegion } from './LiveRegion.js';
import type { Answer, Losses, Measured, Programs } from './messages.js';
import { StoryPanel } from './StoryPanel.js';
import { readState, SIDES, type Side, type State, VIEWS, type ViewName, writeState } from './state.js';
import { STORIES } from './stories.js';
import { Training } from './Training.js';
import { useIsWaiting } from './useSoon.js';
import { Verdict } from './Verdict.js';

type BySide<T> = Readonly<Partial<Record<Side, T>>>;

const NO_LOSSES: Losses = { left: [], right: [] };
/** The steps of a training that goes on until it is paused. */
const ENDLESS = 1_000_000;
/** The time after which a computation is shown as working, in milliseconds. */
const SOON = 150;

/** The whole page: everything follows from the state, and from what the worker measured for it. */
function Page() {
  const [{ state, problems }, setRead] = useState(() => readState(location.hash));
  const [measured, setMeasured] = useState<BySide<Measured>>({});
  const [losses, setLosses] = useState(NO_LOSSES);
  const [programs, setPrograms] = useState<BySide<{ key: string; programs: Programs }>>({});
  const [isTraining, setTraining] = useState(false);
  const [diverged, setDiverged] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [notice, setNotice] = useState<string | null>(null);
  const [isWorking, setWorking] = useState(false);
  const [isCodeOpen, setCodeOpen] = useState(false);
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const [kernels, setKernels] = useState('');
  const [spoken, setSpoken] = useState('');
  const live = useMemo(() => new LiveRegion(setSpoken), []);
  const latest = useRef({ state, losses });
  latest.current = { state, losses };
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
        setTraining(false);
        const text = `The training of the ${answer.side} network diverged: its loss is not finite at step ${answer.step}. Choose a smaller learning rate or another start, and reset.`;
        setDiverged(text);
        live.say(text);
        break;
      }
      case 'code':
        setPrograms((all) => ({ ...all, [answer.side]: answer }));
        break;
      case 'error':
        setWorking(false);
        setTraining(false);
        setError(answer.message);
        live.say(answer.message);
        break;
      case 'done':
        setWorking(false);
        setTraining(false);
        break;
      case 'kernels':
        setKernels(answer.path);
        break;
      case 'working':
        break;
    }
  }

  function onRestart(reason: string): void {
    const { state, losses } = latest.current;
    const lost = losses.left.length > 0 ? ' What the networks had learnt is lost; they are at their start again.' : '';
    const text = `The worker that computes stopped: ${reason}. Another one has begun with the same settings.${lost}`;
    setNotice(text);
    live.say(text);
    setLosses(NO_LOSSES);
    setTraining(false);
    setMeasured({});
    setWorking(true);
    lab.send({ kind: 'probe', state });
  }

  /** Shows another state: in the address, and by the worker. */
  function go(next: State): void {
    const isStory = next.story !== state.story || next.step !== state.step;
    history[isStory ? 'pushState' : 'replaceState'](null, '', `#${writeState(next)}`);
    setRead({ state: next, problems: [] });
    setNotice(null);
  }

  // Which networks there are, and what training a story asks for.
  const story = STORIES.find(({ id }) => id === state.story)?.steps[state.step];
  const wanted = JSON.stringify([keys.left, keys.right, state.story, state.step]);
  const isFirst = useRef(true);
  useEffect(() => {
    setError(null);
    setDiverged(null);
    setTraining(false);
    setLosses(NO_LOSSES);
    setCursor(null);
    setWorking(true);
    const steps = story?.train ?? 0;
    if (steps > 0) lab.send({ kind: 'step', state, steps, isFresh: true });
    else lab.send({ kind: latest.current.losses.left.length > 0 ? 'reset' : 'probe', state });
    if (story !== undefined && !isFirst.current) live.say(story.text);
    isFirst.current = false;
  }, [wanted]);

  // What is looked at, without a change of the networks.
  const looked = JSON.stringify([state.view === 'spectrum', state.rate]);
  const lookedBefore = useRef(looked);
  useEffect(() => {
    if (lookedBefore.current === looked) return;
    lookedBefore.current = looked;
    setWorking(true);
    if (isTraining) lab.send({ kind: 'step', state, steps: ENDLESS });
    else if (!(story !== undefined && story.train > 0 && losses.left.length === 0)) lab.send({ kind: 'probe', state });
  }, [looked]);

  useEffect(() => {
    if (!isCodeOpen) return;
    for (const side of SIDES) lab.send({ kind: 'code', state, side });
  }, [isCodeOpen, keys.left, keys.right]);

  useEffect(() => {
    const read = () => setRead(readState(location.hash));
    addEventListener('hashchange', read);
    addEventListener('popstate', read);
    return () => {
      removeEventListener('hashchange', read);
      removeEventListener('popstate', read);
    };
  }, []);

  // What was measured before stays, dimmed, until the new figures are there.
  const isStale = SIDES.some((side) => measured[side]?.key !== keys[side]);
  const isDrawing = useIsWaiting();
  const isBusy = isStale || isDrawing || (isWorking && !isTraining);
  const saysWorking = useLater(isBusy && !isTraining, SOON);
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
  const train = (steps: number) => {
    setTraining(steps === ENDLESS);
    setWorking(true);
    lab.send({ kind: 'step', state, steps });
  };
  const pause = () => {
    setTraining(false);
    lab.send({ kind: 'probe', state });
  };
  const reset = () => {
    setTraining(false);
    setDiverged(null);
    setLosses(NO_LOSSES);
    setWorking(true);
    lab.send({ kind: 'reset', state });
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
            <NetworkControls state={state} onChange={go} />
            <StartControls state={state} onChange={go} side="left" />
            <StartControls state={state} onChange={go} side="right" />
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
                aria-pressed={state.view === view}
                onClick={() => {
                  setCursor(null);
                  go({ ...state, view });
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
          isDiverged={diverged !== null || error !== null}
          onRate={(rate) => go({ ...state, rate })}
          onTrain={() => (isTraining ? pause() : train(ENDLESS))}
          onStep={() => train(1)}
          onReset={reset}
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
