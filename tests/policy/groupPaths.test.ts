import { describe, expect, it } from '@jest/globals';
import * as init from '../../src/init.js';
import * as nn from '../../src/nn.js';
import { definePolicy } from '../../src/policy/definePolicy.js';
import { explainPolicy } from '../../src/policy/explainPolicy.js';
import { groupPaths } from '../../src/policy/groupPaths.js';
import { parameter } from '../../src/policy/rule.js';

const numbered = <T>(count: number, path: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => path(i));

describe('groupPaths', () => {
  it('leaves short lists as they are', () => {
    const paths = numbered(8, (i) => `${i}.weight`);
    expect(groupPaths(paths)).toEqual(paths);
    expect(groupPaths([])).toEqual([]);
  });

  it('joins the paths of a long list that differ only in one number', () => {
    expect(groupPaths(numbered(12, (i) => `layers.${i}.weight`))).toEqual(['layers.{0–11}.weight']);
    expect(
      groupPaths(['embed.weight', ...numbered(6, (i) => [`l.${i}.weight`, `l.${i}.bias`]).flat(), 'head.bias']),
    ).toEqual(['embed.weight', 'l.{0–5}.weight', 'l.{0–5}.bias', 'head.bias']);
  });

  it('joins several numbers if all their combinations occur', () => {
    const blocks = numbered(3, (i) => numbered(4, (j) => `s.${i}.${j}.w`)).flat();
    expect(groupPaths(blocks)).toEqual(['s.{0–2}.{0–3}.w']);
    expect(groupPaths(blocks.slice(0, -1))).toEqual(['s.{0–1}.{0–3}.w', 's.2.{0–2}.w']);
  });

  it('leaves gaps, and names that are not whole numbers, apart', () => {
    expect(groupPaths(['0', '1', '3', '4', '6', '01', 'a', '-1', '1.5', '7'])).toEqual([
      '{0–1}',
      '{3–4}',
      '{6–7}',
      '01',
      'a',
      '-1',
      '1.5',
    ]);
  });

  it('shortens what plans print, and leaves their data whole', () => {
    const model = new nn.Sequential(...numbered(10, (i) => i).map(() => new nn.Linear(1, 1)));
    const policy = definePolicy('p', [parameter('0.weight', init.zeros())]);
    const plan = explainPolicy(model, policy);
    expect(String(plan)).toContain('\nuncovered parameters, left as they were: {0–9}.bias, {1–9}.weight');
    expect(plan.uncovered).toHaveLength(19);
    expect(() => explainPolicy(model, policy, { strict: true })).toThrow('\n\tno rule applies to {1–9}.weight');
  });
});
