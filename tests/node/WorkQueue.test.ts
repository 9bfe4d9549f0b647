import { describe, expect, it } from '@jest/globals';
import { WorkQueue } from '../../src/node/threads/WorkQueue.js';
import { taskOf } from './taskOf.js';

/** Tasks of the same cost with the paths 0, 1, 2, …. */
const row = (count: number, cost: number) => Array.from({ length: count }, (_, i) => taskOf(`${i}`, cost));

const [CALLER, A, B, C] = [{}, {}, {}, {}];

const queueOf = (leastWorkForThread: number, leastWorkForJump: number, mostHeld = 0) =>
  new WorkQueue(CALLER, { leastWorkForThread, leastWorkForJump, mostHeld });

/** The paths of the tasks that a thread takes. */
const taken = (queue: WorkQueue, thread: object, budget = 0, isIdle = true) =>
  queue
    .take(thread, budget, isIdle)
    .map(({ path }) => path)
    .join(' ');

describe('WorkQueue', () => {
  it('gives each thread a segment, in the order of the stream, and no more segments than justify a thread', () => {
    const queue = queueOf(100, 10);
    queue.enqueue(row(8, 50), 2);
    expect(queue.startable).toBe(2);
    expect([taken(queue, A), taken(queue, B), taken(queue, A, 100), taken(queue, B)]).toEqual(['0', '4', '1 2', '5']);
    queue.enqueue(row(3, 50), 9);
    expect(queue.startable).toBe(1);
  });

  it('lets an idle thread take half of the remaining work of another one if that justifies a jump', () => {
    const queue = queueOf(1000, 10);
    queue.enqueue(row(8, 10), 3);
    expect([taken(queue, A), taken(queue, B), taken(queue, B), taken(queue, C)]).toEqual(['0', '4', '5', '2']);
    expect([taken(queue, A), taken(queue, A), taken(queue, C), taken(queue, C)]).toEqual(['1', '', '3', '']);
    expect([taken(queue, B), taken(queue, B), taken(queue, B)]).toEqual(['6', '7', '']);
  });

  it('lets an idle thread take a single long task that another one has not started', () => {
    const queue = queueOf(1000, 10);
    queue.enqueue([taskOf('long', 900), taskOf('longer', 950)], 2);
    expect([taken(queue, A), taken(queue, B), taken(queue, A)]).toEqual(['long', 'longer', '']);
  });

  it('gives an urgent task to the first idle thread, and nothing to other threads until then', () => {
    const queue = queueOf(100, 10);
    queue.enqueue(row(4, 100), 2);
    taken(queue, A);
    queue.prioritize(taskOf('urgent', 1));
    expect(queue.startable).toBe(2);
    expect([taken(queue, A, 0, false), taken(queue, B), taken(queue, A, 0, false)]).toEqual(['', 'urgent', '1']);
    // Only an idle thread starts a waiting segment.
    expect([taken(queue, A, 0, false), taken(queue, B)]).toEqual(['', '2']);
  });

  it('keeps a reserved segment for its thread', () => {
    const queue = queueOf(100, 10);
    queue.enqueue(row(4, 100), 2);
    queue.reserve(B);
    expect(queue.startable).toBe(1);
    expect([taken(queue, A), taken(queue, B)]).toEqual(['2', '0']);
  });

  it('gives tasks in memory that is not shared to the calling thread only, and first', () => {
    const queue = queueOf(100, 10);
    queue.enqueue([...row(2, 100), taskOf('own', 900, { isLocal: true })], 2);
    queue.prioritize(taskOf('urgent', 1, { isLocal: true }));
    expect(queue.startable).toBe(2);
    expect([taken(queue, A), taken(queue, CALLER), taken(queue, A), taken(queue, CALLER)]).toEqual([
      '',
      'urgent',
      '0',
      'own',
    ]);
    expect([taken(queue, A), taken(queue, CALLER)]).toEqual(['1', '']);
  });

  it('makes the tasks of a fill when a thread reaches it, or when a segment ends in it', () => {
    const made: string[] = [];
    const group = (name: string, count: number) => ({
      cost: count * 10,
      isLocal: false,
      tasks: () => {
        made.push(name);
        return Array.from({ length: count }, (_, i) => taskOf(`${name}${i}`, 10));
      },
    });
    const queue = queueOf(20, 10);
    expect(queue.isEmpty).toBe(true);
    queue.enqueue([group('a', 2), group('b', 2), group('c', 4), group('d', 2), group('e', 2)], 2);
    expect([made, queue.startable, queue.isEmpty]).toEqual([['c'], 2, false]);
    expect([taken(queue, A, 20), made]).toEqual(['a0 a1', ['c', 'a']]);
    expect([taken(queue, A, 30), taken(queue, A, 30)]).toEqual(['b0 b1 c0', 'c1']);
    expect([taken(queue, B, 100), made]).toEqual(['c2 c3 d0 d1 e0 e1', ['c', 'a', 'b', 'd', 'e']]);
    expect(queue.isEmpty).toBe(true);
  });

  it('lets the tasks of all threads hold no more than the bound, and one alone more', () => {
    const queue = queueOf(1, 1, 100);
    queue.enqueue([taskOf('a', 100, { held: 60 }), taskOf('b', 100, { held: 50 })], 2);
    const [a] = queue.take(A, 0, true);
    expect([taken(queue, B), taken(queue, B)]).toEqual(['', '']);
    queue.release(a);
    const [b] = queue.take(B, 0, true);
    expect(b.path).toBe('b');
    queue.enqueue([taskOf('c', 100, { held: 200 }), taskOf('free', 100), taskOf('d', 100, { held: 50 })], 3);
    expect([taken(queue, C), taken(queue, A), taken(queue, B)]).toEqual(['', 'free', 'd']);
    expect(queue.isEmpty).toBe(false);
    queue.release(b);
    queue.release(b);
    expect([taken(queue, C), queue.isEmpty]).toEqual(['c', true]);
  });
});
