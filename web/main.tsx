import { CHART_STYLE, type ProbeData } from 'initree/probe/show';
import { render } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { readState } from './address.js';
import { Chips } from './Chips.js';
import { CodePanel } from './CodePanel.js';
import { nameOf } from './Controls.js';
import { CopyButton } from './CopyButton.js';
import { type Cursor, Figures } from './Figures.js';
import { Glossary } from './Glossary.js';
import { keyOf } from './keyOf.js';
import { LiveRegion } from './LiveRegion.js';
import { describeLosses, LossFigure } from './LossFigure.js';
import type { Losses, Programs } from './messages.js';
import { type BySide, type Seen, Session, stepsTaken } from './Session.js';
import { Settings } from './Settings.js';
import { StoryChoice, StoryPanel } from './StoryPanel.js';
import { SIDES, type Side, type State, VIEWS, type ViewName } from './state.js';
import { storyOf } from './storyOf.js';
import { Training } from './Training.js';
import { useIsWaiting } from './useSoon.js';
import { Verdict } from './Verdict.js';
import { Visits } from './Visits.js';
import { verdictOf } from './verdictOf.js';

/** The time after which a computation is shown as working, in milliseconds. */
const SOON = 150;

const opened = readState(location.hash);
const visits = new Visits(opened.state, window);
const startWorker = () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
// The worker begins to compute before there is a page.
const session = new Session(opened, startWorker, (state) => visits.follow(state));

function readAddress(): void {
  if (visits.isTrue) return;
  const read = readState(location.hash);
  visits.arrive(read.state);
  session.visit(read);
}

