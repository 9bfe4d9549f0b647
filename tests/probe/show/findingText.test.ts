import { describe, expect, it } from '@jest/globals';
import { capitalized, findingText, sentence } from '../../../src/probe/show/findingText.js';

describe('the sentences of a finding', () => {
  const finding = { id: 'gain', severity: 'note', path: 'fc', figure: 'gain' } as const;

  it('keep the names of layers as they are', () => {
    const texts = { seen: 'fc doubles the mean square', expected: 'a factor near 1', why: 'fc is wide', advice: '' };
    expect(findingText({ ...finding, ...texts })).toEqual({
      fact: 'fc doubles the mean square. Expected: a factor near 1.',
      why: 'fc is wide.',
      advice: '',
    });
  });

  it('have one stop, and a capital where the word “expected” begins one', () => {
    const texts = { seen: 'Is it?', expected: 'expected at most 3', why: 'So.', advice: 'Stop!' };
    expect(findingText({ ...finding, ...texts }).fact).toBe('Is it? Expected at most 3.');
    expect(sentence(' a ')).toBe('a.');
    expect(capitalized('')).toBe('');
  });
});
