import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { readState } from '../../web/address.js';
import { keyOf } from '../../web/keyOf.js';
import { Session } from '../../web/Session.js';
import { SIDES, type State } from '../../web/state.js';
import { fakeWorkers, PROGRAMS } from './fakeWorker.js';

/** A page at an address, its workers, and the states that it put into the address. */
function open(hash: string) {
  const { started, start } = fakeWorkers();
  const states: State[] = [];
  const session = new Session(readState(hash), start, (state) => states.push(state));
  return { session, started, states, worker: started[0] };
}

const SECOND = 1000;

describe('Session', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('asks once for what an address says, with its steps', () => {
    const { session, worker } = open('depth=4&steps=20');
    expect(worker.wishes).toMatchObject([{ least: 20, most: 20, state: { depth: 4 } }]);
    worker.ready().train(7);
    expect(session.seen).toMatchObject({ work: 'computing', training: 'rest', kernels: 'simd: a test' });
    worker.fulfil();
    expect(session.seen).toMatchObject({ work: 'none', state: { steps: 20 } });
    expect(worker.wishes.length).toBe(1);
  });

  it('goes on to the same steps when another view or another state with the same steps is asked for', () => {
    const { session, worker } = open('depth=4&steps=20');
    worker.ready().train(5);
    session.look({ ...session.seen.state, view: 'spectrum' });
    expect(worker.wish).toMatchObject({ least: 20, most: 20, state: { view: 'spectrum' } });
    session.visit(readState('story=zeros&step=2'));
    expect(worker.wish).toMatchObject({ least: 60, most: 60, state: { left: { policy: 'zeros' } } });
  });

  it('keeps a measurement that an older wish asked for, because the worker does not make it again', () => {
    const { session, worker } = open('depth=4');
    worker.ready();
    const { id, state } = worker.wish;
    const left = { ...state.left, policy: 'zeros' } as const;
    session.show({ ...state, left });
    const measured = {
      side: 'right',
      key: keyOf(state, state.right),
      steps: 0,
      probe: {} as never,
      hasSpectra: false,
    } as const;
    worker.say({ id, kind: 'measured', measured });
    expect(session.seen.measured.right).toEqual(measured);
    // What else an older wish says is out of date.
    worker.say({ id, kind: 'done', steps: 7 });
    expect(session.seen).toMatchObject({ work: 'computing', state: { steps: 0, left } });
  });

  it('keeps the steps of a training that was paused in the state', () => {
    const { session, worker, states } = open('depth=4');
    worker.ready().fulfil();
    session.train();
    expect(worker.wish).toMatchObject({ least: 2000, most: 2000 });
    worker.train(138);
    session.look({ ...session.seen.state, view: 'weights' });
    expect(session.seen.training).toBe('endless');
    session.pause();
    expect(worker.wish).toMatchObject({ least: 138, most: 2000 });
    // Until the worker has paused, another view loses nothing.
    session.look({ ...session.seen.state, view: 'gradients' });
    expect(session.seen.losses.left.length).toBe(138);
    worker.fulfil(140);
    expect(session.seen).toMatchObject({ training: 'rest', work: 'none', state: { steps: 140, view: 'gradients' } });
    expect(states.at(-1)).toMatchObject({ steps: 140 });
    session.step();
    expect(worker.wish).toMatchObject({ least: 141, most: 141 });
    session.show({ ...session.seen.state, steps: 0 });
    expect(session.seen.losses.left).toEqual([]);
  });

  it('takes one step further while a training ends, and each of many quick steps', () => {
    const { session, worker } = open('');
    worker.ready().fulfil();
    for (let i = 0; i < 6; i++) session.step();
    expect(worker.wish).toMatchObject({ least: 6, most: 6 });
    worker.fulfil();
    session.train();
    worker.train(30);
    session.step();
    expect(worker.wish).toMatchObject({ least: 31, most: 2000 });
  });

  it('keeps a training, a measurement and a wait for programs apart', () => {
    const { session, worker, started } = open('depth=4&width=64');
    worker.ready().fulfil();
    session.wantPrograms(true);
    const codes = () => worker.requests.filter(({ kind }) => kind === 'code').length;
    expect(codes()).toBe(2);
    // Programs are no computation: nothing waits for them.
    jest.advanceTimersByTime(60 * SECOND);
    expect(started.length).toBe(1);
    session.train();
    worker.train(138);
    session.wantPrograms(false);
    session.wantPrograms(true);
    worker.train(139);
    expect(session.seen.losses.left.length).toBe(139);
    worker.answer({ kind: 'done', steps: 139 });
    expect(session.seen.work).toBe('none');
    // Another seed asks for other programs, and the work on it ends as it does without them.
    session.show({ ...session.seen.state, seed: 1 });
    worker.fulfil();
    expect(session.seen.work).toBe('none');
    jest.advanceTimersByTime(60 * SECOND);
    expect(started.length).toBe(1);
    const { state } = session.seen;
    for (const side of SIDES) worker.say({ kind: 'code', side, key: keyOf(state, state[side]), programs: PROGRAMS });
    expect(session.seen.programs.left).toMatchObject({ key: keyOf(state, state.left), programs: PROGRAMS });
    const before = codes();
    session.step();
    expect(codes()).toBe(before);
  });

  it('replaces a worker that computes in silence, and asks the next one for everything again', () => {
    const { session, started } = open('seed=3&steps=3');
    started[0].ready().fulfil();
    session.train();
    session.wantPrograms(true);
    started[0].train(10);
    jest.advanceTimersByTime(19 * SECOND);
    expect(started.length).toBe(1);
    jest.advanceTimersByTime(1 * SECOND);
    expect(started.map(({ isAlive }) => isAlive)).toEqual([false, true]);
    expect(started[1].wishes).toMatchObject([{ least: 2000, state: { seed: 3 } }]);
    expect(started[1].requests.length).toBe(3);
    expect(session.seen.notices).toEqual([expect.stringContaining('trains both networks again, to step 10')]);
    // What the dead one still says is not heard.
    started[0].train(11);
    expect(session.seen.losses.left.length).toBe(10);
    // A pause of which the next worker hears has the steps that were seen.
    started[1].ready().train(12);
    session.pause();
    started[1].die('no memory');
    expect(session.seen.failures.page?.message).toContain('stopped 2 times in a row: no memory');
  });

  it('does not count the time in which a file is loaded', () => {
    const { session, worker, started } = open('network=lenet5');
    jest.advanceTimersByTime(60 * SECOND);
    worker.ready().answer({ kind: 'loading' });
    expect(session.seen.work).toBe('loading');
    jest.advanceTimersByTime(60 * SECOND);
    expect(started.length).toBe(1);
    worker.answer({ kind: 'working' });
    expect(session.seen.work).toBe('computing');
    jest.advanceTimersByTime(20 * SECOND);
    expect(started.length).toBe(2);
  });

  it('stops after two programs that cannot be loaded, and tries again when it is asked', () => {
    const { session, started } = open('steps=5');
    started[0].die();
    expect(session.seen.notices).toEqual([]);
    started[1].die();
    expect(started.length).toBe(2);
    expect(session.seen).toMatchObject({
      work: 'none',
      state: { steps: 5 },
      failures: { page: { message: expect.stringContaining('could not be loaded'), canRetry: true } },
    });
    jest.advanceTimersByTime(60 * SECOND);
    expect(started.length).toBe(2);
    session.retry();
    expect(session.seen).toMatchObject({ work: 'computing', failures: {} });
    started[2].ready().fulfil();
    expect(session.seen).toMatchObject({ work: 'none', state: { steps: 5 } });
  });

  it('says that a browser starts no worker', () => {
    const refuse = () => {
      throw new ReferenceError('Worker is not defined');
    };
    const session = new Session(readState(''), refuse, () => {});
    const { failures, work } = session.seen;
    expect(failures.page?.message).toContain('does not start the worker that computes (Worker is not defined)');
    expect(work).toBe('none');
  });

  it('clears an error of the page when the same is asked for again', () => {
    const { session, worker } = open('network=lenet5&steps=2');
    worker.ready().answer({ kind: 'failed', failure: { message: 'no digits', canRetry: true } });
    expect(session.seen).toMatchObject({ work: 'none', failures: { page: { message: 'no digits' } } });
    session.retry();
    expect(worker.wish).toMatchObject({ least: 2 });
    worker.answer({ kind: 'failed', failure: { message: 'no digits', canRetry: true } });
    session.show({ ...session.seen.state, steps: 0 });
    expect(session.seen.failures).toEqual({});
    expect(worker.wishes.length).toBe(3);
  });

  it('shows one side when the other fails', () => {
    const { session, worker } = open('left.policy=truncNormal&left.std=0&steps=4');
    worker.ready().answer({ kind: 'sideFailed', side: 'left', failure: { message: 'σ is 0', canRetry: false } });
    worker.answer({ kind: 'trained', losses: { left: [], right: [4, 3, 2, 1] } });
    worker.answer({ kind: 'done', steps: 4 });
    expect(session.seen).toMatchObject({
      failures: { left: { message: 'σ is 0' } },
      work: 'none',
      state: { steps: 4 },
    });
    expect(session.seen.failures.page).toBeUndefined();
    session.show({ ...session.seen.state, left: session.seen.state.right });
    expect(session.seen.failures).toEqual({});
  });
});
