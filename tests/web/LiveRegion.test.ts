import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { LiveRegion } from '../../web/LiveRegion.js';

describe('LiveRegion', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('says the last of many messages, at most one in 300 ms', () => {
    const said: { at: number; message: string }[] = [];
    const region = new LiveRegion((message) => said.push({ at: Date.now(), message }));
    for (let i = 0; i < 100; i++) {
      region.say(String(i));
      jest.advanceTimersByTime(40);
    }
    jest.advanceTimersByTime(1000);
    expect(said.at(-1)?.message).toBe('99');
    for (let i = 1; i < said.length; i++) expect(said[i].at - said[i - 1].at).toBeGreaterThanOrEqual(300);
    expect(said.length).toBeGreaterThan(3);
  });
});
