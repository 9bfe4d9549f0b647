// Replaces `readFileSync` of 'node:fs' in a page. The server of checkBrowser.mjs serves the golden files.
export function readFileSync(url) {
  const request = new XMLHttpRequest();
  request.open('GET', url, false);
  request.send();
  if (request.status !== 200) throw new Error(`${url}: status ${request.status}`);
  return request.responseText;
}
