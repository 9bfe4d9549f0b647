import { describe, expect, it } from '@jest/globals';
import { readState } from '../../web/address.js';
import type { Seen } from '../../web/Session.js';
import { storyOf } from '../../web/storyOf.js';

/** What is told at an address when the networks have had a number of steps. */
function tell(hash: string, taken: number, training: 'rest' | 'endless' = 'rest', failures: Seen['failures'] = {}) {
  const losses = new Array<number>(taken).fill(1);
  return storyOf({ state: readState(hash).state, losses: { left: losses, right: losses }, training, failures });
}

describe('storyOf', () => {
  it('tells a step as true once the networks have had its steps', () => {
    expect(tell('story=residual&step=2', 7)).toMatchObject({
      step: 2,
      truth: 'training',
      text: 'Both networks are trained: 7 of 20 steps …',
    });
    expect(tell('story=residual&step=2', 20)).toMatchObject({ truth: 'true' });
    expect(tell('', 0)).toBeNull();
    const failures = { page: { message: 'no digits', canRetry: true } };
    expect(tell('story=residual&step=2', 0, 'rest', failures)).toMatchObject({
      truth: 'training',
      text: 'Both networks should be trained: 0 of 20 steps …',
    });
  });

  it('says that settings, the learning rate or the steps were changed, but not for another view', () => {
    for (const part of ['seed=1', 'left.policy=pytorch', 'rate=1', 'steps=5', 'depth=5', 'network=gpt']) {
      expect(tell(`story=zeros&step=2&${part}`, 60)).toMatchObject({ truth: 'changed' });
    }
    expect(tell('story=zeros&step=2', 61, 'endless')).toMatchObject({ truth: 'changed' });
    expect(tell('story=zeros&step=2&view=weights', 60)).toMatchObject({ truth: 'true' });
  });
});
