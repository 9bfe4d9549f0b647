import { describe, expect, it } from '@jest/globals';
import { Workload } from '../../src/node/Workload.js';
import { errandOf } from './errand.js';

/** Errands of the same cost, called 0, 1, 2, …. */
const row = (count: number, cost: number) => Array.from({ length: count }, (_, i) => errandOf(`${i}`, cost));

const [A, B, C] = [{}, {}, {}];

/** What somebody is given, of a kilobyte each. */
const taken = (work: Workload, who: object, room = 0, isFree = true) =>
  work
    .take(who, room, isFree)
    .map(({ path }) => path)
    .join(' ');

describe('Workload', () => {
  it('gives everybody a stretch in the order of the stream, as many as are worth a thread', () => {
    const work = new Workload(100, 10);
    work.add(row(8, 50), 2);
    expect(work.openings).toBe(2);
    expect([taken(work, A), taken(work, B), taken(work, A, 2000), taken(work, B)]).toEqual(['0', '4', '1 2', '5']);
    work.add(row(3, 50), 9);
    expect(work.openings).toBe(1);
  });

  it('lets somebody without work take half of what another one has left, where that is worth a jump', () => {
    const work = new Workload(1000, 10);
    work.add(row(8, 10), 3);
    expect([taken(work, A), taken(work, B), taken(work, B), taken(work, C)]).toEqual(['0', '4', '5', '2']);
    expect([taken(work, A), taken(work, A), taken(work, C), taken(work, C)]).toEqual(['1', '', '3', '']);
    expect([taken(work, B), taken(work, B), taken(work, B)]).toEqual(['6', '7', '']);
  });

  it('lets somebody without work take a single long errand that another one has not begun', () => {
    const work = new Workload(1000, 10);
    work.add([errandOf('long', 900), errandOf('longer', 950)], 2);
    expect([taken(work, A), taken(work, B), taken(work, A)]).toEqual(['long', 'longer', '']);
  });

  it('gives what is urgent to who is free first, and nothing to others until then', () => {
    const work = new Workload(100, 10);
    work.add(row(4, 100), 2);
    taken(work, A);
    work.hurry(errandOf('urgent', 1));
    expect(work.openings).toBe(2);
    expect([taken(work, A, 0, false), taken(work, B), taken(work, A, 0, false)]).toEqual(['', 'urgent', '1']);
    // What nobody has begun is for who can begin it at once.
    expect([taken(work, A, 0, false), taken(work, B)]).toEqual(['', '2']);
  });

  it('keeps a stretch for who will begin it', () => {
    const work = new Workload(100, 10);
    work.add(row(4, 100), 2);
    work.reserve(B);
    expect(work.openings).toBe(1);
    expect([taken(work, A), taken(work, B)]).toEqual(['2', '0']);
  });
});
