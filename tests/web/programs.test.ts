import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { nn } from '../../src/index.js';
import { Network } from '../../web/Network.js';
import { isFullRun } from '../isFullRun.js';
import { runSnippets } from '../snippets/runSnippets.js';
import { CASES, programsOf } from './programCases.js';

interface Golden {
  readonly cases: Readonly<
    Record<string, { program: string; weights: string; first: Readonly<Record<string, readonly number[]>> }>
  >;
}

const golden: Golden = JSON.parse(readFileSync(new URL('../golden/playground.json', import.meta.url), 'utf8'));

/** Prints the hash of all parameters of `net`. */
const PRINT = `
const hash = createHash('sha256');
for (const parameter of net.parameters()) hash.update(new Uint8Array(Float32Array.from(parameter.data as Float32Array).buffer));
console.log(hash.digest('hex'));
`;

function shownNet(each: (typeof CASES)[number]): nn.Module {
  const take = () => {
    throw new Error('no examples are needed');
  };
  return new Network(each.state, each.start, take).write();
}

function hashOf(net: nn.Module): string {
  const hash = createHash('sha256');
  for (const parameter of net.parameters()) {
    hash.update(new Uint8Array(Float32Array.from(parameter.data as Float32Array).buffer));
  }
  return hash.digest('hex');
}

describe('programs of the playground', () => {
  it('gives the weights of the page by its TypeScript', () => {
    const cases = isFullRun ? CASES : CASES.filter((_, i) => i % 4 === 0);
    const runs = runSnippets(
      cases.map((each, i) => ({
        origin: `case-${i}`,
        code: `import { createHash } from 'node:crypto';\n${programsOf(each).typescript}${PRINT}`,
      })),
    );
    const wrong = runs.flatMap(({ typeErrors, printed, error }, i) => {
      const expected = hashOf(shownNet(cases[i]));
      const found = printed.map(({ text }) => text.trim()).join();
      return typeErrors.length === 0 && error === null && found === expected
        ? []
        : [{ name: cases[i].name, typeErrors, error, found, expected }];
    });
    expect(wrong).toEqual([]);
  });

  for (const each of CASES) {
    it(`gives the weights of the page by its PyTorch: ${each.name}`, () => {
      const found = golden.cases[each.name];
      // The golden file is of this very program; if not, makePlayground.py writes it again.
      expect(createHash('sha256').update(programsOf(each).pytorch).digest('hex')).toBe(found.program);
      const net = shownNet(each);
      if (each.start.policy !== 'orthogonal' && each.start.policy !== 'ppo') expect(hashOf(net)).toBe(found.weights);
      for (const [path, parameter] of net.namedParameters()) {
        const first = Array.from(parameter.data as Float32Array).slice(0, 4);
        found.first[path].forEach((value, i) => {
          expect(Math.abs(first[i] - value)).toBeLessThan(5e-6);
        });
      }
    });
  }
});
