import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.bin': 'application/octet-stream',
};

/**
 * Serves a folder below a path, as a static host does, with a content security policy in the answer to every file: a worker takes its
 * policy from its own.
 * @param {string} folder
 * @param {{ base: string, policy: string }} options `base` begins and ends with a slash
 * @returns {Promise<{ url: string, close(): void }>} the address of the folder
 */
export async function servePlayground(folder, { base, policy }) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://127.0.0.1');
    const name = normalize(pathname.slice(base.length) || 'index.html');
    try {
      if (!pathname.startsWith(base) || name.startsWith('..')) throw new Error('outside of the folder');
      const content = await readFile(join(folder, name));
      response
        .writeHead(200, { 'content-type': TYPES[extname(name)] ?? 'text/plain', 'content-security-policy': policy })
        .end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${server.address().port}${base}`, close: () => server.close() };
}
