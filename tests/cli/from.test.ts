import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { manualSeed, nn, presets, type Tensor } from 'initree';
import { initializeFromFile, loadFile, saveFile, saveFolder } from 'initree/node';
import { factsOf, sha256 } from '../golden/readGolden.js';
import { Workplace } from './runInitree.js';

const place = new Workplace();

const NET = `import { definePolicy, init, nn, rule } from 'initree';
  export default (classes = 2) =>
    new nn.Sequential({ body: new nn.Linear(20, 6), norm: new nn.LayerNorm(6), head: new nn.Linear(6, classes) });
  export const onlyHead = definePolicy('only head', [rule(nn.Linear, { weight: init.ones() })]);`;

const build = (classes = 2) =>
  new nn.Sequential({ body: new nn.Linear(20, 6), norm: new nn.LayerNorm(6), head: new nn.Linear(6, classes) });

async function factsIn(name: string): Promise<Record<string, object>> {
  const { tensors } = await loadFile(place.path(name));
  return Object.fromEntries(
    Array.from(tensors, ([key, tensor]): [string, object] => [key, factsOf(tensor, 2)]).sort(([a], [b]) =>
      a < b ? -1 : 1,
    ),
  );
}

function factsOfState(state: ReadonlyMap<string, Tensor>): Record<string, object> {
  return Object.fromEntries(Array.from(state, ([key, tensor]) => [key, factsOf(tensor, 2)]));
}

