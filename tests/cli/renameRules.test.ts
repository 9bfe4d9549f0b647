import { describe, expect, it } from '@jest/globals';
import { InvalidArgumentError } from 'commander';
import { parseRename, Renaming } from '../../src/cli/renameRules.js';
import { UsageError } from '../../src/cli/UsageError.js';

const renamed = (rules: readonly string[], keys: readonly string[]) => {
  const renaming = new Renaming(rules.map(parseRename));
  return keys.map(renaming.rename);
};

describe('--rename', () => {
  it.each([
    ['module.*=*', 'module.a.b.weight', 'a.b.weight'],
    ['*=net.*', 'a.b', 'net.a.b'],
    ['*.gamma=*.weight', 'norm.gamma', 'norm.weight'],
    ['*.h.*.attn.*=*.layers.*.self.*', 'gpt.h.0.attn.attn.w', 'gpt.layers.0.self.attn.w'],
    ['a.*.b.*=*_*', 'a.x.b.y.b.z', 'x_y.b.z'],
    ['exact=other', 'exact', 'other'],
    ['a.*=b=*', 'a.c', 'b=c'],
    ['head.*=', 'head.weight', null],
    ['a.*=*', 'b.a.c', 'b.a.c'],
    ['a.b=c', 'axb', 'axb'],
    ['w[0]+$(x)|{1}^/\\=y', 'w[0]+$(x)|{1}^/\\', 'y'],
    ['a*c=*', 'a\nb\nc', '\nb\n'],
    ['a*=*', 'a', ''],
  ])('%s takes %j to %j', (rule, key, expected) => {
    expect(renamed([rule], [key])).toEqual([expected]);
  });

  it('follows the first rule that matches', () => {
    expect(renamed(['a.b=1', 'a.*=2.*', '*=3.*'], ['a.b', 'a.c', 'd'])).toEqual(['1', '2.c', '3.d']);
  });

  it.each(['', 'a', '=b', 'a.*=b', 'a=*', '*.*=*'])('refuses %j', (text) => {
    expect(() => parseRename(text)).toThrow(InvalidArgumentError);
  });

  it('finds rules without effect, and names the nearest key', () => {
    const renaming = new Renaming(['a=b', 'clasifier.weight=c'].map(parseRename));
    for (const key of ['a', 'classifier.weight']) renaming.rename(key);
    expect(() => renaming.checkUsed()).toThrow(UsageError);
    expect(() => renaming.checkUsed()).toThrow(
      /'clasifier\.weight=c' matches no key.*did you mean 'classifier\.weight'/,
    );
  });
});
