import { describe, expect, it } from '@jest/globals';
import { formatProbe } from '../../../src/probe/show/formatProbe.js';
import { renderProbe } from '../../../src/probe/show/renderProbe.js';
import { deepProbe, finding, lenetProbe, operation, probeOf, resnetProbe } from './probes.js';

describe('formatProbe', () => {
  it('annotates the printed model, and ends with the verdict and what to do', () => {
    const lines = formatProbe(lenetProbe(), { width: 120 }).split('\n');
    const start = lines.indexOf('LeNet5(');
    expect(lines.slice(start, start + 3)).toEqual([
      'LeNet5(',
      '  (conv1): Conv2d(3, 6, kernel_size=(5, 5), stride=(1, 1))     → 1.41 (1.41)   ← 1e-4 (1e-4)        ▁▁▄██▄▁▁',
      '    · relu                                                     → 0.773 (0.82)  ← 1.58e-4 (1.58e-4)  ▁▁▄██▄▁▁',
    ]);
    expect(lines).toContain('verdict: suspicious (1 warning)');
    expect(lines).toContain('  What to do: Let the last layer begin with init.normal(0, 0.01).');
  });

  it.each([60, 80, 120])('fits %i columns', (width) => {
    for (const probe of [lenetProbe(), deepProbe(), resnetProbe()]) {
      for (const all of [false, true]) {
        for (const line of formatProbe(probe, { width, all }).split('\n'))
          expect(line.length).toBeLessThanOrEqual(width);
      }
    }
  });

  it('folds repeated blocks, and shows the range of what was seen', () => {
    const text = formatProbe(deepProbe(), { width: 120 });
    expect(text).toContain('    (0, 2 … 98): Linear(in_features=512');
    expect(text).toMatch(/→ 5\.1e-8…1 \(/);
    const all = formatProbe(deepProbe(), { width: 120, all: true });
    expect(all.split('\n').filter((line) => line.includes('Linear('))).toHaveLength(50);
    const resnet = formatProbe(resnetProbe(), { width: 120 });
    expect(resnet).toContain('    (1–5): Bottleneck(');
  });

  it('names the uses of a shared module, and the functions that follow one', () => {
    const uses = ['act', 'act (2)', 'act → add'].map((label, i) =>
      operation(i, label, 'relu', { std: 1, path: 'act' }),
    );
    const text = formatProbe(
      probeOf('Net', {
        operations: uses,
        modules: [
          { path: '', name: '', text: 'Net()', depth: 0, operations: [] },
          { path: 'act', name: 'act', text: 'ReLU()', depth: 1, operations: [0, 1] },
        ],
      }),
      { width: 100 },
    );
    const [, first, second, third] = text.slice(text.indexOf('Net(')).split('\n');
    expect([first, second, third].map((line) => line.split('  →')[0].trimEnd())).toEqual([
      '  (act): ReLU()',
      '    · (2)',
      '    · add',
    ]);
  });

  it('colours pieces of text without changing them', () => {
    const roles = new Set<string>();
    const color = (text: string, role: string) => {
      roles.add(role);
      return text;
    };
    const probe = lenetProbe({ findings: [finding({ severity: 'error', path: 'conv1' })], verdict: 'broken' });
    expect(formatProbe(probe, { width: 100, color })).toBe(formatProbe(probe, { width: 100 }));
    expect([...roles].sort()).toEqual(['error', 'measured', 'predicted', 'quiet', 'strong']);
  });

  it('refuses what is no probe, and options that it does not have', () => {
    expect(() => formatProbe({} as never)).toThrow(
      'formatProbe: probe: expected what probe() returned, found a plain object',
    );
    expect(() => formatProbe(lenetProbe(), { width: 0 })).toThrow('width: expected a number of at least 1, found 0');
    expect(() => formatProbe(lenetProbe(), { colour: true } as never)).toThrow('colour');
    expect(() => renderProbe(lenetProbe(), { compare: 3 } as never)).toThrow('renderProbe: compare');
  });

  it('escapes control characters, and says what was not measured', () => {
    const text = formatProbe(
      probeOf('Bad', {
        loss: null,
        modules: [{ path: '', name: '', text: 'Bad\u001b[31m()', depth: 0, operations: [] }],
        failure: { path: 'fc', message: 'expected 3 columns\u0007' },
      }),
    );
    expect(text).toContain('Bad\\u001b[31m()');
    expect(text).toContain('The pass stopped in fc: expected 3 columns\\u0007');
    expect(text).toContain('The probe ran forwards only');
  });
});