describe('initree init --from', () => {
  let full: Map<string, Tensor>;

  beforeAll(async () => {
    place.write('net.ts', NET);
    manualSeed(9);
    full = build().stateDict();
    const body = new Map([...full].filter(([key]) => !key.startsWith('head.')));
    await saveFile(full, place.path('full.safetensors'));
    await saveFile(body, place.path('base.safetensors'));
    await saveFile(
      new Map(Array.from(full, ([key, tensor]) => [`module.${key}`, tensor])),
      place.path('wrapped.safetensors'),
    );
    mkdirSync(place.path('single'));
    mkdirSync(place.path('sharded'));
    mkdirSync(place.path('empty'));
    await saveFile(body, place.path('single/model.safetensors'));
    place.write('sharded/model.safetensors.index.json', '{}');
    await saveFolder(body, place.path('shards'), { shards: 2 });
  });

  it('draws what the file lacks, from the seed whatever the constructor drew, and verify derives it again', async () => {
    const made = await place.run(
      ...['init', 'net.ts', '--policy', 'bert', '--seed', '4', '--from', 'base.safetensors', '--out', 'a.safetensors'],
    );
    expect(made.stderr).toBe('');
    expect(made.stdout).toContain('taken from base.safetensors: 4 tensors');
    expect(made.stdout).toContain('missing in base.safetensors: head.weight, head.bias');
    manualSeed(4);
    const model = nn.skipInit(() => build());
    await initializeFromFile(model, presets.bert(), place.path('base.safetensors'));
    expect(await factsIn('a.safetensors')).toEqual(factsOfState(new Map([...model.stateDict()].sort())));

    const { metadata } = await loadFile(place.path('a.safetensors'));
    expect(metadata.get('initree.from')).toBe('base.safetensors');
    expect(metadata.get('initree.fromSha256')).toMatch(/^[0-9a-f]{64}$/);
    const [alone, withBase, withOther] = await Promise.all([
      place.run('verify', 'net.ts', 'a.safetensors'),
      place.run('verify', 'net.ts', 'a.safetensors', '--from', 'base.safetensors'),
      place.run('verify', 'net.ts', 'a.safetensors', '--from', 'full.safetensors', '--json'),
    ]);
    expect(alone.code).toBe(2);
    expect(alone.stderr).toContain(
      `the file was started from the checkpoint 'base.safetensors' (SHA-256 ${metadata.get('initree.fromSha256')})`,
    );
    expect(alone.stderr).toContain('Add --from');
    expect(withBase).toEqual({
      code: 0,
      stdout:
        'equal: a.safetensors is net.ts to the bit, all 6 tensors (seed 4, policy bert, rng torch, torch-x86-2.15, float32, from base.safetensors)\n',
      stderr: '',
    });
    expect(withOther.code).toBe(1);
    expect(JSON.parse(withOther.stdout)).toMatchObject({ equal: false, isOtherBase: true, isOtherPlan: true });
  });

  it('starts from a folder of shards, and verifies by it', async () => {
    const start = (from: string, out: string) =>
      place.run(...['init', 'net.ts', '--policy', 'bert', '--from', from, '--out', out, '--quiet']);
    const ended = await Promise.all([start('shards/', 'f.safetensors'), start('base.safetensors', 'g.safetensors')]);
    expect(ended).toEqual(Array(2).fill({ code: 0, stdout: '', stderr: '' }));
    expect(await factsIn('f.safetensors')).toEqual(await factsIn('g.safetensors'));
    const { metadata } = await loadFile(place.path('f.safetensors'));
    expect(metadata.get('initree.from')).toBe('shards');
    const files = [1, 2].map((n) => readFileSync(place.path(`shards/model-0000${n}-of-00002.safetensors`)));
    expect(metadata.get('initree.fromSha256')).toBe(sha256(Buffer.concat(files)));
    const verified = await place.run('verify', 'net.ts', 'f.safetensors', '--from', 'shards', '--json');
    expect(JSON.parse(verified.stdout)).toMatchObject({ equal: true, isOtherBase: false });
  });

  it('writes the same bytes into a file and into a folder, in threads, and by any number of processes', async () => {
    const start = ['init', 'net.ts', '--policy', 'bert', '--seed', '4', '--from', 'base.safetensors', '--quiet'];
    const ended = await Promise.all([
      place.run(...start, '--out', 'streamed.safetensors'),
      place.run(...start, '--out', 'folder/'),
      place.run(...start, '--out', 'threads/', '--workers', '2'),
      place.run(...start, '--out', 'threads.safetensors', '--workers', '2'),
      place.run(...start, '--out', 'one', '--shards', '3'),
      place.run(...start, '--out', 'three', '--shards', '3', '--rank', '1', '--world', '3'),
      place.run(...start, '--out', 'three', '--shards', '3', '--rank', '2', '--world', '3'),
      place.run(...start, '--out', 'three', '--shards', '3', '--rank', '0', '--world', '3'),
      place.run(...start, '--out', 'slices', '--shards', '2', '--layout', 'dcp'),
    ]);
    expect(ended).toEqual(ended.map(() => ({ code: 0, stdout: '', stderr: '' })));
    const streamed = readFileSync(place.path('streamed.safetensors'));
    for (const name of ['folder/model.safetensors', 'threads/model.safetensors', 'threads.safetensors']) {
      expect(readFileSync(place.path(name)).equals(streamed)).toBe(true);
    }
    const bytesOf = (folder: string) =>
      readdirSync(place.path(folder))
        .filter((name) => name !== '.initree')
        .sort()
        .map((name) => [name, readFileSync(place.path(`${folder}/${name}`), 'latin1')]);
    expect(bytesOf('three')).toEqual(bytesOf('one'));
    expect(await factsIn('one')).toEqual(await factsIn('streamed.safetensors'));
    const [verified, finished, report] = await Promise.all([
      place.run('verify', 'net.ts', 'one', '--from', 'base.safetensors', '--json'),
      place.run('finish', 'slices'),
      place.run(...start, '--out', 'reported', '--shards', '2', '--report', 'reported.json'),
    ]);
    expect(JSON.parse(verified.stdout)).toMatchObject({ equal: true, isOtherBase: false, isOtherPlan: false });
    expect(finished).toMatchObject({ code: 0, stderr: '' });
    expect(report).toEqual({ code: 0, stdout: '', stderr: '' });
    const { checkpoint, metadata } = JSON.parse(readFileSync(place.path('reported.json'), 'utf8'));
    expect(checkpoint).toMatchObject({ file: 'base.safetensors', missing: ['head.weight', 'head.bias'] });
    expect(metadata['initree.fromSha256']).toBe(sha256(readFileSync(place.path('base.safetensors'))));
    const other = await place.run(...start, '--from', 'full.safetensors', '--out', 'one', '--shards', '3');
    expect(other.code).toBe(1);
    expect(other.stderr).toMatch(/the folder holds files of another plan: .*, which differs in from, metadata \(/);
  });

  it('replaces the folder that it starts from', async () => {
    const { tensors } = await loadFile(place.path('base.safetensors'));
    await saveFolder(tensors, place.path('replaced'), { shards: 2 });
    const start = ['init', 'net.ts', '--policy', 'bert', '--seed', '4', '--quiet'];
    const ended = await place.run(...start, '--from', 'replaced', '--out', 'replaced/', '--force');
    expect(ended).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(readdirSync(place.path('replaced'))).toEqual(['model.safetensors']);
    await place.run(...start, '--from', 'base.safetensors', '--out', 'from-file.safetensors');
    expect(await factsIn('replaced/model.safetensors')).toEqual(await factsIn('from-file.safetensors'));
  });

  it('is planned without a draw', async () => {
    const start = ['plan', 'net.ts', '--policy', 'bert', '--from', 'base.safetensors'];
    const [text, json] = await Promise.all([place.run(...start), place.run(...start, '--json')]);
    expect(text.stdout).toContain('policy bert: 2 parameters, 14 elements');
    expect(text.stdout).toContain('missing in base.safetensors: head.weight, head.bias');
    const { assignments, checkpoint } = JSON.parse(json.stdout);
    expect(assignments.map(({ place }: { place: { words: number } }) => place.words)).toEqual([0, 24]);
    expect(checkpoint.loaded).toEqual(['body.weight', 'body.bias', 'norm.weight', 'norm.bias']);
  });

  it('renames, ignores other sizes, and records both for verify', async () => {
    const made = await place.run(
      ...['init', 'net.ts', '--args', '[3]', '--policy', 'bert', '--from', 'wrapped.safetensors'],
      ...[
        '--rename',
        'module.norm.*=',
        '--rename',
        'module.*=*',
        '--ignore-mismatched',
        '--out',
        'b.safetensors',
        '--json',
      ],
    );
    expect(made.stderr).toBe('');
    expect(JSON.parse(made.stdout).checkpoint).toEqual({
      file: 'wrapped.safetensors',
      loaded: ['body.weight', 'body.bias'],
      missing: ['norm.weight', 'norm.bias'],
      mismatched: ['head.weight', 'head.bias'],
      replaced: [],
      unexpected: [],
    });
    const verified = await place.run('verify', 'net.ts', 'b.safetensors', '--from', 'wrapped.safetensors', '--json');
    expect(JSON.parse(verified.stdout)).toMatchObject({ equal: true, isOtherBase: false, isOtherPlan: false });
  });

  it('replaces by rules with --no-only-missing, in threads too', async () => {
    const start = ['init', 'net.ts', '--policy', 'net.ts#onlyHead', '--from', 'full.safetensors', '--quiet'];
    const [replaced, kept] = await Promise.all([
      place.run(...start, '--no-only-missing', '--workers', '2', '--out', 'c.safetensors'),
      place.run(...start, '--only-missing', '--out', 'd.safetensors'),
    ]);
    expect([replaced, kept]).toEqual(Array(2).fill({ code: 0, stdout: '', stderr: '' }));
    const given = await factsIn('full.safetensors');
    expect(await factsIn('d.safetensors')).toEqual(given);
    const found = await factsIn('c.safetensors');
    expect(found['head.weight']).not.toEqual(given['head.weight']);
    expect(found['head.bias']).toEqual(given['head.bias']);
    const verified = await place.run(
      'verify',
      'net.ts',
      'c.safetensors',
      '--from',
      'full.safetensors',
      '--policy',
      'net.ts#onlyHead',
    );
    expect(verified.code).toBe(0);
  });

  it('without a policy, takes the rest from the constructor', async () => {
    const ended = await place.run(
      'init',
      'net.ts',
      '--seed',
      '4',
      '--from',
      'single',
      '--out',
      'e.safetensors',
      '--quiet',
    );
    expect(ended).toEqual({ code: 0, stdout: '', stderr: '' });
    manualSeed(4);
    const expected = build().stateDict();
    const found = await factsIn('e.safetensors');
    const given = await factsIn('base.safetensors');
    expect(found['head.weight']).toEqual(factsOf(expected.get('head.weight') as Tensor, 2));
    expect(found['body.weight']).toEqual(given['body.weight']);
  });

  it('refuses what it cannot do, and writes nothing', async () => {
    const start = (from: string, ...more: string[]) =>
      place.run('init', 'net.ts', '--policy', 'bert', '--from', from, '--out', 'none.safetensors', ...more);
    const [mismatch, wrapped, misspelt, incomplete, sharded, empty, missing, stars, alone, without, collision] =
      await Promise.all([
        start('full.safetensors', '--args', '[3]'),
        start('wrapped.safetensors'),
        start('wrapped.safetensors', '--rename', 'module.*=*', '--rename', 'modul.*=*'),
        start('base.safetensors', '--policy', 'net.ts#onlyHead'),
        start('sharded'),
        start('empty'),
        start('gone.safetensors'),
        start('base.safetensors', '--rename', 'a.*=b'),
        place.run('init', 'net.ts', '--ignore-mismatched'),
        place.run('init', 'net.ts', '--no-only-missing'),
        start('base.safetensors', '--rename', 'body.weight=x', '--rename', 'body.bias=x'),
      ]);
    expect(mismatch.code).toBe(1);
    expect(mismatch.stderr).toMatch(
      /size mismatch for head\.weight.*size mismatch for head\.bias.*pass --ignore-mismatched/s,
    );
    expect(wrapped.code).toBe(1);
    expect(wrapped.stderr).toContain("pass --rename 'module.*=*'");
    expect(misspelt.code).toBe(2);
    expect(misspelt.stderr).toContain("--rename 'modul.*=*' matches no key of the checkpoint");
    expect(incomplete.code).toBe(2);
    expect(incomplete.stderr).toContain("no rule of the policy 'only head' claims: head.bias");
    expect(sharded.code).toBe(1);
    expect(sharded.stderr).toContain('index');
    expect(empty.stderr).toContain('it is a folder without a checkpoint');
    expect(missing.stderr).toContain('there is no such file');
    expect(stars.code).toBe(2);
    expect(stars.stderr).toContain('Expected as many * after the = as before it, found 1 before and 0 after.');
    expect(alone.code).toBe(2);
    expect(alone.stderr).toContain('--ignore-mismatched says what to take from a checkpoint; expected --from');
    expect(without.stderr).toContain('--no-only-missing says what to take from a checkpoint; expected --from');
    // Like a rule that matches nothing.
    expect(collision.code).toBe(2);
    expect(collision.stderr).toContain(
      "--rename gives 'x' for the two keys 'body.bias' and 'body.weight' of the checkpoint; expected another key for each; " +
        "put --rename 'body.weight=' first to leave one of them out",
    );
    await expect(loadFile(place.path('none.safetensors'))).rejects.toThrow('there is no such file');
  });
});
