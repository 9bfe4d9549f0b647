import { describe, expect, it } from '@jest/globals';
import { definePolicy, init, initializeWeights, manualSeed, nn, rule } from 'initree';
import { renderReport } from '../../../src/probe/show/renderReport.js';
import { cellsOf, checkNumbers, elementsOf, parseMarkup, textOf } from './parseMarkup.js';

const policy = definePolicy('small "one"', [rule(nn.Linear, { weight: init.normal(0, 0.1), bias: init.zeros() })]);

function pageOf(layers: number) {
  manualSeed(0);
  const net = new nn.Sequential(...Array.from({ length: layers }, () => new nn.Linear(16, 16)));
  const html = renderReport(initializeWeights(net, policy));
  const page = parseMarkup(html);
  checkNumbers(page);
  return { html, page, all: elementsOf(page) };
}

describe('renderReport', () => {
  it('shows each parameter that has a distribution, and the table of the report', () => {
    const { page, all } = pageOf(3);
    expect(all.filter(({ attributes }) => attributes.get('role') === 'img')).toHaveLength(3);
    expect(textOf(page)).toContain('Every parameter that can be compared with its law follows it (3 of 6).');
    const [inFigure, whole] = all.filter(({ name }) => name === 'table').map(cellsOf);
    expect(inFigure.slice(1).map(([path]) => path)).toEqual(['{0–2}.weight']);
    expect(whole.slice(1).map(([path]) => path)).toEqual(['{0–2}.weight', '{0–2}.bias']);
  });

  it('draws at most 24 parameters', () => {
    const { page, all } = pageOf(30);
    expect(all.filter(({ attributes }) => attributes.get('role') === 'img')).toHaveLength(24);
    expect(textOf(page)).toContain('The figure shows the 24 of 30 that are farthest from their law.');
  });

  it('is a page for a model without parameters', () => {
    manualSeed(0);
    const html = renderReport(initializeWeights(new nn.ReLU(), policy, { strict: false }));
    expect(textOf(parseMarkup(html))).toContain('No parameter has a histogram');
  });
});
