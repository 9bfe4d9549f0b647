import { EventEmitter } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { FillExecutor } from '../../src/node/threads/FillExecutor.js';
import type { FillTask } from '../../src/node/threads/FillTask.js';
import { WorkerPool } from '../../src/node/threads/WorkerPool.js';
import { finish } from '../../src/random/Steps.js';
import { type TaskDraw, taskOf } from './taskOf.js';

/** Replaces a worker thread. It draws in this thread and responds in the next turn of the event loop. */
class ImmediateWorker extends EventEmitter {
  private readonly executor = new FillExecutor();

  postMessage(tasks: readonly FillTask[]): void {
    setImmediate(() => this.emit('message', { results: tasks.map((task) => finish(this.executor.draw(task))) }));
  }

  async terminate(): Promise<number> {
    return 0;
  }
}

/** A pool of this thread and one worker, and a log of what was given out and drawn. */
function setUp() {
  const log: string[] = [];
  const pool = new WorkerPool(2, () => new ImmediateWorker() as unknown as Worker, 300);
  const task = (path: string, cost: number, draw: Partial<TaskDraw> = {}) =>
    taskOf(path, cost, {
      ...draw,
      onBegin: () => void log.push(`${path} begins`),
      complete: () => void log.push(`${path} done`),
    });
  return { log, pool, task };
}

// The clock counts its readings, so that this thread draws one step per turn of the event loop, however fast it is.
beforeEach(() => {
  let readings = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => 2 * readings++);
});
afterEach(() => void jest.restoreAllMocks());

describe('WorkerPool', () => {
  it('draws in this thread only while no responses come', async () => {
    const { log, pool, task } = setUp();
    // Each task is a request of its own. A constant takes the least time.
    const draw = { law: { kind: 'constant', value: 1 }, shape: [250] } as const;
    pool.enqueue(Array.from({ length: 20 }, (_, i) => task(String(i), 5e6, draw)));
    await pool.finished();
    const drawn = log.filter((entry) => entry.endsWith('done')).map((entry) => entry.split(' ')[0]);
    // The worker takes half of the work that is left here, again and again, while that justifies a jump.
    expect(drawn.slice(0, 10)).toEqual(Array.from({ length: 10 }, (_, i) => String(i + 10)));
    expect([...drawn].sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 20 }, (_, i) => String(i)));
    await pool.terminate();
  });

  it('gives an urgent task to the first idle thread', async () => {
    const { log, pool, task } = setUp();
    const result = await pool.prioritize(task('first', 1));
    expect([result.elements?.length, log]).toEqual([250, ['first begins', 'first done']]);
    const law = { kind: 'orthogonal', gain: 1 } as const;
    pool.enqueue([task('long', 1e6, { law, shape: [200, 200] })]);
    while (!log.includes('long begins')) await new Promise((resume) => void setImmediate(resume));
    await pool.prioritize(task('second', 1));
    await pool.finished();
    expect(log.slice(2)).toEqual(['long begins', 'second begins', 'second done', 'long done']);
    await pool.terminate();
  });

  it('ends with the error of a task, in this thread or when elements are received', async () => {
    const wrong = () => {
      throw new RangeError('no memory');
    };
    for (const tasks of [
      [taskOf('a', 1, { begin: wrong })],
      [taskOf('a', 400), taskOf('b', 400, { complete: wrong })],
    ]) {
      const { pool } = setUp();
      pool.enqueue(tasks);
      await expect(pool.finished()).rejects.toThrow('no memory');
      expect(() => pool.check()).toThrow('no memory');
      await pool.terminate();
    }
  });

  it('leaves out tasks that nobody needs when a thread gets them', async () => {
    const { log, pool, task } = setUp();
    pool.enqueue([
      ...[0, 1, 2].map((i) => taskOf(`none ${i}`, 400, { begin: () => null })),
      task('some', 400),
      taskOf('no more', 400, { begin: () => null }),
    ]);
    await pool.finished();
    expect(log).toEqual(['some begins', 'some done']);
    await pool.terminate();
  });

  it('draws what is held one after another where both would be too much, in any thread', async () => {
    const log: string[] = [];
    const pool = new WorkerPool(2, () => new ImmediateWorker() as unknown as Worker, 300, 100);
    const task = (path: string, held: number) =>
      taskOf(path, 400, {
        held,
        onBegin: () => void log.push(`${path} begins`),
        complete: () => void log.push(`${path} done`),
      });
    pool.enqueue(Array.from({ length: 6 }, (_, i) => task(`${i}`, 60)));
    await pool.finished();
    expect(log).toHaveLength(12);
    for (let i = 0; i < log.length; i += 2) {
      expect(log[i + 1]).toBe(log[i].replace('begins', 'done'));
    }
    await pool.terminate();
  });

  it('is finished when a fill turns out to have no tasks', async () => {
    const { pool } = setUp();
    pool.enqueue([{ cost: 1, isLocal: false, tasks: () => [] }]);
    await pool.finished();
    await pool.terminate();
  });
});