/** The whole page: everything follows from what the session has seen. */
function Page() {
  const [seen, setSeen] = useState(session.seen);
  const { state, measured, losses, programs, failures, diverged, work, kernels } = seen;
  const [isCodeOpen, setCodeOpen] = useState(false);
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const [spoken, setSpoken] = useState('');
  /** Whether a screen reader is to hear what comes of the change that is being computed. */
  const isToBeSaid = useRef(false);
  const live = useMemo(() => new LiveRegion(setSpoken), []);
  const names = { left: nameOf(state.left), right: nameOf(state.right) };
  const keys = { left: keyOf(state, state.left), right: keyOf(state, state.right) };
  const told = storyOf(seen);
  const title = told === null ? `${names.left} against ${names.right}` : `${told.story.title} ${told.step + 1}`;

  useLayoutEffect(() => {
    session.listen(setSeen);
    addEventListener('hashchange', readAddress);
    addEventListener('popstate', readAddress);
  }, []);
  useLayoutEffect(() => setCursor(null), [keys.left, keys.right, state.view]);
  useEffect(() => session.wantPrograms(isCodeOpen), [isCodeOpen]);
  useEffect(() => {
    document.title = `${title} · initree playground`;
  }, [title]);
  const messages = [...seen.notices, diverged].filter((text) => text !== null);
  const news = messages.join(' ');
  useEffect(() => {
    if (news !== '') live.say(news);
  }, [news]);
  // While the networks are on their way to what a text claims, it is not said.
  const text = told?.truth === 'true' ? told.text : '';
  useEffect(() => {
    if (text !== '') live.say(text);
  }, [text]);

  const go = (next: State) => session.show(next);
  /** Does what a screen reader hears the outcome of. */
  const hear = (act: () => void) => {
    isToBeSaid.current = true;
    act();
  };
  /** Shows other networks, which begin again. */
  const change = (next: State) => hear(() => go({ ...next, steps: 0 }));

  const taken = stepsTaken(seen);
  const isEndless = seen.training === 'endless';
  const isWorking = work !== 'none';
  const isTraining = isEndless || (isWorking && state.steps > taken + 1);
  const error = failures.page ?? null;
  // What was measured before stays, dimmed, until the new figures are there.
  const isStale = isWorking && SIDES.some((side) => measured[side]?.key !== keys[side]);
  const isDrawing = useIsWaiting();
  const isBusy = isStale || isDrawing || (isWorking && !isEndless);
  const saysWorking = useLater(isBusy && !isEndless, SOON);
  const working = work === 'loading' ? 'loading the digits …' : 'working …';
  const probes: Partial<Record<Side, ProbeData>> = {};
  for (const side of SIDES) {
    const found = measured[side];
    if (found !== undefined) probes[side] = found.probe;
  }
  const nothing = isWorking ? 'Measuring …' : 'Nothing was measured.';
  const staleness = isStale ? 'stale' : '';
  const speak = (next: Cursor, text: string) => {
    setCursor(next);
    live.say(text);
  };
  // Once a change is measured, a screen reader hears what came of it.
  useEffect(() => {
    if (isBusy || isEndless || !isToBeSaid.current) return;
    isToBeSaid.current = false;
    if (Object.keys(failures).length === 0) live.say(summaryOf(names, probes, losses));
  }, [isBusy, isEndless]);
  const training = (
    <Training
      {...{ losses, isTraining }}
      rate={state.rate}
      goal={isTraining && !isEndless ? state.steps : null}
      isDiverged={diverged !== null || error !== null}
      onRate={(rate) => change({ ...state, rate })}
      onTrain={() => hear(() => (isTraining ? session.pause() : session.train()))}
      onStep={() => hear(() => session.step())}
      onReset={() => change(state)}
    />
  );
  const messagesOfPage = (
    <div key="messages">
      {error === null ? null : (
        <div class="message error" role="alert">
          {error.message}{' '}
          {error.canRetry ? (
            <button type="button" onClick={() => session.retry()}>
              Try again
            </button>
          ) : null}
        </div>
      )}
      {messages.map((text) => (
        <p key={text} class="message warning">
          {text}
        </p>
      ))}
    </div>
  );
  const parts = {
    stories: <StoryChoice key="stories" state={state} onGo={go} />,
    settings: <Settings key="settings" state={state} onChange={change} isOpen={told === null} />,
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
              failure={failures[side]}
              nothing={nothing}
              steps={measured[side]?.steps ?? 0}
            />
          ))}
        </div>
      </section>
    ),
    stage: (
      <div key="stage" id="stage" class="stage">
        {told === null ? null : <StoryPanel {...{ state, told, losses }} onGo={go} />}
        {told === null ? null : messagesOfPage}
        <section id="views" aria-labelledby="figures-title" aria-busy={isBusy}>
          <div class="toolbar">
            <h2 id="figures-title" tabIndex={-1}>
              Figures
            </h2>
            <Chips
              label="View"
              choices={Object.entries(VIEWS)}
              chosen={state.view}
              onChoose={(view) => session.look({ ...state, view: view as ViewName })}
            />
            {told === null ? training : null}
            <span class="working">{saysWorking ? working : ''}</span>
          </div>
          <div class={staleness}>
            <Figures
              view={state.view}
              first={told?.figure}
              {...{ probes, names, cursor, nothing }}
              onCursor={speak}
              beside={taken === 0 ? null : <LossFigure losses={losses} say={(text) => live.say(text)} />}
            />
          </div>
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
        {told === null ? [stories, settings, messagesOfPage, verdicts, stage] : [stories, stage, verdicts, settings]}
        <CodePanel
          programs={currentPrograms(programs, keys)}
          names={names}
          isOpen={isCodeOpen}
          onOpen={setCodeOpen}
          say={(text) => live.say(text)}
        />
        <Glossary />
      </main>
      <footer>
        <p>
          The address holds the settings, the view, the story and the steps of training: copy it to share this moment.
          Nothing leaves your browser. <span id="kernels">{kernels === '' ? '' : `Kernels: ${kernels}.`}</span>
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
  const verdicts = SIDES.map(
    (side) =>
      `${side}: ${names[side]}, ${probes[side] === undefined ? 'not measured' : verdictOf(probes[side]).verdict}`,
  );
  return `${verdicts.join('; ')}. ${losses.left.length === 0 ? '' : describeLosses(losses)}`;
}

function currentPrograms(programs: Seen['programs'], keys: Readonly<Record<Side, string>>): BySide<Programs> {
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
// The page is laid out in a task of its own, after that of the scripts. If that fails, the text for this case stays.
setTimeout(() => {
  const page = document.createElement('div');
  page.id = 'page';
  render(<Page />, page);
  root?.replaceWith(page);
});
