import { EventEmitter } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { describe, expect, it } from '@jest/globals';
import { Crew } from '../../src/node/Crew.js';
import type { FillRequest } from '../../src/node/FillTask.js';
import { elementsIn } from '../../src/node/fillBuffer.js';
import { TaskDrawer } from '../../src/node/TaskDrawer.js';
import { finish } from '../../src/random/Steps.js';
import { numelOf } from '../../src/tensor/Shape.js';
import { type ErrandDraw, errandOf } from './errand.js';

/** Stands for another thread, one that has an answer whenever the event loop turns. */
class QuickHelper extends EventEmitter {
  private readonly drawer = new TaskDrawer();

  postMessage({ tasks, buffer }: FillRequest): void {
    setImmediate(() => {
      const outcomes = elementsIn(buffer, tasks).map((data, i) => finish(this.drawer.draw(tasks[i], data)));
      this.emit('message', { outcomes, buffer });
    });
  }

  async terminate(): Promise<number> {
    return 0;
  }
}

/** A crew of this thread and one other, and a log of who has drawn what. */
function setUp() {
  const log: string[] = [];
  const crew = new Crew(2, () => new QuickHelper() as unknown as Worker, 300);
  const errand = (path: string, cost: number, draw: Partial<ErrandDraw> = {}) =>
    errandOf(path, cost, {
      ...draw,
      memory: () => {
        log.push(`${path} here`);
        return new Float32Array(numelOf(draw.shape ?? [250]));
      },
      deliver: () => void log.push(`${path} there`),
      settle: () => void log.push(`${path} done`),
    });
  return { log, crew, errand };
}

describe('Crew', () => {
  it('draws in this thread only while no answers come', async () => {
    const { log, crew, errand } = setUp();
    const size = [2 ** 18 - 1];
    crew.takeOn(Array.from({ length: 20 }, (_, i) => errand(String(i), 100, { shape: size })));
    await crew.finished();
    const drawn = log.filter((entry) => !entry.endsWith('done'));
    // The helper takes over half of what is left here, again and again, while that is worth a jump.
    expect(drawn).toEqual([
      ...[10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 5, 6, 7, 8, 9, 2, 3, 4].map((i) => `${i} there`),
      '0 here',
      '1 here',
    ]);
    await crew.dismiss();
  });

  it('gives an urgent errand to who is free first', async () => {
    const { log, crew, errand } = setUp();
    const outcome = await crew.hurry(errand('first', 1));
    expect([outcome.words, log]).toEqual([250, ['first here', 'first done']]);
    const law = { kind: 'orthogonal', gain: 1 } as const;
    crew.takeOn([errand('long', 1e6, { law, shape: [200, 200] })]);
    while (!log.includes('long here')) await new Promise((resume) => void setImmediate(resume));
    await crew.hurry(errand('second', 1));
    await crew.finished();
    expect(log.slice(2)).toEqual(['long here', 'second there', 'second done', 'long done']);
    await crew.dismiss();
  });

  it('ends with what went wrong here or when it was delivered', async () => {
    const wrong = () => {
      throw new RangeError('no memory');
    };
    for (const errands of [
      [errandOf('a', 1, { memory: wrong })],
      [errandOf('a', 400), errandOf('b', 400, { deliver: wrong })],
    ]) {
      const { crew } = setUp();
      crew.takeOn(errands);
      await expect(crew.finished()).rejects.toThrow('no memory');
      expect(() => crew.check()).toThrow('no memory');
      await crew.dismiss();
    }
  });
});
