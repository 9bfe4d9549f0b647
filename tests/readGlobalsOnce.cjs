// A transformer for ts-jest. In Jest's sandbox each read of a global such as `Math` takes 300 ns, about fifty times as long
// as outside, so loops that use `Math` would take most of the time of the tests. This transformer lets each module read the
// globals that it names once, at its beginning: `const Math = globalThis.Math;`.
const ts = require('typescript');

const GLOBALS = [
  'Array',
  'BigInt',
  'DataView',
  'Float32Array',
  'Float64Array',
  'Infinity',
  'Int32Array',
  'Map',
  'Math',
  'NaN',
  'Number',
  'Object',
  'Set',
  'String',
  'Uint16Array',
  'Uint32Array',
  'Uint8Array',
];

/** The names of the globals that a module's text mentions. */
function globalsIn(text) {
  return GLOBALS.filter((name) => new RegExp(`\\b${name}\\b`).test(text));
}

/** JavaScript that reads the globals of a module once, on one line; the module's text follows it. */
function readGlobals(text) {
  return globalsIn(text)
    .map((name) => `const ${name} = globalThis.${name};`)
    .join(' ');
}

function declare({ factory }, name) {
  const value = factory.createPropertyAccessExpression(factory.createIdentifier('globalThis'), name);
  const declaration = factory.createVariableDeclaration(name, undefined, undefined, value);
  return factory.createVariableStatement(
    undefined,
    factory.createVariableDeclarationList([declaration], ts.NodeFlags.Const),
  );
}

module.exports = {
  name: 'read-globals-once',
  // A part of the key of ts-jest's cache.
  version: `1 ${GLOBALS}`,
  factory: () => (context) => (file) =>
    context.factory.updateSourceFile(file, [
      ...globalsIn(file.text).map((name) => declare(context, name)),
      ...file.statements,
    ]),
  readGlobals,
};
