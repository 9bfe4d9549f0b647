/**
 * Runs the command again and again in this one process. Node, the library and the compiler of the users' files then start
 * once, which takes most of the time of a short run. The argument is the main file of the command. For each message
 * `{ args, env }` the parent gets `{ code, stdout, stderr }`, one after another.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [node, , main] = process.argv;
const { cache } = createRequire(main);
const environment = { ...process.env };
const { exit } = process;
const streams = { stdout: process.stdout, stderr: process.stderr };

/** What the present run printed. */
let printed = { stdout: '', stderr: '' };

/** For each stream a `write` that keeps the text. The library takes the one that it finds when it is loaded. */
const writes = Object.entries(streams).map(([name, stream]) => [
  stream,
  (text, ...rest) => {
    printed[name] += typeof text === 'string' ? text : Buffer.from(text).toString();
    const written = rest.at(-1);
    if (typeof written === 'function') process.nextTick(written);
    return true;
  },
]);

/** The listeners of the process and its output, of which a run adds some. */
const listeners = () =>
  [process, process.stdout].flatMap((emitter) =>
    emitter.eventNames().flatMap((name) => emitter.rawListeners(name).map((listener) => ({ emitter, name, listener }))),
  );

/** Lets the process be as it was before the first run. */
function restore(before) {
  process.exit = exit;
  process.exitCode = undefined;
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
  const known = new Set(before.map(({ listener }) => listener));
  for (const { emitter, name, listener } of listeners()) {
    if (!known.has(listener)) emitter.removeListener(name, listener);
  }
  // The compiled files of the user are there, too. The next run must read them again.
  for (const path of Object.keys(cache)) if (!path.includes('/node_modules/')) delete cache[path];
}

let runs = 0;
async function run({ args, env }) {
  printed = { stdout: '', stderr: '' };
  for (const [stream, write] of writes) stream.write = write;
  const before = listeners();
  process.argv = [node, main, ...args];
  Object.assign(process.env, env);
  try {
    const code = await new Promise((resolve, reject) => {
      process.exit = (code = process.exitCode) => resolve(code ?? 0);
      // Each address is a module of its own, so the main file runs again. The modules that it imports do not.
      import(`${pathToFileURL(main)}?run=${++runs}`).catch(reject);
    });
    return { code, ...printed };
  } finally {
    restore(before);
  }
}

let last = Promise.resolve();
process.on('message', (message) => {
  last = last.then(async () => process.send(await run(message)));
});
