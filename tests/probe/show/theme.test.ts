import { describe, expect, it } from '@jest/globals';
import { CHART_STYLE, COLOURS } from '../../../src/probe/show/theme.js';

/** Relative luminance by WCAG 2.2. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

describe('the colours of the report', () => {
  it.each(['light', 'dark'] as const)('have the contrast that WCAG AA asks for, %s', (surrounding) => {
    const { paper, raised, band } = COLOURS;
    for (const [name, colour] of Object.entries(COLOURS)) {
      if (colour.of !== 'text') continue;
      for (const surface of [paper, raised]) {
        expect([name, contrast(colour[surrounding], surface[surrounding])]).toEqual([name, expect.any(Number)]);
        expect(contrast(colour[surrounding], surface[surrounding])).toBeGreaterThanOrEqual(4.5);
      }
      // Lines and words stand on the band, too.
      expect(contrast(colour[surrounding], band[surrounding])).toBeGreaterThanOrEqual(3);
    }
  });

  it('are all defined for both', () => {
    for (const { light, dark } of Object.values(COLOURS)) {
      expect(CHART_STYLE).toContain(light);
      expect(CHART_STYLE).toContain(dark);
    }
    for (const [, name] of CHART_STYLE.matchAll(/var\(--(\w+)\)/g)) expect(COLOURS).toHaveProperty(name);
  });
});
