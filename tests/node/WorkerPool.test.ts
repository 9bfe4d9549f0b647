import { EventEmitter } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { FillExecutor } from '../../src/node/FillExecutor.js';
import { elementsIn, type FillRequest } from '../../src/node/FillPiece.js';
import { WorkerPool } from '../../src/node/WorkerPool.js';
import { finish } from '../../src/random/Steps.js';
import { numelOf } from '../../src/tensor/Shape.js';
import { type TaskDraw, taskOf } from './taskOf.js';

/** Replaces a worker thread. It draws in this thread and responds in the next turn of the event loop. */
class ImmediateWorker extends EventEmitter {
  private readonly executor = new FillExecutor();

  postMessage({ pieces, buffer }: FillRequest): void {
    setImmediate(() => {
      const results = elementsIn(buffer, pieces).map((data, i) => finish(this.executor.draw(pieces[i], data)));
      this.emit('message', { results, buffer });
    });
  }

  async terminate(): Promise<number> {
    return 0;
  }
}

/** A pool of this thread and one worker, and a log of which thread drew what. */
function setUp() {
  const log: string[] = [];
  const pool = new WorkerPool(2, () => new ImmediateWorker() as unknown as Worker, 300);
  const task = (path: string, cost: number, draw: Partial<TaskDraw> = {}) =>
    taskOf(path, cost, {
      ...draw,
      destination: () => {
        log.push(`${path} here`);
        return new Float32Array(numelOf(draw.shape ?? [250]));
      },
      receive: () => void log.push(`${path} there`),
      complete: () => void log.push(`${path} done`),
    });
  return { log, pool, task };
}

// The clock counts its readings, so that this thread draws one step per turn of the event loop, however fast it is.
beforeEach(() => {
  let readings = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => readings++ / 4);
});
afterEach(() => void jest.restoreAllMocks());

describe('WorkerPool', () => {
  it('draws in this thread only while no responses come', async () => {
    const { log, pool, task } = setUp();
    // Each piece fills a buffer. A constant takes the least time.
    const draw = { law: { kind: 'constant', value: 1 }, shape: [2 ** 18 - 1] } as const;
    pool.enqueue(Array.from({ length: 20 }, (_, i) => task(String(i), 100, draw)));
    await pool.finished();
    const drawn = log.filter((entry) => !entry.endsWith('done'));
    // The worker takes half of the work that is left here, again and again, while that justifies a jump.
    expect(drawn).toEqual([
      ...[10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 5, 6, 7, 8, 9, 2, 3, 4].map((i) => `${i} there`),
      '0 here',
      '1 here',
    ]);
    await pool.terminate();
  });

  it('gives an urgent task to the first idle thread', async () => {
    const { log, pool, task } = setUp();
    const result = await pool.prioritize(task('first', 1));
    expect([result.words, log]).toEqual([250, ['first here', 'first done']]);
    const law = { kind: 'orthogonal', gain: 1 } as const;
    pool.enqueue([task('long', 1e6, { law, shape: [200, 200] })]);
    while (!log.includes('long here')) await new Promise((resume) => void setImmediate(resume));
    await pool.prioritize(task('second', 1));
    await pool.finished();
    expect(log.slice(2)).toEqual(['long here', 'second there', 'second done', 'long done']);
    await pool.terminate();
  });

  it('ends with the error of a task, in this thread or when elements are received', async () => {
    const wrong = () => {
      throw new RangeError('no memory');
    };
    for (const tasks of [
      [taskOf('a', 1, { destination: wrong })],
      [taskOf('a', 400), taskOf('b', 400, { receive: wrong })],
    ]) {
      const { pool } = setUp();
      pool.enqueue(tasks);
      await expect(pool.finished()).rejects.toThrow('no memory');
      expect(() => pool.check()).toThrow('no memory');
      await pool.terminate();
    }
  });
});
