import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const TYPES = {
  '.css': 'text/css',
  '.gz': 'application/gzip',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/**
 * Serves a folder under a path, as a static host does that knows nothing of the site. What is not in the folder, and all that
 * is not below the path, is a 404.
 *
 * @param folder the folder
 * @param options `path`: the path, with a slash at both ends. `headers`: further headers of every response.
 * @returns `{ url, close }`: the address of the folder, and a function that ends the server
 */
export async function serveFolder(folder, { path = '/', headers = {} } = {}) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://127.0.0.1');
    let file = pathname.startsWith(path)
      ? join(folder, normalize(decodeURIComponent(`/${pathname.slice(path.length)}`)))
      : '';
    if (pathname.endsWith('/')) file = join(file, 'index.html');
    if (existsSync(file) && statSync(file).isFile()) {
      response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', ...headers });
      response.end(readFileSync(file));
    } else response.writeHead(404, { 'content-type': 'text/plain' }).end(`${pathname} does not exist`);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${server.address().port}${path}`, close: () => server.close() };
}
