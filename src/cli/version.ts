import { readFileSync } from 'node:fs';

/** The package's version. Sources and build lie equally deep in it. */
export function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
