import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { manualSeed } from 'initree';
import { probe } from 'initree/probe';
import { isFullRun } from '../isFullRun.js';
import { ZOO_STARTS } from './zooStarts.js';

const page = readFileSync(new URL('../../docs/probe.md', import.meta.url), 'utf8');

/** The rows of the table about the zoo: the network, the verdict, and the findings. */
const rows = new Map(
  page
    .slice(page.indexOf('## The zoo'))
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1)
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, name, verdict, findings]) => [name, `${verdict}: ${findings}`]),
);

describe('the zoo, each network with its own policy', () => {
  it('is in the table of the guide', () => {
    expect([...rows.keys()].sort()).toEqual(ZOO_STARTS.map(({ name }) => name).sort());
  });

  const starts = ZOO_STARTS.filter(({ isLarge }) => isFullRun || !isLarge);
  it.each(starts.map((start) => [start.name, start] as const))(
    '%s has the findings that the guide explains',
    (name, start) => {
      manualSeed(0);
      const { verdict, findings, failure } = probe(start.build(), { input: start.input(), policy: start.policy });
      expect(failure).toBeNull();
      const found = findings.map(({ severity, id, path }) => `${severity} \`${id}\` at \`${path}\``).join(', ');
      expect(`${verdict}: ${found || 'none'}`).toBe(rows.get(name));
    },
  );
});
