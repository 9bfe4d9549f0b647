import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { readState } from '../../web/address.js';
import { Visits } from '../../web/Visits.js';

/** A browser's history, as the hashes of its entries. */
function historyAt(hash: string) {
  const entries = [hash];
  const location = { hash };
  const history = {
    pushState: (_: null, __: string, entry: string) => {
      entries.push(entry);
      location.hash = entry;
    },
    replaceState: (_: null, __: string, entry: string) => {
      entries[entries.length - 1] = entry;
      location.hash = entry;
    },
  };
  return { entries, place: { history, location } };
}

const { state } = readState('');

describe('Visits', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('mends an address, without an entry of its own', () => {
    const { entries, place } = historyAt('#depth=900&story=zeros');
    const visits = new Visits(readState(place.location.hash).state, place);
    expect(entries).toEqual(['#v=1&story=zeros']);
    expect(visits.isTrue).toBe(true);
    place.location.hash = '#v=1&seed=4';
    expect(visits.isTrue).toBe(false);
  });

  it('makes an entry for each choice, and one for a number that is dragged or typed', () => {
    const { entries, place } = historyAt('#v=1');
    const visits = new Visits(state, place);
    visits.follow({ ...state, activation: 'Tanh' });
    visits.follow({ ...state, activation: 'GELU' });
    for (let depth = 11; depth < 20; depth++) {
      visits.follow({ ...state, activation: 'GELU', depth });
      jest.advanceTimersByTime(300);
    }
    visits.follow({ ...state, activation: 'GELU', depth: 19, width: 64 });
    jest.advanceTimersByTime(3000);
    visits.follow({ ...state, activation: 'GELU', depth: 19, width: 32 });
    expect(entries).toEqual([
      '#v=1',
      '#v=1&activation=Tanh',
      '#v=1&activation=GELU',
      '#v=1&depth=19&activation=GELU',
      '#v=1&depth=19&width=64&activation=GELU',
      '#v=1&depth=19&width=32&activation=GELU',
    ]);
  });

  it('does not write over an entry to which the reader has returned', () => {
    const { entries, place } = historyAt('#v=1');
    const visits = new Visits(state, place);
    visits.follow({ ...state, seed: 1 });
    place.location.hash = '';
    visits.arrive(state);
    expect(place.location.hash).toBe('');
    visits.follow({ ...state, seed: 2 });
    expect(entries.at(-1)).toBe('#v=1&seed=2');
    expect(entries.length).toBe(3);
  });

  it('follows a training in one entry, and makes one for a reset', () => {
    const { entries, place } = historyAt('#v=1');
    const visits = new Visits(state, place);
    for (const steps of [1, 2, 90]) visits.follow({ ...state, steps });
    visits.follow({ ...state, steps: 0 });
    expect(entries).toEqual(['#v=1&steps=90', '#v=1']);
  });
});
