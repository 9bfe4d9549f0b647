import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import {
  definePolicy,
  explainPolicy,
  FormatError,
  InitreeError,
  init,
  initializeWeights,
  nn,
  ones,
  parameter,
  StateError,
  safetensors,
} from 'initree';
import { jsonOf } from '../src/cli/terminal.js';
import { printable, printableLines, printableList } from '../src/printable.js';

/** What no text for a terminal may contain, apart from line breaks and tabs. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is searched for
const OBEYED = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
const HOSTILE = '\u001b]0;pwned\u0007\u001b[2J\u009b31m\u007f\u202egnp.exe\u2066\u2028\r\nequal: forged';
const SHOWN = '\\u001b]0;pwned\\u0007\\u001b[2J\\u009b31m\\u007f\\u202egnp.exe\\u2066\\u2028\\r\\nequal: forged';

describe('printable', () => {
  it('escapes as JSON does', () => {
    expect(printable(HOSTILE)).toBe(SHOWN);
    expect(printable('héllo – 日本 👩‍👩‍👧 ✓')).toBe('héllo – 日本 👩‍👩‍👧 ✓');
    expect(printableLines('a\tb\nc\u001b')).toBe('a\\tb\nc\\u001b');
    expect(printableList('a:\n\tb\n\tc\nd\u0085')).toBe('a:\n\tb\n\tc\\nd\\u0085');
  });

  it('leaves nothing that a terminal obeys, and does nothing twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const shown = printable(text);
        expect(shown).not.toMatch(OBEYED);
        expect(shown).not.toMatch(/[\n\t]/);
        expect(printable(shown)).toBe(shown);
        expect(printableLines(text).split('\n')).toHaveLength(text.split('\n').length);
      }),
    );
  });

  it('keeps the value of JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        expect(JSON.parse(jsonOf(value))).toEqual(JSON.parse(JSON.stringify(value)));
        expect(jsonOf(value)).not.toMatch(OBEYED);
      }),
    );
    expect(JSON.parse(jsonOf({ [HOSTILE]: HOSTILE }))).toEqual({ [HOSTILE]: HOSTILE });
  });
});

/** A model one of whose modules has a hostile name. */
const build = () => {
  const model = new nn.Sequential({ good: new nn.Linear(1, 1) });
  Object.assign(model, { [HOSTILE.replaceAll('.', '')]: new nn.Linear(1, 1) });
  return model;
};
const policy = definePolicy(HOSTILE, [parameter('good.*', init.ones()), parameter(`${HOSTILE}`, init.zeros())]);

describe('names of models and files', () => {
  it('are escaped in every table and tree', () => {
    const texts = [
      String(build()),
      String(build().summary()),
      String(explainPolicy(build(), policy)),
      String(initializeWeights(build(), policy)),
      String(initializeWeights(build(), definePolicy('all', [parameter('**', init.normal(Number.MAX_VALUE / 1e300))]))),
      String(new nn.ParameterDict({ [HOSTILE.replaceAll('.', '')]: ones([1]) })),
      String(init.kaimingNormal({ nonlinearity: HOSTILE as 'relu' })),
    ];
    for (const text of texts) {
      expect(text).not.toMatch(OBEYED);
      expect(text).not.toMatch(/^equal/m);
    }
    for (const text of texts.slice(0, 6)) expect(text).toContain('\\u001b]0;pwned\\u0007\\u001b[2J\\u009b31m');
  });

  it('are escaped in every error, whose path stays as it is', () => {
    const model = build();
    const state = new Map([[HOSTILE, ones([1])]]);
    const attempts: [() => unknown, new (...args: never[]) => InitreeError][] = [
      [() => model.loadStateDict(state), StateError],
      [() => initializeWeights(model, policy, { strict: true }), InitreeError],
      [() => explainPolicy(model, definePolicy('p', [parameter('**', init.dirac())])), InitreeError],
      [() => init.fromJSON({ kind: HOSTILE }), InitreeError],
      [() => init.fromJSON({ kind: 'zeros', [HOSTILE]: 1 }), InitreeError],
      [() => safetensors.parse(fileOf({ [HOSTILE]: 3 })), FormatError],
      [() => safetensors.parse(fileOf({ a: { [HOSTILE]: 3 } })), FormatError],
      [() => safetensors.parse(fileOf({ a: { dtype: HOSTILE, shape: [1], data_offsets: [0, 4] } })), FormatError],
      [() => safetensors.parse(fileOf({ __metadata__: { [HOSTILE]: 3 } })), FormatError],
    ];
    for (const [attempt, Kind] of attempts) {
      const error = errorOf(attempt);
      expect(error).toBeInstanceOf(Kind);
      expect(error.message).not.toMatch(OBEYED);
      expect(error.message).not.toMatch(/^equal/m);
      expect(error.message).toBe(printableList(error.message));
    }
    const { path, message } = errorOf(attempts[5][0]);
    expect(path).toBe(HOSTILE);
    expect(message).toContain(`Invalid file at ${SHOWN}: `);
  });

  it('are escaped in warnings', () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
    build().loadStateDict(new Map([[HOSTILE, ones([1])]]), { strict: false });
    expect(warn.mock.calls.flat().join()).toContain(SHOWN);
    expect(warn.mock.calls.flat().join()).not.toMatch(OBEYED);
    warn.mockRestore();
  });

  it('do not forge an item of a list', () => {
    const forged = new Map([['a\n\tequal: forged', ones([1])]]);
    const { message } = errorOf(() => new nn.Linear(1, 1).loadStateDict(forged));
    expect(message.split('\n')).toHaveLength(3);
    expect(message).toContain('Unexpected key(s) in state_dict: "a\\n\\tequal: forged".');
  });
});

function fileOf(header: object): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + 4);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

function errorOf(attempt: () => unknown): InitreeError {
  try {
    attempt();
  } catch (error) {
    return error as InitreeError;
  }
  throw new Error('expected an error');
}
